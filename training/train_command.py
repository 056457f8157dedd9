"""`python -m training train`: the options of one training run."""

import argparse
import importlib
import os
from pathlib import Path

from lesions.options import at_least
from training.architectures import ARCHITECTURES
from training.run_record import RunError

#: The trainers' names; their classes need torch, which `--help` does not wait for.
TRAINER_NAMES = ("bce-dice", "blob", "cc")
#: Where nnU-Net looks for its folders.
PREPROCESSED, RESULTS = "nnUNet_preprocessed", "nnUNet_results"
EPILOG = "How a lab trains the paper's model: docs/models.md; the files: docs/formats.md."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of a run."""
    parser.epilog = EPILOG
    parser.add_argument(
        "dataset", metavar="DATASET", help="number or name of an nnU-Net dataset that was planned"
    )
    _add_folders(parser)
    _add_model(parser)
    _add_patches(parser)
    _add_length(parser)
    _add_machine(parser)


def _add_folders(parser: argparse.ArgumentParser) -> None:
    for option, variable, text in (
        ("--preprocessed", PREPROCESSED, "nnU-Net's preprocessed folder"),
        ("--out", RESULTS, "nnU-Net's results folder"),
    ):
        parser.add_argument(
            option,
            type=Path,
            metavar="DIR",
            default=os.environ.get(variable) and Path(os.environ[variable]),
            help=f"{text} (default: ${variable})",
        )


def _add_model(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--fold",
        required=True,
        help="fold of splits_final.json to leave out for validation, from 0 on; or all, which "
        "leaves none out",
    )
    add(
        "--trainer",
        choices=TRAINER_NAMES,
        default="blob",
        help="the loss: BCE + Dice, the same with a term for each lesion (the paper's best), or "
        "CC-DiceCE (default: %(default)s)",
    )
    add("--alpha", type=float, help="weight of the whole patch's loss (default: 2 blob, 1 cc)")
    add("--beta", type=float, help="weight of the lesions' mean loss (default: 1)")
    add(
        "--architecture",
        choices=list(ARCHITECTURES),
        default="vanilla",
        help="the network (default: %(default)s, the paper's best)",
    )
    add("--plans", metavar="NAME", help="other plans than the architecture's own")
    add(
        "--configuration",
        default="3d_fullres",
        metavar="NAME",
        help="configuration of the plans (default: %(default)s)",
    )
    add(
        "--residual",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="with U-Mamba, add what goes into a Mamba layer to what comes out; without, as "
        "its authors have it, training may diverge (default: yes)",
    )


def _add_patches(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--foreground",
        type=_share,
        default=0.33,
        metavar="SHARE",
        help="share of the patches of a batch that hold a lesion for sure (default: %(default)s)",
    )
    add(
        "--jitter",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="shift those patches off their lesion by at most this share of their side; with small "
        "patches take 0.3 or so, or the network learns that lesions are in the middle "
        "(default: %(default)s)",
    )


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f'expected a share of 0 to 1, not "{text}"')
    return value


def _rate(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f'expected a rate above 0 and below 1, not "{text}"')
    return value


def _add_length(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--epochs", type=at_least(1), default=1000, help="(default: %(default)s)")
    add("--steps", type=at_least(1), default=250, help="steps of an epoch (default: %(default)s)")
    add(
        "--validation-steps",
        type=at_least(1),
        default=50,
        help="batches of the held-out cases after each epoch (default: %(default)s)",
    )
    add(
        "--learning-rate",
        type=_rate,
        default=3e-4,
        metavar="RATE",
        help="Adam's, at the start; with few steps take 1e-3 to 1e-2 (default: %(default)s, the "
        "paper's)",
    )
    add("--seed", type=at_least(0), default=0, help="of weights and batches (default: %(default)s)")
    add(
        "--resume",
        action="store_true",
        help="go on with this run after its last whole epoch, or begin it where there is none",
    )


def _add_machine(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--device",
        choices=["auto", "cuda", "cpu"],
        default="auto",
        help="auto: a GPU where there is one (default: %(default)s)",
    )
    add(
        "--workers",
        type=at_least(0),
        metavar="N",
        help="processes that make batches, 0 for none (default: one a core, 12 at most)",
    )
    add(
        "--bfloat16",
        action="store_true",
        help="on a CPU, train in mixed precision; twice as fast where the processor has "
        "instructions for bfloat16 (lscpu: avx512_bf16, amx_bf16). A GPU always does, in float16",
    )
    add("--verbose", action="store_true", help="print nnU-Net's log too")


def run(args: argparse.Namespace) -> int:
    """Train, and say where the weights are."""
    folders = {"--preprocessed": args.preprocessed, "--out": args.out}
    for option, folder in folders.items():
        if folder is None:
            raise RunError(f"expected {option}, or the environment variable that stands for it")
    # Read by nnU-Net, some of them when it is imported.
    os.environ |= {PREPROCESSED: str(args.preprocessed), RESULTS: str(args.out)}
    train_run = importlib.import_module("training.train_run")
    print(train_run.train(args))
    return 0
