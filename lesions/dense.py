"""Find lesions in the volume: the way for masks of noise, with very many runs.

No mask of lesions comes here; whoever feeds one anyway shall not wait longer than for cc3d.
"""

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lesions.connectivity import label_volume
from lesions.geometry import FloatArray
from lesions.measures import Components, components_of, describe_runs
from lesions.runs import BoolArray, IntArray, Runs

#: Share of foreground from which one pass over the volume (cc3d.statistics) measures sooner than
#: sums over the foreground's voxels.
STATISTICS_SHARE = 0.1


@dataclass(frozen=True)
class DenseComponents:
    """The components of a mask, and the label (V,) at each position (V,) of its foreground."""

    components: Components
    where: IntArray
    labels: IntArray


def describe_volume(mask: npt.NDArray[np.uint8], affine: FloatArray) -> DenseComponents:
    """Find and measure the lesions of a mask.

    Parameters
    ----------
    mask : (I, J, K) array of 0 and 1, in Fortran order
    affine : (4, 4) array of float
        Voxel indices to RAS mm.

    >>> mask = np.zeros((3, 1, 1), np.uint8, order="F")
    >>> mask[0] = mask[2] = 1
    >>> found = describe_volume(mask, np.eye(4))
    >>> len(found.components), found.where.tolist(), found.labels.tolist()
    (2, [0, 2], [1, 2])
    """
    volume, n_labels = label_volume(mask)
    where = np.flatnonzero(flatten(mask))
    labels: IntArray = volume.ravel(order="F")[where].astype(np.int64)
    if len(where) > STATISTICS_SHARE * mask.size:
        return DenseComponents(_by_statistics(volume, n_labels, affine), where, labels)
    n_i, n_j, n_k = mask.shape
    voxels = Runs(where, where + 1, (n_i, n_j, n_k))
    return DenseComponents(describe_runs(voxels, labels, affine), where, labels)


def flatten(mask: npt.NDArray[np.uint8]) -> BoolArray:
    """View a mask of 0 and 1 in file order, first axis fastest; numpy searches bool faster."""
    return mask.ravel(order="F").view(np.bool_)


def shared_labels(
    a: DenseComponents,
    mask_a: npt.NDArray[np.uint8],
    b: DenseComponents,
    mask_b: npt.NDArray[np.uint8],
) -> tuple[IntArray, IntArray]:
    """Give the labels of both masks at the voxels that they share, in file order."""
    return a.labels[flatten(mask_b)[a.where]], b.labels[flatten(mask_a)[b.where]]


def _by_statistics(volume: npt.NDArray[Any], n_labels: int, affine: FloatArray) -> Components:
    found = importlib.import_module("cc3d").statistics(volume, no_slice_conversion=True)
    bbox = found["bounding_boxes"][1 : n_labels + 1].astype(np.int64).reshape(n_labels, 3, 2)
    bbox[:, :, 1] += 1  # cc3d's end is the last voxel
    return components_of(
        found["voxel_counts"][1 : n_labels + 1].astype(np.int64),
        found["centroids"][1 : n_labels + 1].astype(np.float64),
        bbox,
        affine,
    )
