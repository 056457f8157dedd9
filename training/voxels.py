"""Small sets of voxels on a large grid: sorted places in the flattened scan (last axis fastest).

An ROI has tens to thousands of voxels, a scan up to 60 million: sets of places are compared and
joined without another volume.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
NO_PLACES: Places = np.empty(0, np.int64)


def places_of(mask: BoolArray) -> Places:
    """Give the places of a mask's voxels.

    >>> places_of(np.array([[[False, True]], [[True, False]]])).tolist()
    [1, 2]
    """
    found: Places = np.flatnonzero(mask).astype(np.int64)
    return found


def grow(places: Places, shape: Sequence[int]) -> Places:
    """Give some places and all their 26-neighbours inside the grid.

    >>> grow(np.array([0]), (2, 1, 3)).tolist()
    [0, 1, 3, 4]
    """
    ijk = np.column_stack(np.unravel_index(places, tuple(shape)))
    steps = np.indices((3, 3, 3)).reshape(3, -1).T - 1
    near = (ijk[:, None, :] + steps).reshape(-1, 3)
    near = near[((near >= 0) & (near < np.array(shape))).all(axis=1)]
    flat = np.ravel_multi_index(tuple(near.T), tuple(shape))
    grown: Places = np.unique(flat).astype(np.int64)
    return grown


def components_at(mask: BoolArray, places: Places) -> Places:
    """Give the whole 26-connected components of a mask that hold any of some places.

    >>> mask = np.array([[[True, True, False, True]]])
    >>> components_at(mask, np.array([1, 2])).tolist()
    [0, 1]
    """
    flat = np.ascontiguousarray(mask).reshape(-1)
    found = new = places[flat[places]]
    while len(new):
        near = grow(new, mask.shape)
        new = np.setdiff1d(near[flat[near]], found, assume_unique=True)
        found = union([found, new])
    return found


def dsc(one: Places, other: Places) -> float:
    """Give the Dice score of two sets; 1 where both are empty.

    >>> dsc(np.array([1, 2]), np.array([2, 3])), dsc(NO_PLACES, NO_PLACES)
    (0.5, 1.0)
    """
    total = len(one) + len(other)
    if not total:
        return 1.0
    return 2 * len(np.intersect1d(one, other, assume_unique=True)) / total


def union(sets: Sequence[Places]) -> Places:
    """Give the places that any set holds.

    >>> union([np.array([3, 4]), np.array([1, 4])]).tolist()
    [1, 3, 4]
    """
    joined: Places = np.unique(np.concatenate([NO_PLACES, *sets]))
    return joined
