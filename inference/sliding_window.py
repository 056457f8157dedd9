"""Run networks over a volume tile by tile, as nnU-Net does, without leaving the device."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from nnunetv2.inference.sliding_window_prediction import (
    compute_gaussian,
    compute_steps_for_sliding_window,
)
from torch import Tensor

from inference.tile_workers import count_workers, map_tiles

#: Share of a tile between two starts, and scale and height of the weights: nnU-Net 2.8.1's own.
STEP, SIGMA_SCALE, WEIGHT_SCALE = 0.5, 1 / 8, 10.0
#: Networks take (B, C, X, Y, Z); what runs here gives one value a voxel, (B, X, Y, Z).
Forward = Callable[[Tensor], Tensor]
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Tiling:
    """Where the tiles of a volume lie, and how they are weighted; for all folds of a scan.

    `padding` is what the volume lacks of one tile, (before, after) an axis; `corners` are the
    first voxels of the tiles in the padded volume; `weights` is one tile's, `total` their sum at
    every voxel of the padded volume.
    """

    shape: Shape
    tile: Shape
    padding: tuple[tuple[int, int], ...]
    corners: tuple[Shape, ...]
    weights: Tensor
    total: Tensor


def plan_tiles(shape: Shape, tile: Shape, device: torch.device) -> Tiling:
    """Lay tiles over a volume at nnU-Net's places, with its Gaussian weights.

    Parameters
    ----------
    shape, tile : voxels along each axis
    device : torch.device
        Where weights and sums lie.
    """
    lacking = [max(side - length, 0) for length, side in zip(shape, tile, strict=True)]
    padding = tuple((n // 2, n - n // 2) for n in lacking)
    padded = tuple(length + n for length, n in zip(shape, lacking, strict=True))
    steps = compute_steps_for_sliding_window(padded, tile, STEP)
    corners = tuple((x, y, z) for x, y, z in itertools.product(*steps))
    # Halves, as nnU-Net's: their smallest values are not those of single precision.
    halves = compute_gaussian(tile, SIGMA_SCALE, WEIGHT_SCALE, torch.float16, device)
    weights = halves.float()
    total = torch.zeros(padded, device=device)
    for corner in corners:
        total[_window(corner, tile)] += weights
    return Tiling(shape, tile, padding, corners, weights, total)


@torch.inference_mode()
def slide(
    forward: Forward,
    volume: Tensor,
    tiling: Tiling,
    mirrors: Sequence[tuple[int, ...]],
    *,
    batch: int = 1,
    tick: Callable[[], None] = lambda: None,
) -> Tensor:
    """Run a network over a volume; average mirrors within each tile, then tiles by their weights.

    Parameters
    ----------
    forward : function
        (B, C, x, y, z) -> (B, x, y, z). On the CPU it may be called in other threads, where what
        the caller entered (autocast) doesn't hold.
    volume : (C, X, Y, Z) tensor of float32
        On the device where all of it happens.
    mirrors : sequence of tuples of axes
        Each is one flip of the spatial axes 0, 1, 2; () is none.
    batch : int
        Mirrors that go through the network at once.
    tick : function
        Called after each tile.

    Returns
    -------
    (X, Y, Z) tensor of float32
    """
    padded = _pad(volume, tiling)
    out = torch.zeros_like(tiling.total)
    windows = [_window(corner, tiling.tile) for corner in tiling.corners]

    def work(window: tuple[slice, ...]) -> Tensor:
        with torch.inference_mode():
            return run_mirrored(forward, padded[(slice(None), *window)], mirrors, batch)

    n_workers = count_workers(volume.device, tiling.tile, len(windows))
    for window, mean in zip(windows, map_tiles(work, windows, n_workers), strict=True):
        out[window] += mean.mul_(tiling.weights)
        tick()
    out /= tiling.total
    return out[
        tuple(
            slice(before, before + n)
            for (before, _), n in zip(tiling.padding, tiling.shape, strict=True)
        )
    ]


def run_mirrored(
    forward: Forward, patch: Tensor, mirrors: Sequence[tuple[int, ...]], batch: int
) -> Tensor:
    """Run each flip of a (C, x, y, z) patch, and average what comes back once it is un-flipped."""
    total: Tensor | None = None
    for group in _groups(mirrors, batch):
        flipped = torch.stack([patch.flip([axis + 1 for axis in axes]) for axes in group])
        for value, axes in zip(forward(flipped).float(), group, strict=True):
            value = value.flip(axes) if axes else value
            total = value if total is None else total.add_(value)
    if total is None:
        raise ValueError("expected at least one mirror, () for none, came no mirror")
    return total / len(mirrors)


def mirrors_of(axes: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Give every flip of some axes, that of none first, as nnU-Net mirrors.

    >>> mirrors_of([0, 2])
    ((), (0,), (2,), (0, 2))
    """
    return tuple(
        chosen for n in range(len(axes) + 1) for chosen in itertools.combinations(sorted(axes), n)
    )


def _groups(mirrors: Sequence[tuple[int, ...]], size: int) -> Iterator[Sequence[tuple[int, ...]]]:
    for first in range(0, len(mirrors), size):
        yield mirrors[first : first + size]


def _window(corner: Shape, tile: Shape) -> tuple[slice, ...]:
    return tuple(slice(c, c + side) for c, side in zip(corner, tile, strict=True))


def _pad(volume: Tensor, tiling: Tiling) -> Tensor:
    flat = [n for pair in reversed(tiling.padding) for n in pair]
    return torch.nn.functional.pad(volume, flat) if any(flat) else volume
