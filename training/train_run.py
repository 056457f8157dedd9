"""One training run from options to weights: everything that it is goes into its folder."""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from networks.device_memory import is_lack_of_memory
from training.architectures import ARCHITECTURES, read_plans
from training.code_state import describe_device, describe_git, describe_versions
from training.losses import LossWeights
from training.randomness import seed_everything
from training.run_record import RUN_FILE, RunConfig, RunError, RunRecord, describe_data
from training.trainers import TRAINERS, InstanceTrainer, nnUNetTrainerLesion
from training.trainers.repeatable import FINAL, LATEST


def train(args: argparse.Namespace) -> str:
    """Run what `training.train_command` parsed; give a sentence that says where the weights are.

    Raises
    ------
    ArchitectureError, CheckpointError, LossError, RegionError, RunError
        An input is refused, there is a run already, or training can't go on.
    """
    dataset = find_dataset(args.preprocessed, args.dataset)
    # nnU-Net prints as it goes; what a command answers comes last and alone.
    with redirect_stdout(sys.stderr):
        trainer = _make_trainer(args, dataset)
        folder = Path(trainer.output_folder)
        if (folder / FINAL).is_file() and args.resume:
            return f"{folder / FINAL}: finished already"
        record = _open_record(args, dataset, trainer)
        _run(trainer, record)
    return f"{folder / FINAL}: {trainer.num_epochs} epochs"


def find_dataset(preprocessed: Path, name: str) -> Path:
    """Give the folder of a dataset by its number or name.

    Raises
    ------
    RunError
        There is none, or several have the number.
    """
    pattern = f"Dataset{int(name):03d}_*" if name.isdecimal() else name
    found = sorted(path for path in preprocessed.glob(pattern) if path.is_dir())
    if len(found) != 1:
        came = ", ".join(path.name for path in found) or "none"
        raise RunError(f"{preprocessed}: expected one planned dataset {name}, came {came}")
    for needed in ("dataset.json", "dataset_fingerprint.json"):
        if not (found[0] / needed).is_file():
            raise RunError(f"{found[0]}: expected {needed}; plan the dataset first")
    return found[0]


def _make_trainer(args: argparse.Namespace, dataset: Path) -> nnUNetTrainerLesion:
    plans = read_plans(
        dataset, args.architecture, args.configuration, plans=args.plans, residual=args.residual
    )
    trainer_class = TRAINERS[args.trainer]
    seed_everything(args.seed)
    trainer = trainer_class(
        plans,
        args.configuration,
        _fold(args.fold, dataset),
        json.loads((dataset / "dataset.json").read_text("utf-8")),
        _device(args.device),
    )
    trainer.verbose = args.verbose
    trainer.seed, trainer.jitter = args.seed, args.jitter
    trainer.bfloat16 = args.bfloat16
    trainer.oversample_foreground_percent = args.foreground
    trainer.num_epochs, trainer.initial_lr = args.epochs, args.learning_rate
    trainer.num_iterations_per_epoch = args.steps
    trainer.num_val_iterations_per_epoch = args.validation_steps
    if args.workers is not None:
        trainer.n_workers = args.workers
    _set_weights(trainer, args)
    return trainer


def _set_weights(trainer: nnUNetTrainerLesion, args: argparse.Namespace) -> None:
    given = (args.alpha, args.beta)
    if not isinstance(trainer, InstanceTrainer):
        if given != (None, None):
            raise RunError(f"expected no --alpha or --beta, since {args.trainer} has one term")
        return
    own = trainer.default_weights
    trainer.loss_weights = LossWeights(
        own.alpha if args.alpha is None else args.alpha,
        own.beta if args.beta is None else args.beta,
    )


def _fold(text: str, dataset: Path) -> int | str:
    if text == "all":
        return text
    path = dataset / "splits_final.json"
    if not path.is_file():
        raise RunError(f"expected folds at {path}; make them with `python -m training split`")
    n_folds = len(json.loads(path.read_text("utf-8")))
    if not text.isdecimal() or int(text) >= n_folds:
        raise RunError(f"{path}: expected a fold of 0 to {n_folds - 1}, or all, came {text}")
    return int(text)


def _device(name: str) -> torch.device:
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise RunError("expected a GPU for --device cuda, came none; --device cpu does without")
    if name == "cuda":
        torch.backends.cudnn.benchmark = True
    return torch.device(name)


def _open_record(
    args: argparse.Namespace, dataset: Path, trainer: nnUNetTrainerLesion
) -> RunRecord:
    """Begin a run, or take up the one that is there."""
    folder = Path(trainer.output_folder)
    exists = (folder / RUN_FILE).is_file() or any(folder.glob("checkpoint_*.pth"))
    if exists and not args.resume:
        raise RunError(
            f"{folder}: expected no run there, but there is one; --resume goes on with it, "
            "--out takes another folder"
        )
    cases, validation = trainer.do_split()
    data = describe_data(dataset, Path(trainer.preprocessed_dataset_folder), cases, validation)
    config = _describe(args, dataset, trainer)
    if not exists:
        record = RunRecord.begin(folder, config, data)
    else:
        record = RunRecord.read(folder)
        record.check_same(config, data)
    with _enough_memory(trainer):
        trainer.initialize()
        if (folder / LATEST).is_file():
            trainer.load_checkpoint(str(folder / LATEST))
    about = {
        "git": describe_git(),
        "versions": describe_versions(),
        "device": describe_device(trainer.device),
        "n_workers": trainer.n_workers,
    }
    record.open_session(sys.argv, trainer.current_epoch, about)
    return record


def _describe(args: argparse.Namespace, dataset: Path, trainer: nnUNetTrainerLesion) -> RunConfig:
    weights = trainer.loss_weights if isinstance(trainer, InstanceTrainer) else None
    configuration = trainer.configuration_manager
    return RunConfig(
        dataset=dataset.name,
        configuration=args.configuration,
        plans=trainer.plans_manager.plans_name,
        fold=args.fold,
        trainer=type(trainer).__name__,
        architecture=args.architecture,
        n_epochs=args.epochs,
        n_steps=args.steps,
        n_validation_steps=args.validation_steps,
        learning_rate=args.learning_rate,
        seed=args.seed,
        foreground=args.foreground,
        jitter=args.jitter,
        bfloat16=args.bfloat16,
        alpha=weights.alpha if weights else None,
        beta=weights.beta if weights else None,
        residual=args.residual if ARCHITECTURES[args.architecture].layout else None,
        batch_size=configuration.batch_size,
        patch_size=tuple(configuration.patch_size),
    )


def _run(trainer: nnUNetTrainerLesion, record: RunRecord) -> None:
    state = "stopped"
    trainer.after_epoch = record.note_epoch
    try:
        with _terminated_as_interrupted(), _enough_memory(trainer):
            trainer.run_training()
        state = "finished"
    finally:
        record.note_epoch(trainer.current_epoch, state)


@contextmanager
def _enough_memory(trainer: nnUNetTrainerLesion) -> Iterator[None]:
    """Say what to change where the memory is too little for network, optimizer or a step."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_lack_of_memory(error):
            raise
        configuration = trainer.configuration_manager
        patch = "x".join(map(str, configuration.patch_size))
        raise RunError(
            f"{trainer.device}: out of memory with {configuration.batch_size} patches of {patch} "
            "voxels; end other programs, plan for a smaller GPU, or take a smaller architecture; "
            "--resume goes on elsewhere"
        ) from None


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM, which a cluster sends before it kills, end a run as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before: Any | Callable[..., Any] = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
