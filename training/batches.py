"""Batches that depend on seed and step alone, not on workers or on where a run was resumed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from batchgenerators.dataloading.data_loader import DataLoader as BatchMaker
from batchgeneratorsv2.transforms.noise.gaussian_blur import GaussianBlurTransform
from batchgeneratorsv2.transforms.utils.compose import ComposeTransforms
from torch import Generator
from torch.utils.data import DataLoader, Dataset

from training.randomness import seeded

Batch = dict[str, Any]


class StepBatches(Dataset[Batch]):
    """Batch number i of a stream, drawn with a seed made of (seed, stream, i).

    Parameters
    ----------
    maker : nnUNetDataLoader
        Draws cases, crops and augmentation from the global generators.
    seed, stream : int
        Runs with one seed see the same batches; streams keep training and validation apart.
    """

    def __init__(self, maker: BatchMaker, seed: int, stream: int) -> None:
        self.maker, self.seed, self.stream = maker, seed, stream

    def __getitem__(self, step: int) -> Batch:
        """Make one batch."""
        with seeded(self.seed, self.stream, step):
            batch: Batch = self.maker.generate_train_batch()
        return {name: batch[name] for name in ("data", "target")}


class BatchStream:
    """The batches of a run from one step to its end, in order, made ahead by workers.

    Parameters
    ----------
    batches : StepBatches
    start, stop : int
        The first step, and the one after the last.
    n_workers : int
        0 makes each batch in this process when it is asked for.
    pin_memory : bool
        For a GPU.
    """

    def __init__(
        self, batches: StepBatches, start: int, stop: int, *, n_workers: int, pin_memory: bool
    ) -> None:
        loader = DataLoader(
            batches,
            batch_size=None,
            sampler=range(start, stop),
            num_workers=n_workers,
            pin_memory=pin_memory,
            generator=Generator(),  # or it would draw from the global one
        )
        self._iterator: Iterator[Batch] | None = iter(loader)

    def __next__(self) -> Batch:
        """Give the next batch."""
        if self._iterator is None:
            raise StopIteration
        return next(self._iterator)

    def close(self) -> None:
        """End the workers."""
        self._iterator = None


def jitter_crops(maker: BatchMaker, share: float) -> None:
    """Shift each crop that was centred on a lesion, up to a share of its side either way.

    A network that sees every lesion in the middle of a small patch learns the place, not the
    lesion.
    """
    centred = maker.get_bbox

    def shifted(shape: Any, force_fg: bool, *others: Any, **more: Any) -> tuple[Any, Any]:
        lower, upper = centred(shape, force_fg, *others, **more)
        if not force_fg:
            return lower, upper
        reach = [int(share * side) for side in maker.final_patch_size]
        shifts = [int(np.random.randint(-most, most + 1)) for most in reach]
        return (
            [a + b for a, b in zip(lower, shifts, strict=True)],
            [a + b for a, b in zip(upper, shifts, strict=True)],
        )

    maker.get_bbox = shifted


def make_repeatable(transforms: ComposeTransforms) -> None:
    """Let the blur not choose its algorithm by a stopwatch: the two round differently."""
    for transform in transforms.transforms:
        inner = getattr(transform, "transform", transform)
        if isinstance(inner, GaussianBlurTransform):
            inner.benchmark = False


@contextmanager
def no_workers() -> Iterator[None]:
    """Let nnU-Net start no processes of its own in the block."""
    name = "nnUNet_n_proc_DA"
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before
