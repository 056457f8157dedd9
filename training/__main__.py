"""Run one of the package's commands: `python -m training COMMAND …`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lesions.cases import choose_scans
from lesions.columns import SPLITS
from lesions.questionnaire import read_questionnaire
from lesions.scans import read_scans
from training.dataset import Built, DatasetName, Rules, build_dataset
from training.fusion import METHODS, FusionRule
from training.policy import POLICIES
from training.review import read_review


def build_parser() -> argparse.ArgumentParser:
    """Give the parser of all commands.

    >>> build_parser().prog
    'python -m training'
    """
    parser = argparse.ArgumentParser(
        prog="python -m training", description="From reviewed labels to the next model."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    text = "write an nnU-Net v2 raw dataset from the reference labels and a review"
    dataset = commands.add_parser(
        "dataset", help=text, description=text[0].upper() + text[1:] + "."
    )
    _add_input_and_output(dataset)
    _add_rules(dataset)
    _add_choices(dataset)
    return parser


def _add_input_and_output(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "corrections",
        type=Path,
        metavar="CORRECTIONS_DIR",
        help="folder that `manage.py export_corrections` wrote",
    )
    add(
        "--scans",
        type=Path,
        required=True,
        metavar="scans.tsv",
        help="the cohort, with reference_mask filled",
    )
    add(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="nnU-Net's raw folder (nnUNet_raw); the dataset becomes a folder in it",
    )
    add("--id", type=int, required=True, help="number of the dataset, 1 to 999; must be free")
    add("--name", required=True, help="name of the dataset: letters, digits, - and _")
    add(
        "--release",
        default="1",
        metavar="TEXT",
        help="release of the dataset, kept in dataset.json (default: %(default)s)",
    )


def _add_rules(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--policy",
        choices=list(POLICIES),
        default="both-raters",
        help="rule that turns answers into changes; both-raters: an FPL that every rater (two at "
        "least) calls a cortical lesion is added, an FNL that every rater calls no MS lesion is "
        "removed, all else is kept (default: %(default)s)",
    )
    add(
        "--fusion",
        choices=list(METHODS),
        default="majority",
        help="how redrawn masks become one; who says that an outline needs no correction votes "
        "with the one shown, and two votes at least change it. "
        + "; ".join(f"{name}: {text}" for name, text in METHODS.items())
        + " (default: %(default)s)",
    )
    add(
        "--adjudicator",
        metavar="NAME",
        help="rater whose delineation settles the others'; with --fusion adjudicator",
    )
    add(
        "--emptied",
        choices=["keep", "remove"],
        default="keep",
        help="what a mask that a rater emptied does. keep: it has no vote, and no outline makes a "
        "lesion vanish; remove: it votes, and a lesion that is empty in the end is removed "
        "(default: %(default)s)",
    )


def _add_choices(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--splits",
        nargs="+",
        choices=list(SPLITS),
        metavar="SPLIT",
        help=f"take scans of these splits only ({', '.join(SPLITS)}); default: every scan with a "
        "reference, TEST SCANS TOO, which then can't test the next model",
    )
    add("--acquisition", metavar="NAME", help="take scans of this acquisition only")
    add(
        "--mixed",
        action="store_true",
        help="put several acquisitions into the dataset's one channel",
    )
    add(
        "--questionnaire",
        type=Path,
        metavar="FILE",
        help="JSON file of the study's questionnaire (default: the one that "
        "answers.json tells of, else the paper's)",
    )


def run_dataset(args: argparse.Namespace) -> int:
    """Build the dataset and say what came out."""
    name = DatasetName(args.id, args.name, args.release)
    questionnaire = read_questionnaire(args.questionnaire) if args.questionnaire else None
    cohort = read_scans(args.scans)
    scans = choose_scans(cohort, acquisition=args.acquisition, splits=args.splits, mixed=args.mixed)
    review = read_review(args.corrections, questionnaire)
    rules = Rules(args.policy, FusionRule(args.fusion, args.adjudicator, args.emptied))
    print(summarise(build_dataset(review, cohort, scans, args.out, name, rules)))
    return 0


def summarise(built: Built) -> str:
    """Say in a few lines what a dataset holds."""
    counts = built.changes["change"].value_counts()
    by_change = ", ".join(
        f"{int(counts.get(change, 0))} {change}"
        for change in ("added", "removed", "redrawn", "kept")
    )
    lines = [f"{built.folder}: cases: {built.n_cases}; ROIs: {by_change}"]
    added = built.changes[built.changes["change"] == "added"]
    n_mimic = int((added["group"] == "FPL_mimic").sum())
    if n_mimic:
        lines.append(f"added ROIs of patients without MS (FPL_mimic): {n_mimic}")
    if built.n_rois_left_out:
        lines.append(f"ROIs of scans that were left out: {built.n_rois_left_out}")
    if built.n_test_cases:
        lines.append(f"cases of a test split: {built.n_test_cases}; they can't test the next model")
    if built.simulated_raters:
        lines.append(f"simulated raters: {', '.join(built.simulated_raters)}")
    if built.synthetic:
        lines.append("synthetic: made from phantoms, not from patients")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    0: done; 1: an input was refused, one line on stderr says why; 2: wrong usage; 130: Ctrl-C.
    """
    args = build_parser().parse_args(argv)
    try:
        return run_dataset(args)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except (OSError, ValueError) as error:
        # Only a named error of these packages refuses an input; any other is a fault of ours.
        if isinstance(error, ValueError) and not type(error).__module__.startswith(
            ("lesions.", "training.")
        ):
            raise
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
