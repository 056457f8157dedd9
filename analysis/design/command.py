"""`python -m analysis design`: its options, and the design of a next study."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.design.report import pilot_design, write_design
from analysis.design.study_size import Design
from analysis.report import read_answers

DESCRIPTION = """Simulates studies to say how large the next one must be: power to find confidence
lower than in TPL, the effect that can be found, and the width of a share's interval. Answers of a
pilot give the shares of the levels, the spread between patients and the share of H1."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    plain = Design()
    parser.description = DESCRIPTION
    add = parser.add_argument
    add("answers", type=Path, nargs="?", help="answers.tsv of a pilot (default: plain shares)")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    lists: tuple[tuple[str, Callable[[str], Any], tuple[Any, ...], str], ...] = (
        ("--patients", int, plain.patients, "numbers of patients"),
        ("--rois", int, plain.rois, "ROIs of a patient in each group"),
        ("--odds-ratios", float, plain.odds_ratios, "effects; 1 is no difference"),
    )
    for name, kind, default, text in lists:
        shown = ",".join(map(str, default))
        add(
            name,
            type=_list_of(kind),
            default=default,
            metavar="N,N",
            help=f"{text} (default: {shown})",
        )
    add("--alpha", type=float, default=plain.alpha, help="one-sided level (default: %(default)s)")
    add("--power", type=float, default=plain.power, help="power wanted (default: %(default)s)")
    add(
        "--studies",
        type=int,
        default=plain.n_studies,
        help="studies simulated for each size and effect (default: %(default)s)",
    )
    add("--seed", type=int, default=plain.seed, help="default: %(default)s")


def run(options: argparse.Namespace) -> int:
    """Simulate, write the design and say where it is."""
    design = Design(
        patients=options.patients,
        rois=options.rois,
        odds_ratios=options.odds_ratios,
        alpha=options.alpha,
        power=options.power,
        n_studies=options.studies,
        seed=options.seed,
    )
    made_of: dict[str, Any] = {"source": None, "source_sha256": None}
    if options.answers:
        answers, source = read_answers(options.answers)
        design = pilot_design(answers, design, source.name)
        made_of = {"source": source.name, "source_sha256": source.sha256}
    write_design(design, options.out, made_of)
    print(options.out / "design.json")
    return 0


def _list_of(kind: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    def parse(text: str) -> tuple[Any, ...]:
        try:
            return tuple(kind(part) for part in text.split(","))
        except ValueError:
            raise argparse.ArgumentTypeError(
                f'expected numbers with commas between, not "{text}"'
            ) from None

    return parse
