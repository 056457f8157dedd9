"""`python -m inference collect`: take what nnU-Net's own predictor wrote into a cohort."""

import argparse
from pathlib import Path

from inference.collect import collect_predictions
from lesions.scans import read_scans


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument(
        "predictions",
        type=Path,
        metavar="PREDICTIONS_DIR",
        help="folder of <case>.nii.gz; dataset.json and plans.json beside them name the model",
    )
    parser.add_argument("scans", type=Path, metavar="scans.tsv", help="the cohort")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder to write: BIDS-named masks with sidecars, and scans.tsv",
    )
    parser.add_argument(
        "--allow-missing",
        action="store_true",
        help="leave prediction_mask n/a where a scan has no mask (default: refuse)",
    )


def run(args: argparse.Namespace) -> int:
    """Collect the masks and say how many, and which scans are without."""
    collected = collect_predictions(
        args.predictions, read_scans(args.scans), args.out, allow_missing=args.allow_missing
    )
    print(f"{collected.scans_path}: masks: {collected.n_masks}")
    if collected.without:
        print(f"scans without a mask: {', '.join(collected.without)}")
    return 0
