"""`python -m inference prepare`: write a cohort's scans as nnU-Net's own predictor takes them."""

import argparse
from pathlib import Path

from inference.prepare import prepare_images
from lesions.cases import choose_scans
from lesions.options import add_scan_choice
from lesions.scans import read_scans


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("scans", type=Path, metavar="scans.tsv", help="the cohort")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write, such as imagesTs"
    )
    add_scan_choice(parser)
    parser.add_argument(
        "--link",
        action="store_true",
        help="write symbolic links to .nii.gz images, not copies (default: copy)",
    )


def run(args: argparse.Namespace) -> int:
    """Write the inputs and say how many."""
    scans = choose_scans(
        read_scans(args.scans), acquisition=args.acquisition, splits=args.splits, mixed=args.mixed
    )
    cases = prepare_images(scans, args.out, link=args.link)
    print(f"{args.out}: cases: {len(cases)}")
    return 0
