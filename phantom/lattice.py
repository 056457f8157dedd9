"""Interpolate a coarse lattice onto a fine grid parallel to it, one axis after the other."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from phantom.template import Float32Array

#: Slices that are handled at a time wherever a volume is worked through; bounds the memory.
SLAB_SLICES = 24


def interpolate_axis(
    lattice: Float32Array, positions: npt.NDArray[np.float64], axis: int
) -> Float32Array:
    """Interpolate linearly along one axis; beyond its ends the value stays.

    Parameters
    ----------
    lattice : array of float32
        At least two points along the axis.
    positions : (n,) array of float64
        Where, in steps of the lattice.
    axis : int

    Returns
    -------
    array of float32, n long along the axis

    Examples
    --------
    >>> interpolate_axis(np.float32([0, 10, 30]), np.array([0.5, 2.0, 9.0]), 0).tolist()
    [5.0, 30.0, 30.0]
    """
    top = lattice.shape[axis] - 1
    positions = np.clip(positions, 0, top)
    low = np.minimum(positions.astype(np.intp), top - 1)
    shape = [1] * lattice.ndim
    shape[axis] = -1
    weight = (positions - low).astype(np.float32).reshape(shape)
    below = np.take(lattice, low, axis)
    out = np.take(lattice, low + 1, axis)
    out -= below
    out *= weight
    out += below
    return np.asarray(out, np.float32)


def slabs(n_slices: int) -> Iterator[slice]:
    """Cut the slices of a volume into slabs.

    >>> [s.stop for s in slabs(50)]
    [24, 48, 50]
    """
    for start in range(0, n_slices, SLAB_SLICES):
        yield slice(start, min(start + SLAB_SLICES, n_slices))


def interpolate_slabs(
    lattices: Sequence[Float32Array], positions: Sequence[npt.NDArray[np.float64]]
) -> Iterator[tuple[slice, list[Float32Array]]]:
    """Interpolate several lattices slab by slab.

    Parameters
    ----------
    lattices : (p, q, r) arrays of float32
    positions : three arrays of float64, (I,), (J,) and (K,)
        Where the grid's planes lie along each axis, in steps of the lattice.

    Yields
    ------
    slab : slice of the third axis
    values : list of (I, J, slab) arrays of float32, one a lattice
    """
    planes = [
        interpolate_axis(interpolate_axis(lattice, positions[0], 0), positions[1], 1)
        for lattice in lattices
    ]
    for slab in slabs(len(positions[2])):
        yield slab, [interpolate_axis(plane, positions[2][slab], 2) for plane in planes]
