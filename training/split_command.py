"""Divide a cohort into training, test and folds: `python -m training split`."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from lesions.atomic import build_folder
from lesions.checksums import sha256
from lesions.options import at_least
from lesions.per_scan import map_scans
from lesions.scans import Cohort, Scan, read_scans, write_scans
from training.folds import FOLDS_FILE, fold_cases, write_folds
from training.provenance import write_json
from training.split import N_FOLDS, SEED, TEST_SHARE, Split, split_subjects
from training.split_report import describe_split, show
from training.strata import N_BINS, UNITS, SplitError, Subject, gather_subjects, measure_load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "Writes scans.tsv with `split` filled, splits_final.json (nnU-Net's folds of the training "
        "scans, by the same rule) and split.json (the distributions of both sides and the folds)."
    )
    add = parser.add_argument
    add("scans", type=Path, metavar="scans.tsv", help="the cohort, with reference_mask filled")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write; must be new")
    _add_rules(parser)
    add("--jobs", type=at_least(1), default=1, help="processes (default: 1)")


def _add_rules(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--unit",
        choices=UNITS,
        default=UNITS[0],
        help="what stays whole: a subject, who may stand at one site alone, or a subject at one "
        "site, as in the paper; then one who was scanned at two sites may be trained on and test, "
        "and split.json counts them (default: %(default)s)",
    )
    add(
        "--test-out",
        nargs="+",
        default=[],
        metavar="SITE",
        help="hold out these sites as test-out, beside the scans that the table has there already",
    )
    add(
        "--test-share",
        type=_share,
        default=TEST_SHARE,
        metavar="SHARE",
        help=f"share of the other subjects that become test-in (default: {float(TEST_SHARE)})",
    )
    add(
        "--folds",
        type=at_least(2),
        default=N_FOLDS,
        help="folds of the training set (default: %(default)s)",
    )
    add("--seed", type=at_least(0), default=SEED, help="settles who goes where (default: 42)")
    add(
        "--keep",
        action="store_true",
        help="keep train and test-in as the table has them, and make the folds alone",
    )


def run(args: argparse.Namespace) -> int:
    """Write the split and print its distributions."""
    cohort = read_scans(args.scans)
    _check_sites(cohort, args.test_out)
    loads = dict(
        zip(
            (scan.name for scan in cohort.scans),
            map_scans(measure_load, cohort, args.jobs, "masks"),
            strict=True,
        )
    )
    outside = {s.name for s in cohort.scans if s.split == "test-out" or s.site in args.test_out}
    everybody, without = gather_subjects(cohort.scans, loads, args.unit)
    held_out = [one for one in everybody if set(one.scans) <= outside]
    subjects = [one for one in everybody if not set(one.scans) & outside]
    _check_undivided(everybody, outside)
    split = split_subjects(
        subjects,
        test_share=args.test_share,
        n_folds=args.folds,
        seed=args.seed,
        kept=_kept(subjects, cohort) if args.keep else None,
    )
    described = describe_split(split, subjects, held_out, cohort.scans)
    _write(args, cohort, split, subjects, outside, described, without)
    print(show(described))
    for person in described["subjects_on_several_sides"]:
        print(f"note: {person} stands on several sides, at one site each")
    if without:
        print(f"left without a split, for want of a reference_mask: {', '.join(without)}")
    print(f"written: {args.out}")
    return 0


def _write(
    args: argparse.Namespace,
    cohort: Cohort,
    split: Split,
    subjects: Sequence[Subject],
    outside: set[str],
    described: Mapping[str, Any],
    without: Sequence[str],
) -> None:
    unit_of = {name: one.name for one in subjects for name in one.scans}

    def side(scan: Scan) -> str | None:
        return "test-out" if scan.name in outside else split.sides.get(unit_of.get(scan.name, ""))

    scans = [replace(scan, split=side(scan)) for scan in cohort.scans]
    provenance = {
        "Command": "python -m training split",
        "Scans": {"file": cohort.path.name, "sha256": sha256(cohort.path)},
        "Unit": args.unit,
        "Seed": args.seed,
        "TestShare": str(args.test_share),
        "TestOut": sorted(args.test_out),
        "Folds": args.folds,
        "Bins": N_BINS,
        "Keep": args.keep,
    }
    folds = fold_cases(split, subjects, scans, args.folds)
    about = {"Synthetic": cohort.synthetic, "Provenance": provenance, **described}
    # Paths are written relative to the table, and the folder is renamed in its place at the end.
    out = args.out.parent.resolve() / args.out.name
    with build_folder(out) as folder:
        write_scans(scans, folder / "scans.tsv", provenance, synthetic=cohort.synthetic)
        write_json(folder / "split.json", about | {"without_reference": list(without)})
        write_folds(folder / FOLDS_FILE, folds)


def _check_sites(cohort: Cohort, sites: Sequence[str]) -> None:
    known = sorted({scan.site for scan in cohort.scans if scan.site is not None})
    unknown = [site for site in sites if site not in known]
    if unknown:
        raise SplitError(
            f"{cohort.path}: expected sites of {', '.join(known) or 'no site'}, came {unknown[0]}"
        )


def _check_undivided(subjects: Sequence[Subject], outside: set[str]) -> None:
    for one in subjects:
        if set(one.scans) & outside and not set(one.scans) <= outside:
            raise SplitError(
                f"{one.name}: expected all scans of a subject in test-out or none, came "
                f"{len(set(one.scans) & outside)} of {len(one.scans)}"
            )


def _kept(subjects: Sequence[Subject], cohort: Cohort) -> dict[str, str]:
    splits = {scan.name: scan.split for scan in cohort.scans}
    kept = {}
    for one in subjects:
        found = {splits[name] for name in one.scans}
        if len(found) != 1 or not found <= {"train", "test-in"}:
            came = ", ".join(sorted(str(side or "n/a") for side in found))
            raise SplitError(
                f"{cohort.path}: {one.name}: expected one split, train or test-in, of all its "
                f"scans, came {came}"
            )
        kept[one.name] = str(found.pop())
    return kept


def _share(text: str) -> Fraction:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError(f'expected a share from 0 to below 1, not "{text}"')
    return share
