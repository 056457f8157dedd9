"""Lesions as 26-connected components of a mask: how many, how large, where."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lesions.connectivity import label_runs, split_at_lines
from lesions.foreground import MaskError, find_foreground, read_foreground
from lesions.geometry import FloatArray, apply_affine, check_affine, voxel_volume_mm3
from lesions.runs import IntArray, Runs, expand_runs


@dataclass(frozen=True)
class Components:
    """The components of one mask, label 1 first; L = 0 for an empty mask.

    `n_voxels` (L,) int; `volume_mm3` (L,); `centroid_ijk` (L, 3), mean voxel index;
    `centroid_ras_mm` (L, 3), mean of the voxel centres; `bbox_ijk` (L, 3, 2) int, start and stop
    (half-open) along each axis.
    """

    n_voxels: IntArray
    volume_mm3: FloatArray
    centroid_ijk: FloatArray
    centroid_ras_mm: FloatArray
    bbox_ijk: IntArray

    def __len__(self) -> int:
        """Count the components."""
        return len(self.n_voxels)


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
    runs = split_at_lines(find_foreground(mask))
    return describe_runs(runs, label_runs(runs), check_affine(affine, "mask"))


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
    runs = split_at_lines(find_foreground(mask))
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


def describe_runs(runs: Runs, labels: IntArray, affine: FloatArray) -> Components:
    """Measure components given as labelled runs, none beyond its line."""
    n_i, n_j, _ = runs.shape
    line = runs.start // n_i  # faster than np.divmod
    i = runs.start - line * n_i
    k = line // n_j
    j = line - k * n_j
    length = runs.stop - runs.start
    component = labels - 1
    n_labels = int(labels.max(initial=0))

    def total(weights: npt.NDArray[np.generic]) -> FloatArray:
        # Whole and half numbers far below 2**53: the sums are exact in any order.
        return np.bincount(component, weights, minlength=n_labels).astype(np.float64)

    n_voxels = total(length)
    sums = [total(length * (i + (length - 1) / 2)), total(length * j), total(length * k)]
    centroid = np.stack(sums, axis=1) / n_voxels[:, None]
    bbox = np.empty((n_labels, 3, 2), np.int64)
    for axis, (low, high) in enumerate(((i, i + length), (j, j + 1), (k, k + 1))):
        bbox[:, axis, 0] = runs.shape[axis]
        bbox[:, axis, 1] = 0
        np.minimum.at(bbox[:, axis, 0], component, low)
        np.maximum.at(bbox[:, axis, 1], component, high)
    return components_of(n_voxels.astype(np.int64), centroid.astype(np.float64), bbox, affine)


def components_of(
    n_voxels: IntArray, centroid_ijk: FloatArray, bbox_ijk: IntArray, affine: FloatArray
) -> Components:
    """Complete measures in voxels by those in millimetres."""
    return Components(
        n_voxels,
        n_voxels.astype(np.float64) * voxel_volume_mm3(affine),
        centroid_ijk,
        apply_affine(affine, centroid_ijk),
        bbox_ijk,
    )
