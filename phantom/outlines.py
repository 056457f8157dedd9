"""Simulated redrawing of an outline, for the demo's raters: wider or tighter by ragged voxels."""

import numpy as np
import numpy.typing as npt

#: How often a simulated rater widens an outline, where it isn't tightened.
WIDENS = 0.6
#: Share of the voxels at the edge that a redrawing adds or takes.
RAGGED = 0.5

BoolArray = npt.NDArray[np.bool_]


def simulate_outline(shown: BoolArray, rng: np.random.Generator) -> BoolArray:
    """Give a mask that shares most voxels with the one shown, and differs from it.

    Parameters
    ----------
    shown : (I, J, K) array of bool
        At least one voxel.
    rng : Generator

    Returns
    -------
    (I, J, K) array of bool
        Never empty; equal to the shown one only where that fills the grid.

    Examples
    --------
    >>> shown = np.zeros((5, 5, 5), bool); shown[2, 2, 2] = True
    >>> drawn = simulate_outline(shown, np.random.default_rng(1))
    >>> bool(drawn[2, 2, 2]), drawn.sum() > 1
    (True, np.True_)
    """
    widens = rng.random() < WIDENS or int(shown.sum()) == 1
    edge = np.argwhere(_neighbours(shown) & ~shown if widens else _neighbours(~shown) & shown)
    if not len(edge):
        return shown.copy()
    picked = edge[rng.random(len(edge)) < RAGGED]
    # One at least, so that it differs; never all that there is.
    picked = edge[:1] if not len(picked) or len(picked) == int(shown.sum()) else picked
    drawn = shown.copy()
    drawn[tuple(picked.T)] = widens
    return drawn


def _neighbours(mask: BoolArray) -> BoolArray:
    """Give the voxels that share a face with one of the mask's."""
    near = np.zeros_like(mask)
    for axis in range(3):
        here, there = np.moveaxis(mask, axis, 0), np.moveaxis(near, axis, 0)
        there[1:] |= here[:-1]
        there[:-1] |= here[1:]
    return near
