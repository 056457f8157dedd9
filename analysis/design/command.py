"""The command `python -m analysis design`."""

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


def add_design(commands: Any) -> None:
    """Add the command and its options."""
    plain = Design()
    design = commands.add_parser(
        "design", help="size the next study by simulation", description=DESCRIPTION
    )
    design.set_defaults(run=_design)
    design.add_argument(
        "answers", type=Path, nargs="?", help="answers.tsv of a pilot (default: plain shares)"
    )
    design.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    lists: tuple[tuple[str, Callable[[str], Any], tuple[Any, ...], str], ...] = (
        ("--patients", int, plain.patients, "numbers of patients"),
        ("--rois", int, plain.rois, "ROIs of a patient in each group"),
        ("--odds-ratios", float, plain.odds_ratios, "effects; 1 is no difference"),
    )
    for name, kind, default, text in lists:
        shown = ",".join(map(str, default))
        design.add_argument(
            name,
            type=_list_of(kind),
            default=default,
            metavar="N,N",
            help=f"{text} (default: {shown})",
        )
    design.add_argument(
        "--alpha", type=float, default=plain.alpha, help="one-sided level (default: %(default)s)"
    )
    design.add_argument(
        "--power", type=float, default=plain.power, help="power wanted (default: %(default)s)"
    )
    design.add_argument(
        "--studies",
        type=int,
        default=plain.n_studies,
        help="studies simulated for each size and effect (default: %(default)s)",
    )
    design.add_argument("--seed", type=int, default=plain.seed, help="default: %(default)s")


def _design(options: argparse.Namespace) -> None:
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


def _list_of(kind: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    def parse(text: str) -> tuple[Any, ...]:
        try:
            return tuple(kind(part) for part in text.split(","))
        except ValueError:
            raise argparse.ArgumentTypeError(
                f'expected numbers with commas between, not "{text}"'
            ) from None

    return parse
