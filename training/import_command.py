"""Take a model folder into nnU-Net's results: `python -m training import`."""

import argparse
import importlib
import os
from pathlib import Path

from lesions.model_folder import read_model
from lesions.model_weights import ModelError
from training.nnunet_folders import RESULTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "Every file is checked against the hashes of model.json. A pickle (.pth and its like) is "
        "refused: reading one runs whatever its writer put in."
    )
    add = parser.add_argument
    add("model", type=Path, metavar="MODEL_DIR", help="folder that `training export` wrote")
    add(
        "--results",
        type=Path,
        metavar="DIR",
        default=os.environ.get(RESULTS),
        help="nnU-Net's results folder (default: $nnUNet_results)",
    )
    add("--folds", nargs="+", metavar="FOLD", help="folds to take (default: all)")
    add(
        "--trainer",
        default="nnUNetTrainer",
        help="trainer that nnU-Net is told; its own knows every network of its plans "
        "(default: %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Import, and say where it is."""
    if args.results is None:
        raise ModelError(f"expected --results, or the environment variable {RESULTS}")
    if not args.trainer.isidentifier():
        raise ModelError(f"expected the name of a trainer's class, came {args.trainer}")
    model = read_model(args.model, args.folds)
    importing = importlib.import_module("training.model_import")  # it loads torch
    print(importing.import_model(model, Path(args.results), args.trainer))
    return 0
