"""Measure components: size, place, box."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lesions.geometry import FloatArray, apply_affine, voxel_volume_mm3
from lesions.runs import IntArray, Runs


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
    return components_of(n_voxels.astype(np.int64), centroid, bbox, affine)


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
