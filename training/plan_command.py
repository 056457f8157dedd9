"""Plan and preprocess a dataset with nnU-Net: `python -m training plan`."""

import argparse
import importlib
import math
import os
from pathlib import Path

from lesions.options import at_least
from training.architectures import ARCHITECTURES
from training.nnunet_folders import PREPROCESSED
from training.plan_options import PlanError, Planned, PlanOptions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "nnU-Net's own fingerprint, planner and preprocessing. For a small model: --base-features, "
        "--max-features and --gpu-memory, with a --plans-name of its own."
    )
    add = parser.add_argument
    add("dataset", type=Path, metavar="DATASET_DIR", help="the raw dataset, DatasetXXX_Name")
    add(
        "--preprocessed",
        type=Path,
        metavar="DIR",
        default=os.environ.get(PREPROCESSED),
        help="nnU-Net's preprocessed folder (default: $nnUNet_preprocessed)",
    )
    add(
        "--architecture",
        choices=list(ARCHITECTURES),
        default="vanilla",
        help="network to plan for: nnU-Net's default, residual encoders M, L, XL, or U-Mamba, "
        "which takes the default's plans and gets a file of its own for nnU-Net's commands "
        "(default: %(default)s)",
    )
    add(
        "--configurations",
        nargs="+",
        default=["3d_fullres"],
        metavar="NAME",
        help="configurations to preprocess (default: 3d_fullres)",
    )
    add("--gpu-memory", type=_gigabytes, metavar="GB", help="memory that a patch is made for")
    add("--base-features", type=at_least(1), metavar="N", help="channels of the first stage")
    add("--max-features", type=at_least(1), metavar="N", help="most channels of a stage")
    add("--plans-name", metavar="NAME", help="name of the plans (default: the planner's own)")
    add("--jobs", type=at_least(1), default=1, help="processes (default: 1)")


def run(args: argparse.Namespace) -> int:
    """Plan, and say what came out."""
    if args.preprocessed is None:
        raise PlanError(f"expected --preprocessed, or the environment variable {PREPROCESSED}")
    options = PlanOptions(
        architecture=args.architecture,
        configurations=tuple(args.configurations),
        gpu_memory_gb=args.gpu_memory,
        base_features=args.base_features,
        max_features=args.max_features,
        plans_name=args.plans_name,
    )
    planning = importlib.import_module("training.planning")  # it loads torch, which --help needn't
    preprocessed = Path(args.preprocessed)
    print(summarise(planning.plan_dataset(args.dataset, preprocessed, options, jobs=args.jobs)))
    return 0


def summarise(planned: Planned) -> str:
    """Say in a few lines what was planned."""
    lines = [f"{planned.path}: cases: {planned.n_cases}"]
    for name, found in planned.configurations.items():
        patch = " x ".join(map(str, found["patch_size"]))
        spacing = " x ".join(f"{side:.3g}" for side in found["spacing_mm"])
        lines.append(
            f"{name}: patches of {patch} voxels of {spacing} mm, {found['batch_size']} a batch; "
            f"{found['n_parameters']:,} parameters"
        )
    if not planned.has_folds:
        lines.append("no folds: give `python -m training dataset` those of `training split`")
    return "\n".join(lines)


def _gigabytes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f'expected a number of GB above 0, not "{text}"')
    return value
