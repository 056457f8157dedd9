"""Measure labelled volumes: the way for masks of noise, with very many runs.

No mask of lesions comes here; whoever feeds one anyway shall not wait longer than for cc3d.
"""

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from lesions.components import Components, components_of
from lesions.geometry import FloatArray
from lesions.runs import IntArray


def describe_volume(labels: npt.NDArray[Any], n_labels: int, affine: FloatArray) -> Components:
    """Measure the components 1 to `n_labels` of a labelled volume."""
    found = importlib.import_module("cc3d").statistics(labels, no_slice_conversion=True)
    bbox = found["bounding_boxes"][1 : n_labels + 1].astype(np.int64).reshape(n_labels, 3, 2)
    bbox[:, :, 1] += 1  # cc3d's end is the last voxel
    return components_of(
        found["voxel_counts"][1 : n_labels + 1].astype(np.int64),
        found["centroids"][1 : n_labels + 1].astype(np.float64),
        bbox,
        affine,
    )


def overlap_volumes(labels_a: npt.NDArray[Any], labels_b: npt.NDArray[Any]) -> IntArray:
    """Count the voxels that the components of two volumes share.

    Returns
    -------
    (P, 3) array of int
        Sorted: label in the first, label in the second, shared voxels.
    """
    a, b = labels_a.ravel(order="F"), labels_b.ravel(order="F")
    where = np.flatnonzero((a != 0) & (b != 0))
    n_b = int(b.max(initial=0)) + 1
    pair = a[where].astype(np.int64) * n_b + b[where]
    pair.sort()
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    voxels = np.diff(first, append=len(pair))
    return np.stack([pair[first] // n_b, pair[first] % n_b, voxels], axis=1)
