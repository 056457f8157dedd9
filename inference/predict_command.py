"""Predict the scans of a cohort: `python -m inference predict`."""

import argparse
import sys
from pathlib import Path

import torch

from inference.ensemble import AVERAGES
from inference.outputs import Settings
from inference.predict import predict_cohort
from inference.scan_options import add_device, add_model, choose_device, read_chosen
from lesions.options import add_scan_choice

EPILOG = (
    "A scan that can't be predicted is told at the end, with exit code 1, and doesn't stop the "
    "others. The same command again goes on where it stopped. Files: docs/formats.md."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = EPILOG
    add = parser.add_argument
    add_model(parser)
    add(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of masks, probabilities and scans.tsv; made if needed",
    )
    add(
        "--average",
        choices=AVERAGES,
        default="logits",
        help="what of the folds is averaged for the mask. logits: as nnU-Net does; probabilities: "
        "their mean is above .5, as in the probability map (default: logits)",
    )
    add(
        "--fold-probabilities",
        action="store_true",
        help="write the probabilities of each fold too (default: its mask alone)",
    )
    add_scan_choice(parser)
    add_device(parser)


def run(args: argparse.Namespace) -> int:
    """Predict, and say how many scans, which not, and why."""
    device = choose_device(args.device)
    model, cohort, scans = read_chosen(args)
    settings = Settings(args.mirrors, args.average, args.fold_probabilities, args.bfloat16)
    done = predict_cohort(model, cohort, scans, args.out, settings, device)
    words = f"masks: {done.n_finished}, of them new: {done.n_new}"
    print(f"{done.scans_path}: {words}; on {torch.device(device).type}")
    for note in done.notes:
        print(f"note: {note}", file=sys.stderr)
    for name, why in done.failed:
        print(f"error: {name}: {why}", file=sys.stderr)
    return 1 if done.failed else 0
