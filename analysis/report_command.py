"""`python -m analysis report`: the options of a report, and the report."""

import argparse
import math
from pathlib import Path

from analysis.measures.proportions import LEVEL
from analysis.report import analyse, read_answers, write_report
from analysis.tables.formats import RULES
from lesions.progress import progress_bar
from lesions.questionnaire import paper_questionnaire, read_questionnaire

DESCRIPTION = """Writes into DIR: report.html (one page that needs no other file), report.pdf,
results.json (every number with its test and options), tables/ (a .tsv with its data dictionary
for each table) and figures/ (each as .svg, .pdf and .png of 600 dpi, its data beside it). The same
answers give the same bytes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.description = DESCRIPTION
    add = parser.add_argument
    add("answers", type=Path, help="answers.tsv, as export_answers writes it")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    rules = "; ".join(f"{name}: {text}" for name, text in RULES.items())
    add(
        "--rule",
        choices=list(RULES),
        default="set",
        help=f"how several classes collapse into one family. {rules} (default: set)",
    )
    add(
        "--questionnaire",
        type=Path,
        metavar="FILE",
        help="JSON of the questions that were asked (default: those of the paper)",
    )
    add(
        "--level",
        type=_level,
        default=LEVEL,
        help=f"coverage of the confidence intervals, between 0 and 1 (default: {LEVEL:g})",
    )


def run(args: argparse.Namespace) -> int:
    """Write the report and say where its page is."""
    with progress_bar(total=3, desc="report", unit="step", leave=False) as bar:
        asked = args.questionnaire
        questionnaire = read_questionnaire(asked) if asked else paper_questionnaire()
        answers, source = read_answers(args.answers)
        bar.update()
        report = analyse(
            answers,
            questionnaire=questionnaire,
            rule=args.rule,
            source=source,
            level=args.level,
        )
        bar.update()
        write_report(report, args.out)
        bar.update()
    print(args.out / "report.html")
    return 0


def _level(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f'expected a number between 0 and 1, not "{text}"')
    return value
