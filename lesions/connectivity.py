"""Join runs of foreground into 26-connected components."""

import importlib
import math

import numpy as np
import numpy.typing as npt

from lesions.runs import IntArray, Runs, are_too_many, expand_runs

#: Up to this thickness cc3d 4.1's binary way may stop with an error: it makes room for one label
#: in four voxels, but every other voxel of a slice, both ways, is a little more.
MAX_THIN = 3


def split_at_lines(runs: Runs) -> Runs:
    """Cut the runs that go on from one line of the first axis into the next.

    >>> split_at_lines(Runs(np.array([1]), np.array([7]), (3, 3, 1))).start.tolist()
    [1, 3, 6]
    """
    n_i = runs.shape[0]
    first, last = runs.start // n_i, (runs.stop - 1) // n_i
    if (first == last).all():
        return runs
    line = expand_runs(first, last + 1)
    source = np.repeat(np.arange(len(first)), last - first + 1)
    return Runs(
        np.maximum(runs.start[source], line * n_i),
        np.minimum(runs.stop[source], (line + 1) * n_i),
        runs.shape,
    )


def label_runs(runs: Runs) -> IntArray:
    """Number the 26-connected components of a mask.

    Two voxels are connected when they share a face, an edge or a corner (the paper, 3.3.1;
    scipy.ndimage.label with a 3 x 3 x 3 structure of ones).

    Parameters
    ----------
    runs : Runs
        None may go beyond its line (`split_at_lines`).

    Returns
    -------
    (R,) array of int64
        Label of each run, 1 to L, in the order of the components' first voxels in file order.
    """
    n_runs = len(runs.start)
    if are_too_many(n_runs, math.prod(runs.shape)):
        return _label_densely(runs)
    one, other = _touching_pairs(runs)
    root = np.arange(n_runs)
    while len(one):
        low, high = root[one], root[other]
        differ = low != high
        one, other = one[differ], other[differ]
        low, high = low[differ], high[differ]
        np.minimum.at(root, np.maximum(low, high), np.minimum(low, high))
        root = _compress(root)
    is_root = root == np.arange(n_runs)
    labels: IntArray = np.cumsum(is_root)[root]
    return labels


def overlapping_runs(
    start_a: IntArray, stop_a: IntArray, start_b: IntArray, stop_b: IntArray
) -> tuple[IntArray, IntArray]:
    """Give the pairs (a, b) of runs that share a position; both lists are sorted and disjoint."""
    first = np.searchsorted(stop_b, start_a, side="right")
    behind = np.searchsorted(start_b, stop_a, side="left")
    one = np.repeat(np.arange(len(start_a)), behind - first)
    return one, expand_runs(first, behind)


def fill_runs(runs: Runs) -> npt.NDArray[np.uint8]:
    """Build the volume, (I, J, K) in Fortran order: 1 in the runs, else 0.

    >>> fill_runs(Runs(np.array([1]), np.array([3]), (4, 1, 1))).ravel().tolist()
    [0, 1, 1, 0]
    """
    edges = np.stack([runs.start, runs.stop], axis=1).ravel()
    lengths = np.diff(edges, prepend=0, append=math.prod(runs.shape))
    values = np.zeros(len(lengths), np.uint8)
    values[1::2] = 1
    return np.repeat(values, lengths).reshape(runs.shape, order="F")


def label_volume(mask: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.unsignedinteger], int]:
    """Number the 26-connected components of a volume in Fortran order, by cc3d.

    Returns
    -------
    labels : (I, J, K) array
        As in `label_runs`: cc3d numbers by the first voxel too.
    n_labels : int
    """
    # Loaded here: few commands ever need it, and all would pay for it.
    label = importlib.import_module("cc3d").connected_components
    binary = min(mask.shape) > MAX_THIN
    labels, n_labels = label(mask, connectivity=26, binary_image=binary, return_N=True)
    return labels, int(n_labels)


def _label_densely(runs: Runs) -> IntArray:
    labels = label_volume(fill_runs(runs))[0]
    picked: IntArray = labels.ravel(order="F")[runs.start].astype(np.int64)
    return picked


def _touching_pairs(runs: Runs) -> tuple[IntArray, IntArray]:
    """Give the pairs of runs that touch, each pair once.

    A run touches a run of a neighbouring line when, made one voxel longer at both ends, it
    overlaps it. Lines and slices are set apart by a margin, so that nothing touches across.
    """
    n_i, n_j, _ = runs.shape
    line = runs.start // n_i
    width = n_i + 2
    shift = line // n_j * width + line * (width - n_i)
    start, stop = runs.start + shift, runs.stop + shift
    slice_width = (n_j + 1) * width
    pairs = [
        overlapping_runs(start - back - 1, stop - back + 1, start, stop)
        for back in (width, slice_width - width, slice_width, slice_width + width)
    ]
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


def _compress(root: IntArray) -> IntArray:
    """Point every run straight at the root of its tree."""
    while True:
        above = root[root]
        if (above == root).all():
            return root
        root = above
