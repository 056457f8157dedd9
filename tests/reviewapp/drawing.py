"""What a browser sends when a rater has redrawn an ROI of the test cohort."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from reviewapp.addresses import mask_key
from reviewapp.mask_runs import runs_of
from reviewapp.models import Assignment, Roi
from tests.reviewapp.cohort import component_corners

Voxel = tuple[int, int, int]


def shown_voxels(roi: Roi) -> set[Voxel]:
    """Give the voxels of an ROI on the scan's grid, from the cohort and not from the store."""
    i, j, k = component_corners(roi.drawn_in)[roi.label - 1]
    return {(i, j, k), (i, j, k + 1), (i + 1, j, k), (i + 1, j, k + 1)}


def drawn(
    assignment: Assignment, voxels: Iterable[Voxel], *confirmed: str, **change: Any
) -> dict[str, Any]:
    """Give a correction of these voxels, which lie on the scan's grid."""
    roi = assignment.roi
    crop = np.zeros(roi.crop_shape, np.uint8)
    for voxel in voxels:
        crop[tuple(np.subtract(voxel, roi.crop_offset_ijk))] = 1
    return {
        "shape": roi.crop_shape,
        "offset_ijk": roi.crop_offset_ijk,
        "mask_key": mask_key(assignment),
        "runs": runs_of(np.flatnonzero(crop.ravel(order="F"))),
        "tools": ["brush", "eraser"],
        "confirmed": list(confirmed),
        **change,
    }


def grown(roi: Roi) -> set[Voxel]:
    """Give the ROI with one voxel more, one less."""
    voxels = shown_voxels(roi)
    first = min(voxels)
    return voxels - {first} | {(first[0] + 2, first[1], first[2])}
