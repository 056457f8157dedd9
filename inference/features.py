"""Take the bottleneck features of a scan: what the encoder makes of it, on a grid of the brain.

The paper, section 3.3.2 "Bottleneck features analysis": flips are undone before they are averaged,
folds are concatenated. Scans of any size give vectors of one length, for the map is resampled to a
fixed grid in the brain's bounding box.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from nnunetv2.inference.sliding_window_prediction import (
    compute_gaussian,
    compute_steps_for_sliding_window,
)
from torch import Tensor, nn

from inference.resampling import interpolate
from inference.sliding_window import SIGMA_SCALE, STEP, Shape
from inference.tile_workers import count_workers, map_tiles
from lesions.model_weights import ModelError

#: (1, C, x, y, z) -> (1, D, x / stride, …).
#: On the CPU it may be called in other threads, where what the caller entered doesn't hold.
Encoder = Callable[[Tensor], Tensor]
Precision = Callable[[], AbstractContextManager[Any]]
#: The brain's box on the network's grid, (first, behind) along each axis; not of whole voxels.
Box = tuple[tuple[float, float], ...]


def encoder_of(network: nn.Module, precision: Precision = nullcontext) -> Encoder:
    """Give the function that ends at a network's bottleneck, and enters `precision` itself.

    Raises
    ------
    ModelError
        The network has no encoder of nnU-Net's kind.
    """
    encoder = getattr(network, "encoder", None)
    if not isinstance(encoder, nn.Module):
        raise ModelError(f"expected a network with an encoder, came {type(network).__name__}")

    def encode(patch: Tensor) -> Tensor:
        with precision():
            bottleneck: Tensor = encoder(patch)[-1]
        return bottleneck

    return encode


@torch.inference_mode()
def grid_features(
    encode: Encoder,
    volume: Tensor,
    box: Box,
    grid: Shape,
    tile: Shape,
    stride: Shape,
    mirrors: Sequence[tuple[int, ...]],
) -> Tensor:
    """Give one fold's features on a grid that divides the brain's box.

    Each flip is one of the whole volume and of its box, and is undone on the grid: the mean over
    all flips turns with the volume, wherever tiles and padding lie.

    Parameters
    ----------
    volume : (C, X, Y, Z) tensor of float32
    grid : cells along each axis
    tile, stride : voxels along each axis
        Of the network: its input, and one cell of its bottleneck.
    mirrors : sequence of tuples of axes
        () is none.

    Returns
    -------
    (D, *grid) tensor of float32
    """
    total: Tensor | None = None
    for axes in mirrors:
        turned = volume.flip([axis + 1 for axis in axes]) if axes else volume
        flipped_box = tuple(
            (n - behind, n - first) if axis in axes else (first, behind)
            for axis, ((first, behind), n) in enumerate(zip(box, volume.shape[1:], strict=True))
        )
        cells, before = tiled_map(encode, turned, tile, stride)
        found = sample_box(cells, before, stride, flipped_box, grid)
        found = found.flip([axis + 1 for axis in axes]) if axes else found
        total = found if total is None else total + found
    if total is None:
        raise ValueError("expected at least one mirror, () for none, came no mirror")
    return total / len(mirrors)


@torch.inference_mode()
def tiled_map(
    encode: Encoder, volume: Tensor, tile: Shape, stride: Shape
) -> tuple[Tensor, tuple[int, ...]]:
    """Run an encoder over a volume tile by tile, onto one grid of bottleneck cells.

    Tiles begin at multiples of the stride, so their cells fall on one another; they are averaged
    by nnU-Net's Gaussian, of cells.

    Returns
    -------
    (D, x, y, z) tensor of float32, and the voxels of padding before the volume, along each axis
    """
    shape = volume.shape[1:]
    sides = [max(-(-n // s) * s, t) for n, s, t in zip(shape, stride, tile, strict=True)]
    before = tuple((side - n) // 2 for side, n in zip(sides, shape, strict=True))
    behind = [side - n - b for side, n, b in zip(sides, shape, before, strict=True)]
    flat = [n for pair in zip(reversed(before), reversed(behind), strict=True) for n in pair]
    padded = torch.nn.functional.pad(volume, flat)
    starts = [
        snap(steps, step)
        for steps, step in zip(
            compute_steps_for_sliding_window(tuple(sides), tile, STEP), stride, strict=True
        )
    ]
    n_cells = tuple(t // s for t, s in zip(tile, stride, strict=True))
    device = volume.device
    weights = compute_gaussian(n_cells, SIGMA_SCALE, 1.0, torch.float32, device)
    sums = torch.zeros([side // s for side, s in zip(sides, stride, strict=True)], device=device)
    corners = torch.cartesian_prod(*map(torch.tensor, starts)).tolist()

    def work(corner: Sequence[int]) -> Tensor:
        window = [slice(c, c + t) for c, t in zip(corner, tile, strict=True)]
        with torch.inference_mode():
            return encode(padded[(slice(None), *window)][None])[0].float()

    total: Tensor | None = None
    n_workers = count_workers(device, tile, len(corners))
    for corner, cells in zip(corners, map_tiles(work, corners, n_workers), strict=True):
        if total is None:
            total = torch.zeros((len(cells), *sums.shape), device=device)
        at = tuple(
            slice(c // s, c // s + n) for c, s, n in zip(corner, stride, n_cells, strict=True)
        )
        total[(slice(None), *at)] += cells * weights
        sums[at] += weights
    if total is None:
        raise ValueError(f"expected a volume with tiles, came one of shape {tuple(shape)}")
    return total / sums, before


def snap(starts: Sequence[int], stride: int) -> list[int]:
    """Move the tiles' first voxels to the nearest multiples of the stride.

    >>> snap([0, 23, 46], 8), snap([0], 8)
    ([0, 24, 48], [0])
    """
    return sorted({round(start / stride) * stride for start in starts})


def sample_box(
    cells: Tensor, before: Sequence[int], stride: Shape, box: Box, grid: Shape
) -> Tensor:
    """Average a map of bottleneck cells within each part of a grid that divides a box.

    Parameters
    ----------
    cells : (D, x, y, z) tensor
        A cell's centre lies in the middle of its `stride` voxels.
    before : voxels of padding before the volume that `box` is given in

    Returns
    -------
    (D, *grid) tensor
        Means of points set evenly, at least as close as the cells are.
    """
    points = []
    for axis, ((first, behind), n) in enumerate(zip(box, grid, strict=True)):
        extent = behind - first
        fine = max(1, -(-int(extent) // (n * stride[axis]))) * n
        voxels = first + (torch.arange(fine, dtype=torch.float64) + 0.5) * (extent / fine)
        cells = interpolate(cells, axis + 1, (voxels + before[axis]) / stride[axis] - 0.5)
        points.append(fine // n)
    return torch.nn.functional.avg_pool3d(cells, tuple(points))
