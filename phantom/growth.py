"""Grow one lesion of a given volume in the tissue around its seed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from phantom.lesion_types import LesionType
from phantom.template import BoolArray, Float32Array

#: Half the side of the cube in which a lesion grows, in radii of the sphere of its volume, and mm.
REACH_RADII, REACH_EXTRA_MM = 3.0, 4.0
#: Grain and size of the irregularity of a lesion's border, in mm.
GRAIN_MM, ROUGHNESS_MM = 1.2, 0.6
#: Width of a lesion's border: the rise of the logistic from half, in mm.
BORDER_MM = 0.3
#: Below this on the tissue scale lies fluid: depth below the pia is measured from it.
PIA_BELOW = 0.35
#: 26-connected neighbours.
NEIGHBOURS = np.ones((3, 3, 3), bool)


@dataclass(frozen=True)
class Patch:
    """A cube of the image: its slices, and the seed's place in it."""

    box: tuple[slice, slice, slice]
    seed: tuple[int, int, int]
    spacing_mm: float

    @property
    def shape(self) -> tuple[int, int, int]:
        """Give its size in voxels."""
        i, j, k = (s.stop - s.start for s in self.box)
        return i, j, k

    def offsets_mm(self) -> npt.NDArray[np.float32]:
        """Give each voxel's place from the seed: (3, i, j, k) in mm."""
        axes = [
            (np.arange(n, dtype=np.float32) - s) * np.float32(self.spacing_mm)
            for n, s in zip(self.shape, self.seed, strict=True)
        ]
        return np.stack(np.meshgrid(*axes, indexing="ij"))


@dataclass(frozen=True)
class Growth:
    """A lesion in its patch.

    Attributes
    ----------
    patch : Patch
    margin_mm : (i, j, k) array of float32
        Signed distance-like measure: positive inside the lesion, about mm.
    mask : (i, j, k) array of bool
        Its voxels: one 26-connected component that holds the seed.
    """

    patch: Patch
    margin_mm: Float32Array
    mask: BoolArray

    @property
    def share(self) -> Float32Array:
        """Give how much of each voxel is lesion, 0 to 1, falling off smoothly at the border."""
        return logistic(self.margin_mm / BORDER_MM)


def logistic(x: Float32Array) -> Float32Array:
    """Give 1 / (1 + exp(-x)) without overflow.

    >>> logistic(np.float32([0, 100])).tolist()
    [0.5, 1.0]
    """
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -40, 40))), np.float32)


def cut_patch(
    shape: tuple[int, ...], seed: tuple[int, int, int], reach_mm: float, spacing_mm: float
) -> Patch:
    """Cut a cube about a seed, as far as the image goes."""
    reach = int(np.ceil(reach_mm / spacing_mm))
    i, j, k = (
        slice(max(c - reach, 0), min(c + reach + 1, n)) for c, n in zip(seed, shape, strict=True)
    )
    return Patch((i, j, k), (seed[0] - i.start, seed[1] - j.start, seed[2] - k.start), spacing_mm)


def grow(
    tissue: Float32Array,
    seed: tuple[int, int, int],
    spacing_mm: float,
    kind: LesionType,
    volume_mm3: float,
    rng: np.random.Generator,
    axis: npt.NDArray[np.float64] | None = None,
) -> Growth:
    """Grow a lesion from a seed until it has its volume.

    The voxels are taken in the order of a cost in mm: distance from the seed in a random
    ellipsoid, plus smooth noise, plus what the type pays for leaving its home tissue.

    Parameters
    ----------
    tissue : (I, J, K) array of float32
        The image's tissue scale.
    seed : three int
        Voxel that the lesion surely holds.
    spacing_mm : float
    kind : LesionType
    volume_mm3 : float
        Rounded to whole voxels, at least two.
    rng : Generator
    axis : (3,) array, optional
        Direction of the long axis; random where not given.

    Returns
    -------
    Growth
        The mask may fall short of the volume where the tissue leaves no way on.
    """
    radius = (volume_mm3 * 3 / (4 * np.pi)) ** (1 / 3)
    patch = cut_patch(tissue.shape, seed, REACH_RADII * radius + REACH_EXTRA_MM, spacing_mm)
    home = tissue[patch.box]
    cost = _ellipsoid_mm(patch, kind.stretch, rng, axis)
    cost += _noise(patch.shape, GRAIN_MM / spacing_mm, rng) * ROUGHNESS_MM * min(radius / 2, 1)
    low, high = kind.tissue
    cost += kind.penalty * (np.maximum(low - home, 0) + np.maximum(home - high, 0))
    if kind.depth_mm is not None:
        depth = ndimage.distance_transform_edt(home > PIA_BELOW) * spacing_mm
        cost += 3 * np.maximum(depth - kind.depth_mm, 0)
    cost[patch.seed] = cost.min() - 0.1
    n = max(round(volume_mm3 / spacing_mm**3), 2)
    ordered = np.partition(cost, (n - 1, n), axis=None)
    margin = np.float32((ordered[n - 1] + ordered[n]) / 2) - cost
    return Growth(patch, margin, connected_to_seed(margin > 0, patch))


def connected_to_seed(mask: BoolArray, patch: Patch) -> BoolArray:
    """Keep the 26-connected component that holds the seed; nothing if the seed is not in it."""
    labels, _ = ndimage.label(mask, NEIGHBOURS)
    return np.asarray((labels == labels[patch.seed]) & mask)


def _noise(shape: tuple[int, ...], grain: float, rng: np.random.Generator) -> Float32Array:
    """Give smooth noise of mean about 0 and standard deviation 1."""
    noise = ndimage.gaussian_filter(rng.standard_normal(shape).astype(np.float32), grain)
    return np.asarray(noise / max(float(noise.std()), 1e-6), np.float32)


def _ellipsoid_mm(
    patch: Patch,
    stretch: tuple[float, float],
    rng: np.random.Generator,
    axis: npt.NDArray[np.float64] | None,
) -> Float32Array:
    """Measure distance from the seed, shorter along the long axis; unit volume is kept."""
    drawn = rng.standard_normal(3)
    long = drawn if axis is None else axis
    long = long / max(float(np.sqrt((long * long).sum())), 1e-6)
    ratio = rng.uniform(*stretch)
    offsets = patch.offsets_mm()
    along = sum(float(long[a]) * offsets[a] for a in range(3))
    across = (offsets * offsets).sum(0) - along * along
    squared = np.maximum(across, 0) * ratio ** (2 / 3) + along * along * ratio ** (-4 / 3)
    return np.asarray(np.sqrt(squared), np.float32)
