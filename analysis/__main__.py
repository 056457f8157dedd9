"""The commands of analysis: `python -m analysis report answers.tsv --out DIR`."""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from analysis.design.command import add_design
from analysis.measures.proportions import LEVEL
from analysis.report import analyse, read_answers, write_report
from analysis.tables.formats import RULES
from lesions.questionnaire import paper_questionnaire, read_questionnaire

DESCRIPTION = "Turn the raters' answers into the statistics of the paper (H1 to H4, per rater)."
REPORT = """Writes into DIR: report.html (one page that needs no other file), report.pdf,
results.json (every number with its test and options), tables/ (a .tsv with its data dictionary
for each table) and figures/ (each as .svg, .pdf and .png of 600 dpi, its data beside it). The same
answers give the same bytes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; give its exit code: 0, 1 where the input is refused, 130 on Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return 0


def _report(options: argparse.Namespace) -> None:
    with tqdm(total=3, desc="report", unit="step", leave=False, disable=None) as bar:
        asked = options.questionnaire
        questionnaire = read_questionnaire(asked) if asked else paper_questionnaire()
        answers, source = read_answers(options.answers)
        bar.update()
        report = analyse(
            answers,
            questionnaire=questionnaire,
            rule=options.rule,
            source=source,
            level=options.level,
        )
        bar.update()
        write_report(report, options.out)
        bar.update()
    print(options.out / "report.html")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis", description=DESCRIPTION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    report = commands.add_parser("report", help="write the report of a study", description=REPORT)
    report.set_defaults(run=_report)
    report.add_argument("answers", type=Path, help="answers.tsv, as export_answers writes it")
    report.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    rules = "; ".join(f"{name}: {text}" for name, text in RULES.items())
    report.add_argument(
        "--rule",
        choices=list(RULES),
        default="set",
        help=f"how several classes collapse into one family. {rules} (default: set)",
    )
    report.add_argument(
        "--questionnaire",
        type=Path,
        metavar="FILE",
        help="JSON of the questions that were asked (default: those of the paper)",
    )
    report.add_argument(
        "--level",
        type=_level,
        default=LEVEL,
        help=f"coverage of the confidence intervals, between 0 and 1 (default: {LEVEL:g})",
    )
    add_design(commands)
    return parser


def _level(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f'expected a number between 0 and 1, not "{text}"')
    return value


if __name__ == "__main__":
    sys.exit(main())
