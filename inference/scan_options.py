"""Options that the commands with a model share: which model, which scans, which device."""

import argparse
from pathlib import Path

import torch

from lesions.cases import choose_scans
from lesions.model_folder import Model, read_model
from lesions.scans import Cohort, Scan, read_scans


class DeviceError(ValueError):
    """A device that was asked for isn't there."""


def add_model(parser: argparse.ArgumentParser) -> None:
    """Describe model and cohort."""
    add = parser.add_argument
    add(
        "model",
        type=Path,
        metavar="MODEL",
        help="model folder, as `python -m training export` makes it",
    )
    add("scans", type=Path, metavar="scans.tsv", help="the cohort")
    add(
        "--folds",
        nargs="+",
        metavar="FOLD",
        help="members of the ensemble to use, such as 0 1 (default: all of the model)",
    )
    add(
        "--no-mirrors",
        dest="mirrors",
        action="store_false",
        help="leave out the flips along the model's mirror axes: up to eight times as fast, a "
        "little less accurate",
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    """Describe the choice of a device."""
    parser.add_argument(
        "--device",
        default="auto",
        metavar="NAME",
        help="cpu, cuda, cuda:1 …; auto: a GPU where there is one (default: auto)",
    )
    parser.add_argument(
        "--bfloat16",
        action="store_true",
        help="on the CPU compute in bfloat16: up to twice as fast where the processor has it, and "
        "some voxels at the edges of lesions change (default: float32; a GPU takes float16)",
    )


def choose_device(name: str) -> torch.device:
    """Give the device of a name.

    Raises
    ------
    DeviceError
        It is none, or not here.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise DeviceError(f'--device must be auto, cpu or cuda, not "{name}"') from None
    if device.type not in ("cpu", "cuda"):
        raise DeviceError(f'--device must be auto, cpu or cuda, not "{name}"')
    n_devices = torch.cuda.device_count()
    if device.type == "cuda" and (device.index or 0) >= n_devices:
        raise DeviceError(f"--device {name}: torch sees {n_devices} GPU(s); say --device cpu")
    return device


def read_chosen(args: argparse.Namespace) -> tuple[Model, Cohort, tuple[Scan, ...]]:
    """Read the model and the cohort, and choose the scans, as the options say.

    Raises
    ------
    ModelError, ScansError, CaseError
    """
    model = read_model(args.model, args.folds, n_channels=1)
    cohort = read_scans(args.scans, need_files=False)  # a missing one is told with the others
    scans = choose_scans(cohort, acquisition=args.acquisition, splits=args.splits, mixed=args.mixed)
    return model, cohort, scans
