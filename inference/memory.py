"""When a device's memory is not enough: fewer mirrors at once, then smaller tiles, then words."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import torch

from inference.sliding_window import Shape
from networks.device_memory import is_lack_of_memory

Result = TypeVar("Result")
#: Mirrors that go through the network at once on a GPU, most first; one on the CPU, where more are
#: no faster.
BATCHES = (8, 2, 1)
#: A tile has at least so many cells of the bottleneck along each axis: norms over one cell fail.
MIN_CELLS = 2
#: Times that the tile is halved along its longest axes before the scan is given up.
MAX_HALVINGS = 4


class DeviceMemoryError(ValueError):
    """A device has too little memory for a model or a scan; the message says what to change."""


@dataclass(frozen=True)
class Attempt:
    """One way to run a scan: the tile, in voxels, and how many mirrors go at once."""

    tile: Shape
    batch: int


@dataclass
class Ladder:
    """The ways to run a model, the one that takes most memory first.

    `first` is the place of the way that worked for the scan before: what failed for a scan that
    was done in the end isn't tried again. A scan that fits in no way changes nothing for the next.
    """

    attempts: tuple[Attempt, ...]
    device: torch.device
    notes: list[str] = field(default_factory=list)
    first: int = 0

    @classmethod
    def of(
        cls, tile: Shape, stride: Shape, device: torch.device, batches: Sequence[int] = BATCHES
    ) -> "Ladder":
        """Give the ways to run a model: the plan's tile with many mirrors at once first.

        Parameters
        ----------
        tile, stride : voxels along each axis
            Of the network: its input, and one cell of its bottleneck.
        device : torch.device
        batches : sequence of int
            How many mirrors may go at once on a GPU.

        >>> ladder = Ladder.of((32, 32, 32), (8, 8, 8), torch.device("cuda"))
        >>> [(attempt.tile[0], attempt.batch) for attempt in ladder.attempts]
        [(32, 8), (32, 2), (32, 1), (16, 1)]
        >>> Ladder.of((32, 32, 32), (8, 8, 8), torch.device("cpu")).attempts
        (Attempt(tile=(32, 32, 32), batch=1),)
        """
        if device.type != "cuda":
            return cls((Attempt(tile, 1),), device)
        attempts = [Attempt(tile, batch) for batch in batches]
        attempts += [Attempt(smaller, 1) for smaller in smaller_tiles(tile, stride)]
        return cls(tuple(attempts), device)

    def climb(self, run: Callable[[Attempt], Result], name: str) -> Result:
        """Give what the first way gives that fits into memory.

        Raises
        ------
        DeviceMemoryError
            None does.
        """
        for index in range(self.first, len(self.attempts)):
            attempt = self.attempts[index]
            try:
                result = run(attempt)
            except (RuntimeError, MemoryError) as error:
                if not is_lack_of_memory(error):
                    raise
            else:
                self._keep(index, name)
                return result
            # Outside of the handler: the error held the frames, and they the tensors.
            free_cache(self.device)
        tile = _text(self.attempts[-1].tile)
        raise lack_of_memory(self.device, f"{name}: expected memory for tiles of {tile}")

    def _keep(self, index: int, name: str) -> None:
        before, now = self.attempts[self.first].tile, self.attempts[index].tile
        self.first = index
        if now != before:
            self.notes.append(
                f"{name}: too little memory on {self.device} for tiles of "
                f"{_text(self.attempts[0].tile)}; {_text(now)} from here on, which changes the "
                "result a little: for the plan's own, end other programs on the device, take a "
                "larger one, or --device cpu"
            )


@contextmanager
def enough_memory(device: torch.device, what: str) -> Iterator[None]:
    """Turn a lack of memory in the block, for which smaller tiles are no help, into advice.

    Parameters
    ----------
    device : torch.device
    what : str
        Begins the message: for what memory was expected.

    Raises
    ------
    DeviceMemoryError
    """
    try:
        yield
        return
    except (RuntimeError, MemoryError) as error:
        if not is_lack_of_memory(error):
            raise
    free_cache(device)
    raise lack_of_memory(device, what)


def lack_of_memory(device: torch.device, what: str) -> DeviceMemoryError:
    """Give the error that says for what a device's memory is too little, and what to change."""
    change = (
        "take a device with more memory, or say --device cpu"
        if device.type == "cuda"
        else "or take a machine with more"
    )
    return DeviceMemoryError(
        f"{what}, there is too little on {device}: end other programs, {change}"
    )


def free_cache(device: torch.device) -> None:
    """Give back what torch keeps of a GPU's memory without using it."""
    if device.type == "cuda":
        torch.cuda.empty_cache()


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
