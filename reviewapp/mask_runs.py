"""Masks as runs: start, length, start, length … of voxels in file order (first axis fastest)."""

import numpy as np
import numpy.typing as npt

from lesions.runs import expand_runs

#: Most runs of one mask: a lesion that fills a 64 mm crop at 0.5 mm has 16384 lines at most, and
#: four runs in each of them is more than a hand draws.
MAX_RUNS = 65_536

IntArray = npt.NDArray[np.int64]


class RunsError(ValueError):
    """Runs don't describe a mask; the message is a sentence for the page."""


def parse_runs(value: object, n_voxels: int) -> IntArray:
    """Give the places of a mask's voxels, sorted.

    Parameters
    ----------
    value : list of int
        Start and length of each run; in order, none empty, none overlapping the next, none
        reaching outside.
    n_voxels : int
        Voxels of the grid.

    Raises
    ------
    RunsError
        The value is anything else.

    >>> parse_runs([1, 2, 6, 1], 8).tolist(), parse_runs([], 8).tolist()
    ([1, 2, 6], [])
    """
    if not isinstance(value, list) or len(value) % 2 or len(value) > 2 * MAX_RUNS:
        raise RunsError(f"The runs must be a list of at most {MAX_RUNS} pairs of start and length.")
    if not all(type(number) is int and 0 <= number <= n_voxels for number in value):
        raise RunsError(f"The runs must hold whole numbers from 0 to {n_voxels}.")
    pairs = np.array(value, np.int64).reshape(-1, 2)
    start, length = pairs.T
    stop = start + length
    if (length < 1).any() or (start[1:] < stop[:-1]).any() or (stop > n_voxels).any():
        raise RunsError("The runs must come in order, none empty, overlapping or outside.")
    return expand_runs(start, stop)


def runs_of(places: IntArray) -> list[int]:
    """Give the runs of some sorted places; the fewest that there are.

    >>> runs_of(np.array([1, 2, 6])), runs_of(np.array([], np.int64))
    ([1, 2, 6, 1], [])
    """
    if not len(places):
        return []
    first = np.concatenate(([0], np.flatnonzero(np.diff(places) != 1) + 1))
    length = np.diff(np.concatenate((first, [len(places)])))
    runs: list[int] = np.column_stack((places[first], length)).ravel().tolist()
    return runs
