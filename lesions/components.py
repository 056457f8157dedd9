"""Lesions as 26-connected components of a mask: how many, how large, where."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lesions.connectivity import label_runs, label_volume, split_at_lines
from lesions.dense import describe_volume
from lesions.foreground import (
    MaskError,
    TooManyRunsError,
    as_volume,
    find_foreground,
    read_foreground,
)
from lesions.geometry import check_affine
from lesions.measures import Components, describe_runs
from lesions.runs import IntArray, expand_runs

__all__ = ["Components", "component_voxels", "find_components", "label_mask"]


def find_components(mask: npt.ArrayLike, affine: npt.ArrayLike) -> Components:
    """Find the lesions of a mask.

    Parameters
    ----------
    mask : (I, J, K) array of bool, or of 0 and one positive value
    affine : (4, 4) array of float
        Voxel indices to RAS mm.

    Returns
    -------
    Components
        Labels in the order of the components' first voxels, first axis fastest: those of
        `label_mask`.

    Raises
    ------
    MaskError
        Not 3-D, or not binary.
    GridError
        No usable affine.

    Examples
    --------
    >>> mask = np.zeros((4, 4, 4), bool)
    >>> mask[0, 0, 0] = mask[1, 1, 1] = mask[3, 3, 3] = True
    >>> find_components(mask, np.eye(4)).n_voxels.tolist()
    [2, 1]
    """
    matrix = check_affine(affine, "mask")
    try:
        runs = split_at_lines(find_foreground(mask, stop_at_noise=True))
    except TooManyRunsError:
        return describe_volume(as_volume(mask), matrix).components
    return describe_runs(runs, label_runs(runs), matrix)


def label_mask(mask: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Number the voxels of each lesion.

    Parameters
    ----------
    mask : (I, J, K) array of bool, or of 0 and one positive value

    Returns
    -------
    (I, J, K) array of int32
        0 in the background; in Fortran memory order.

    >>> label_mask(np.array([[[1]], [[0]], [[1]]], bool)).ravel().tolist()
    [1, 0, 2]
    """
    try:
        runs = split_at_lines(find_foreground(mask, stop_at_noise=True))
    except TooManyRunsError:
        return label_volume(as_volume(mask))[0].astype(np.int32)
    flat = np.zeros(int(np.prod(runs.shape)), np.int32)
    flat[expand_runs(runs.start, runs.stop)] = np.repeat(label_runs(runs), runs.stop - runs.start)
    return flat.reshape(runs.shape, order="F")


def component_voxels(path: Path | str, labels: Iterable[int]) -> dict[int, IntArray]:
    """Give the voxels of some lesions of a mask file.

    Parameters
    ----------
    path : path of a binary mask
    labels : ints
        Labels of `find_components`, from 1.

    Returns
    -------
    dict of label to (n, 3) array of int
        Voxel indices i, j, k in file order.

    Raises
    ------
    MaskError
        The mask has no such component, or is not binary.
    ImageError
        The file can't be read.
    """
    runs = split_at_lines(read_foreground(path)[1])
    run_labels = label_runs(runs)
    n_labels = int(run_labels.max(initial=0))
    voxels = {}
    for label in labels:
        if not 1 <= label <= n_labels:
            raise MaskError(f"{path}: expected a component 1 to {n_labels}, not {label}")
        mine = run_labels == label
        flat = expand_runs(runs.start[mine], runs.stop[mine])
        voxels[label] = np.stack(np.unravel_index(flat, runs.shape, order="F"), axis=1)
    return voxels
