"""Give every patient a brain of their own: size, tilt, left-right flip, form, ventricles."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from phantom.lattice import interpolate_slabs
from phantom.template import BoolArray, Float32Array, Template

Float64Array = npt.NDArray[np.float64]

#: Field of view in mm: holds the largest brain that `draw_shape` makes.
FIELD_OF_VIEW_MM = (168.0, 208.0, 176.0)
#: Knots and sizes of the random warps, in mm: the shape of the lobes, then of the gyri.
WARPS_MM = ((44.0, 1.9), (18.0, 0.9))
#: Template mm a scanner mm along each axis; Colin27's brain is larger than most.
SCALES = (0.99, 1.1)
#: Spacing of the lattice on which coordinates are worked out before they are interpolated, in mm.
LATTICE_MM = 4.0


@dataclass(frozen=True)
class Grid:
    """A voxel grid: shape (3,) and affine (4, 4), voxel to RAS mm; its axes are the world's."""

    shape: tuple[int, int, int]
    affine: Float64Array

    @property
    def spacing_mm(self) -> float:
        """Give the side of its cubic voxels."""
        return float(self.affine[0, 0])

    def coarser(self, step: int) -> "Grid":
        """Keep every `step`-th voxel, as `array[::step, ::step, ::step]` does."""
        affine = self.affine.copy()
        affine[:3, :3] *= step
        i, j, k = (-(-n // step) for n in self.shape)
        return Grid((i, j, k), affine)


@dataclass(frozen=True)
class Shape:
    """How one brain differs from the template.

    Attributes
    ----------
    matrix : (3, 3) float64
        Scanner mm to template mm, about the two centres; negative determinant when flipped.
    flipped : bool
        Left and right are exchanged.
    knots : tuple of (3, p, q, r) float64
        Random displacements in mm, one lattice for each of `WARPS_MM`.
    ventricle_mm : float
        By how much the ventricles' walls move outwards.
    """

    matrix: Float64Array
    flipped: bool
    knots: tuple[Float64Array, ...]
    ventricle_mm: float


def make_grid(spacing_mm: float, rng: np.random.Generator) -> Grid:
    """Lay a grid over the field of view; the head lies a few mm off the scanner's centre."""
    i, j, k = (round(side / spacing_mm) for side in FIELD_OF_VIEW_MM)
    affine = np.diag([spacing_mm, spacing_mm, spacing_mm, 1.0])
    centre = np.round(rng.normal(0, (2, 8, 8)), 1)
    affine[:3, 3] = centre - (np.array([i, j, k]) - 1) / 2 * spacing_mm
    return Grid((i, j, k), affine)


def draw_shape(rng: np.random.Generator, ventricle_mm: float) -> Shape:
    """Draw a head's size, tilt, side and form."""
    angles = np.deg2rad(rng.normal(0, (3.0, 1.2, 1.5)).clip(-5, 5))
    scale = rng.uniform(*SCALES, 3)
    flipped = bool(rng.random() < 0.5)
    side = np.diag([-1.0 if flipped else 1.0, 1.0, 1.0])
    knots = tuple(
        rng.normal(0, size, (3, *(int(side_mm / knot) + 4 for side_mm in FIELD_OF_VIEW_MM)))
        for knot, size in WARPS_MM
    )
    return Shape(side @ _rotation(angles) @ np.diag(scale), flipped, knots, ventricle_mm)


class Warp:
    """Carries the template's maps onto one patient's grid."""

    def __init__(self, template: Template, shape: Shape, grid: Grid) -> None:
        """Work out, on a lattice over the grid's field of view, where each point comes from."""
        self.template = template
        self.origin_mm = grid.affine[:3, 3] - LATTICE_MM
        extent = (np.array(grid.shape) - 1) * grid.spacing_mm
        counts = [int(np.ceil(e / LATTICE_MM)) + 3 for e in extent]
        points = np.stack(np.meshgrid(*(np.arange(n) * LATTICE_MM for n in counts), indexing="ij"))
        self.lattice = list(_source_ijk(template, shape, points, extent))

    def resample(
        self,
        image: Float32Array,
        grid: Grid,
        order: Literal[1, 3] = 1,
        where: BoolArray | None = None,
        fill: float = 0,
    ) -> Float32Array:
        """Carry a map of the template onto a grid; outside it has the value at its edge.

        Parameters
        ----------
        image : (I, J, K) array of float32
            A map of the template.
        grid : Grid
            Any grid within the field of view.
        order : int
            1, linear; 3, cubic.
        where : (I', J', K') array of bool, optional
            Voxels of the grid that are wanted; the others get `fill`.
        fill : float

        Returns
        -------
        (I', J', K') array of float32
        """
        source = ndimage.spline_filter(image, order, np.float32) if order > 1 else image
        out = np.full(grid.shape, fill, np.float32)
        for slab, coordinates in interpolate_slabs(self.lattice, self._positions(grid)):
            part = out[:, :, slab]
            wanted = np.s_[:] if where is None else where[:, :, slab]
            points = np.stack([axis[wanted] for axis in coordinates])
            part[wanted] = ndimage.map_coordinates(
                source, points, np.float32, order, mode="nearest", prefilter=False
            )
        return out

    def _positions(self, grid: Grid) -> list[Float64Array]:
        first = (grid.affine[:3, 3] - self.origin_mm) / LATTICE_MM
        step = grid.spacing_mm / LATTICE_MM
        return [f + np.arange(n) * step for f, n in zip(first, grid.shape, strict=True)]


def _source_ijk(
    template: Template, shape: Shape, points: Float64Array, extent: Float64Array
) -> Float32Array:
    """Give the template's voxel behind each point: (3, p, q, r) in mm from the lattice's corner."""
    moved = np.zeros_like(points)
    for (knot, _), values in zip(WARPS_MM, shape.knots, strict=True):
        for axis in range(3):
            moved[axis] += ndimage.map_coordinates(
                values[axis], points / knot + 1, order=3, mode="nearest"
            )
    centred = points - (extent / 2 + LATTICE_MM)[:, None, None, None]
    rows = shape.matrix[:, :, None, None, None]
    middle = (np.array(template.tissue.shape) - 1) / 2
    ijk = (rows * centred[None]).sum(1) + moved + middle[:, None, None, None]
    push = np.stack(
        [ndimage.map_coordinates(p, ijk, order=1, mode="nearest") for p in template.push]
    )
    return np.asarray(ijk - shape.ventricle_mm * push, np.float32)


def _rotation(angles: Float64Array) -> Float64Array:
    """Turn about x, then y, then z, by angles in radians."""
    out = np.eye(3)
    for axis, angle in enumerate(angles):
        a, b = [n for n in range(3) if n != axis]
        turn = np.eye(3)
        turn[a, a] = turn[b, b] = np.cos(angle)
        turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
        out = turn @ out
    return out
