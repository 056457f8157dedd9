"""Write an nnU-Net v2 raw dataset from a cohort and its review: `python -m training dataset`."""

import argparse
from pathlib import Path

from lesions.cases import choose_scans
from lesions.options import add_scan_choice
from lesions.questionnaire import read_questionnaire
from lesions.scans import read_scans
from training.dataset import Built, DatasetName, Rules, build_dataset
from training.fusion import METHODS, FusionRule
from training.policy import POLICIES
from training.review import NO_REVIEW, read_review


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    _add_input_and_output(parser)
    _add_rules(parser)
    _add_choices(parser)


def _add_input_and_output(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "corrections",
        type=Path,
        nargs="?",
        metavar="CORRECTIONS_DIR",
        help="folder that `manage.py export_corrections` wrote; without it the labels are the "
        "reference as it is",
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
    add_scan_choice(
        parser,
        "every scan with a reference, TEST SCANS TOO, which then can't test the next model",
    )
    add = parser.add_argument
    add(
        "--folds",
        type=Path,
        metavar="splits_final.json",
        help="folds that `python -m training split` wrote, kept in the dataset for its cases; "
        "without them nnU-Net draws its own, which divide a subject's scans",
    )
    add(
        "--questionnaire",
        type=Path,
        metavar="FILE",
        help="JSON file of the study's questionnaire (default: the one that "
        "answers.json tells of, else the paper's)",
    )


def run(args: argparse.Namespace) -> int:
    """Build the dataset and say what came out."""
    name = DatasetName(args.id, args.name, args.release)
    questionnaire = read_questionnaire(args.questionnaire) if args.questionnaire else None
    cohort = read_scans(args.scans)
    scans = choose_scans(cohort, acquisition=args.acquisition, splits=args.splits, mixed=args.mixed)
    review = NO_REVIEW
    if args.corrections is not None:
        review = read_review(args.corrections, questionnaire)
    rules = Rules(args.policy, FusionRule(args.fusion, args.adjudicator, args.emptied))
    print(summarise(build_dataset(review, cohort, scans, args.out, name, rules, args.folds)))
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
