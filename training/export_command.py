"""Export a trained model as a folder that nothing can run in: `python -m training export`."""

import argparse
import importlib
from pathlib import Path

from lesions.model_weights import DTYPES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "Writes safetensors, plans.json, dataset.json, model.json with all hashes, and a card "
        "(docs/formats.md). Checkpoints are read without running anything in them."
    )
    add = parser.add_argument
    add(
        "run_dir",
        type=Path,
        metavar="RUN_DIR",
        help="nnU-Net's results: DatasetXXX_Name/TRAINER__PLANS__CONFIGURATION",
    )
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write; must be new")
    add("--name", help="name of the model (default: that of the folder to write)")
    add("--folds", nargs="+", metavar="FOLD", help="folds to export (default: all that are there)")
    add(
        "--dtype",
        choices=list(DTYPES),
        default="float32",
        help="how a weight is stored; float16 halves the size (default: %(default)s)",
    )
    add(
        "--checkpoint",
        choices=["final", "best"],
        default="final",
        help="weights of the last epoch, or of the best one (default: %(default)s, nnU-Net's)",
    )
    add(
        "--orientation",
        metavar="CODES",
        help="how the axes of the training images ran, such as RAS, where dataset.json doesn't "
        "say; scans that run otherwise are then refused",
    )
    add("--notes", type=Path, metavar="FILE", help="Markdown to put at the end of the card")


def run(args: argparse.Namespace) -> int:
    """Export, and say what came out."""
    exporting = importlib.import_module("training.model_export")  # it loads torch
    options = exporting.ExportOptions(
        name=args.name or args.out.name,
        folds=None if args.folds is None else tuple(args.folds),
        dtype=args.dtype,
        checkpoint=f"checkpoint_{args.checkpoint}.pth",
        orientation=args.orientation,
        notes=args.notes.read_text("utf-8") if args.notes else "",
    )
    model = exporting.export_model(args.run_dir, args.out, options)
    n_bytes = sum(fold.path.stat().st_size for fold in model.folds)
    print(
        f"{model.folder}: folds: {', '.join(fold.name for fold in model.folds)}; "
        f"{model.folds[0].n_parameters:,} parameters each, {n_bytes / 1e6:.1f} MB; SHA-256 of "
        f"model.json: {model.sha256}"
    )
    return 0
