"""nnU-Net's trainer with batches that depend on seed and step alone, and an exact resume."""

import math
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from batchgenerators.dataloading.data_loader import DataLoader as BatchMaker
from batchgeneratorsv2.transforms.utils.compose import ComposeTransforms
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer
from nnunetv2.utilities.default_n_proc_DA import get_allowed_n_proc_DA
from torch._dynamo import OptimizedModule
from tqdm import tqdm

from lesions.progress import progress_bar
from training.batches import BatchStream, StepBatches, jitter_crops, make_repeatable, no_workers
from training.checkpoints import EXTRA, read_checkpoint, write_checkpoint
from training.randomness import put_states, take_states

#: Streams of batches that never share a seed.
TRAIN, VALIDATE = 0, 1
LATEST, FINAL = "checkpoint_latest.pth", "checkpoint_final.pth"


class DivergedError(ValueError):
    """The loss is no number any more; the message says of which run."""


class RepeatableTrainer(nnUNetTrainer):  # type: ignore[misc]
    """Train as nnU-Net does, and the same again: interrupted or not, with few workers or many.

    A checkpoint is written after every epoch and replaces the one before in one step. On a CPU a
    resumed run ends with the weights of an uninterrupted one to the bit; on a GPU as far as its
    kernels repeat themselves.

    Attributes
    ----------
    seed : int
        Of the batches.
    n_workers : int
        Processes that make batches; 0 for none. At first what nnU-Net's `nnUNet_n_proc_DA` says.
    jitter : float
        Share of a patch's side by which one that was centred on a lesion is shifted at most.
    bfloat16 : bool
        On a CPU, take the network's products in bfloat16, where nnU-Net takes float32; to be set
        before `initialize`. On a GPU nnU-Net's float16 stays.
    after_epoch : function or None
        Called with the number of whole epochs once each is saved.
    """

    #: Also print what goes into the log.
    verbose = False

    def __init__(
        self,
        plans: dict[str, Any],
        configuration: str,
        fold: int | str,
        dataset_json: dict[str, Any],
        device: torch.device = torch.device("cuda"),  # noqa: B008  as nnU-Net has it
    ) -> None:
        plans = {"continue_training": False} | deepcopy(plans)
        super().__init__(plans, configuration, fold, dataset_json, device)
        self.save_every = sys.maxsize  # ours is saved in on_epoch_end
        self.seed = 0
        self.jitter = 0.0
        self.bfloat16 = False
        self.n_workers = int(get_allowed_n_proc_DA())
        self.after_epoch: Callable[[int], None] | None = None
        self._states: dict[str, Any] | None = None
        self._bar: tqdm[Any] | None = None

    def initialize(self) -> None:
        """Build network, optimizer and loss."""
        super().initialize()
        if self.bfloat16 and self.device.type == "cpu":
            # What the processor's kernels for bfloat16 work on; others lose half of the gain.
            self.network.to(memory_format=torch.channels_last_3d)

    def precision(self) -> AbstractContextManager[Any]:
        """Give the context of a forward pass: mixed precision on a GPU, or where it is asked."""
        if self.device.type == "cuda":
            return torch.autocast("cuda")
        if self.bfloat16 and self.device.type == "cpu":
            return torch.autocast("cpu", dtype=torch.bfloat16)
        return nullcontext()

    def path_of(self, name: str) -> Path:
        """Give the path of a checkpoint of this run."""
        return Path(self.output_folder) / name

    def adapt_transforms(self, transforms: ComposeTransforms) -> None:
        """Change what the loader does to a patch, for training and validation."""
        make_repeatable(transforms)

    def get_dataloaders(self) -> tuple[BatchStream, BatchStream]:
        """Give the training and the validation batches from the current epoch on."""
        with no_workers():
            train, validate = (loader.data_loader for loader in super().get_dataloaders())
        return (
            self._stream(train, TRAIN, self.num_iterations_per_epoch, self.n_workers),
            self._stream(
                validate, VALIDATE, self.num_val_iterations_per_epoch, (self.n_workers + 1) // 2
            ),
        )

    def _stream(self, maker: BatchMaker, stream: int, n_steps: int, n_workers: int) -> BatchStream:
        self.adapt_transforms(maker.transforms)
        if self.jitter:
            jitter_crops(maker, self.jitter)
        return BatchStream(
            StepBatches(maker, self.seed, stream + 2 * self.local_rank),
            self.current_epoch * n_steps,
            self.num_epochs * n_steps,
            n_workers=n_workers,
            pin_memory=self.device.type == "cuda",
        )

    def run_training(self) -> None:
        """Train to the last epoch, with a bar on stderr."""
        steps = self.num_iterations_per_epoch + self.num_val_iterations_per_epoch
        total, begun = self.num_epochs * steps, self.current_epoch * steps
        try:
            with progress_bar(
                desc="training", unit="step", total=total, initial=begun
            ) as self._bar:
                super().run_training()
        finally:
            self._bar = None
            for stream in (self.dataloader_train, self.dataloader_val):
                if stream is not None:
                    stream.close()

    def on_train_start(self) -> None:
        """Make the loaders; after a resume the generators stand where the checkpoint left them."""
        super().on_train_start()
        if self._states is not None:
            put_states(self._states)
            self._states = None

    def train_step(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Take one step."""
        # On a GPU nnU-Net has a context of its own around the forward pass alone.
        with nullcontext() if self.device.type == "cuda" else self.precision():
            out: dict[str, Any] = super().train_step(batch)
        self._advance(out)
        return out

    def _advance(self, out: dict[str, Any]) -> None:
        if self._bar is not None:
            loss = f"{float(out['loss']):.3f}"
            self._bar.set_postfix(epoch=self.current_epoch, loss=loss, refresh=False)
            self._bar.update()

    def on_train_epoch_end(self, train_outputs: list[dict[str, Any]]) -> None:
        """Log the epoch's loss.

        Raises
        ------
        DivergedError
            It is no finite number; the checkpoint of the epoch before stays.
        """
        super().on_train_epoch_end(train_outputs)
        loss = float(self.logger.get_value("train_losses", step=-1))
        if not math.isfinite(loss):
            raise DivergedError(
                f"{self.output_folder}: epoch {self.current_epoch}: expected a finite loss, came "
                f"{loss}; the weights of the epochs before are kept"
            )

    def on_epoch_end(self) -> None:
        """Log, keep the best, then save; nnU-Net saves first, and forgets which was the best."""
        super().on_epoch_end()
        self.current_epoch -= 1  # `save_checkpoint` counts the epoch that it closes
        self.save_checkpoint(str(self.path_of(LATEST)))
        self.current_epoch += 1
        if self.after_epoch is not None:
            self.after_epoch(self.current_epoch)

    def save_checkpoint(self, filename: str) -> None:
        """Write what nnU-Net's checkpoints hold, and the states of schedule and generators."""
        if self.local_rank != 0 or self.disable_checkpointing:
            return
        scaler = self.grad_scaler
        content = {
            "network_weights": self._plain_network().state_dict(),
            "optimizer_state": self.optimizer.state_dict(),
            "grad_scaler_state": None if scaler is None else scaler.state_dict(),
            "logging": self.logger.get_checkpoint(),
            "_best_ema": self._best_ema,
            "current_epoch": self.current_epoch + 1,
            "init_args": self.my_init_kwargs,
            "trainer_name": type(self).__name__,
            "inference_allowed_mirroring_axes": self.inference_allowed_mirroring_axes,
        }
        schedule = {"ctr": self.lr_scheduler.ctr, "last_lr": self.lr_scheduler.get_last_lr()}
        extra = {"seed": self.seed, "schedule": schedule, "states": take_states()}
        write_checkpoint(filename, {**content, EXTRA: extra})

    def load_checkpoint(self, filename_or_checkpoint: str) -> None:
        """Read a checkpoint of one's own; the next `run_training` goes on from it."""
        extra = read_checkpoint(filename_or_checkpoint)[EXTRA]
        super().load_checkpoint(filename_or_checkpoint)
        self.seed = extra["seed"]
        self.lr_scheduler.ctr = extra["schedule"]["ctr"]
        self.lr_scheduler._last_lr = extra["schedule"]["last_lr"]
        self._states = extra["states"]

    def _plain_network(self) -> torch.nn.Module:
        network = self.network.module if self.is_ddp else self.network
        if isinstance(network, OptimizedModule):
            network = network._orig_mod
        plain: torch.nn.Module = network
        return plain

    def plot_network_architecture(self) -> None:
        """Do nothing: the package that nnU-Net draws with no longer works."""

    def print_to_log_file(
        self, *args: Any, also_print_to_console: bool = True, add_timestamp: bool = True
    ) -> None:
        """Write to the log; to the console too where `verbose` is set."""
        shown = also_print_to_console and self.verbose
        super().print_to_log_file(*args, also_print_to_console=shown, add_timestamp=add_timestamp)
