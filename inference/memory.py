"""When a device's memory is not enough: fewer mirrors at once, then smaller tiles, then words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import torch

from inference.networks import Ensemble
from inference.sliding_window import Shape

Result = TypeVar("Result")
#: Mirrors that go through the network at once on a GPU; one on the CPU, where more are no faster.
BATCH = 8
#: A tile has at least so many cells of the bottleneck along each axis: norms over one cell fail.
MIN_CELLS = 2
#: Times that the tile is halved along its longest axes before the scan is given up.
MAX_HALVINGS = 4


class DeviceMemoryError(ValueError):
    """A device has too little memory for a scan; the message says what to change."""


@dataclass(frozen=True)
class Attempt:
    """One way to run a scan: the tile, in voxels, and how many mirrors go at once."""

    tile: Shape
    batch: int


@dataclass
class Ladder:
    """The ways that are left, the one that works first; what failed once isn't tried again."""

    attempts: list[Attempt]
    full: Shape
    device: torch.device
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, ensemble: Ensemble) -> "Ladder":
        """Give the ways to run a model: the plan's tile first."""
        batches = (BATCH, BATCH // 4, 1) if ensemble.device.type == "cuda" else (1,)
        attempts = [Attempt(ensemble.tile, batch) for batch in batches]
        if ensemble.device.type == "cuda":
            attempts += [Attempt(tile, 1) for tile in smaller_tiles(ensemble.tile, ensemble.stride)]
        return cls(attempts, ensemble.tile, ensemble.device)

    def climb(self, run: Callable[[Attempt], Result], name: str) -> Result:
        """Give what the first way gives that fits into memory.

        Raises
        ------
        DeviceMemoryError
            None does.
        """
        while True:
            attempt = self.attempts[0]
            try:
                return run(attempt)
            except (RuntimeError, MemoryError) as error:
                if not is_lack_of_memory(error):
                    raise
                failed = attempt
            # Outside of the handler: the error held the frames, and they the tensors.
            if self.device.type == "cuda":
                torch.cuda.empty_cache()
            if len(self.attempts) == 1:
                raise DeviceMemoryError(self._advice(failed, name))
            del self.attempts[0]
            self._note(self.attempts[0], name)

    def _note(self, attempt: Attempt, name: str) -> None:
        if attempt.tile != self.full:
            self.notes.append(
                f"{name}: too little memory on {self.device} for tiles of {_text(self.full)}; "
                f"{_text(attempt.tile)} from here on, which changes the prediction a little: for "
                "the plan's own, end other programs on the device, take a larger one, or --device "
                "cpu"
            )

    def _advice(self, attempt: Attempt, name: str) -> str:
        return (
            f"{name}: expected memory on {self.device} for tiles of {_text(attempt.tile)}, there "
            "is too little: end other programs, "
            + (
                "take a device with more memory, or say --device cpu"
                if self.device.type == "cuda"
                else "or take a machine with more"
            )
        )


def is_lack_of_memory(error: Exception) -> bool:
    """Say whether an error tells of too little memory, on a GPU or beside it.

    >>> is_lack_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: 4 bytes"))
    True
    """
    known = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return known or "can't allocate memory" in str(error)


def smaller_tiles(tile: Shape, stride: Shape) -> list[Shape]:
    """Give smaller and smaller tiles that the network still takes.

    >>> smaller_tiles((128, 128, 64), (32, 32, 16))
    [(64, 64, 32)]
    """
    tiles: list[Shape] = []
    current = tile
    for _ in range(MAX_HALVINGS):
        a, b, c = (
            max(side // 2 // step, MIN_CELLS) * step if side > MIN_CELLS * step else side
            for side, step in zip(current, stride, strict=True)
        )
        if (a, b, c) == current:
            break
        current = a, b, c
        tiles.append(current)
    return tiles


def _text(tile: Shape) -> str:
    return " x ".join(map(str, tile))
