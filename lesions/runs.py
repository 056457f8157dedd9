"""Foreground as runs: stretches of voxels along the first axis."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

#: Runs per voxel of the grid above which the volume is built and cc3d labels it: from there on
#: going through every voxel takes less time than joining so many runs. Lesions of a hundredth of
#: the grid have a fifth of that; a mask like it is noise, or far from sparse.
DENSE_RUN_SHARE = 0.01
#: Fewer runs than this are joined in 1 ms, which is less than loading cc3d takes.
DENSE_MIN_RUNS = 1_000
#: A mask of more runs is refused: its runs alone would take more than 64 MB. Lesions of a hundredth
#: of a grid of 512 a side have a sixteenth of that.
MAX_RUNS = 2**22
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Runs:
    """The foreground of a mask as runs, in file order (first axis fastest).

    `start` and `stop` are (R,) arrays of int64: positions in the flattened volume, half-open,
    sorted, none empty. Two runs may touch; a run may go on from one line into the next.
    """

    start: IntArray
    stop: IntArray
    shape: tuple[int, int, int]

    @property
    def n_voxels(self) -> int:
        """Foreground voxels."""
        return int((self.stop - self.start).sum())


def are_too_many(n_runs: int, n_voxels: float) -> bool:
    """Say whether a grid with so many runs is labelled sooner as a volume.

    >>> are_too_many(50_000, 181 * 217 * 181), are_too_many(80_000, 181 * 217 * 181)
    (False, True)
    """
    return n_runs > max(DENSE_MIN_RUNS, n_voxels * DENSE_RUN_SHARE)


def expand_runs(start: IntArray, stop: IntArray) -> IntArray:
    """Give every position of some runs.

    >>> expand_runs(np.array([2, 7]), np.array([4, 8])).tolist()
    [2, 3, 7]
    """
    length = stop - start
    ends = np.cumsum(length)
    positions: IntArray = np.arange(int(ends[-1]) if len(ends) else 0)
    positions += np.repeat(start - (ends - length), length)
    return positions


def runs_of_indices(indices: IntArray, shape: tuple[int, int, int]) -> Runs:
    """Give the runs of some sorted positions.

    >>> runs_of_indices(np.array([2, 3, 7]), (8, 1, 1)).stop.tolist()
    [4, 8]
    """
    apart = np.diff(indices) != 1
    first, last = np.concatenate(([True], apart)), np.concatenate((apart, [True]))
    n = len(indices)
    return Runs(indices[first[:n]], indices[last[:n]] + 1, shape)
