"""Say whether what a rater drew touches the lesion of another ROI.

Only drawn voxels count: an ROI that was shown in contact with another one asks nothing. The answer
is yes or no, so that it tells nothing of what the other ROI is.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from lesions.nifti_header import DATA_OFFSET
from reviewapp import volumes
from reviewapp.models import Roi

IntArray = npt.NDArray[np.int64]
#: Lesions kept at hand: those of a study; a lesion of 1000 voxels takes 8 kB.
N_CACHED = 512


def touch_another_roi(roi: Roi, voxels: IntArray) -> bool:
    """Say whether voxels lie in, or 26-next to, another ROI's lesion of the scan and study.

    Parameters
    ----------
    roi : Roi
        The one that was redrawn.
    voxels : (n, 3) array of int
        Indices on the scan's grid.

    Raises
    ------
    VolumeError
        The store has lost another ROI's mask.
    """
    if not len(voxels):
        return False
    low, high = voxels.min(axis=0) - 1, voxels.max(axis=0) + 1
    others = Roi.objects.filter(study=roi.study_id, scan=roi.scan_id).exclude(pk=roi.pk)
    for mask, offset, shape in others.values_list("mask_id", "crop_offset_ijk", "crop_shape"):
        if (low >= np.add(offset, shape)).any() or (high < offset).any():
            continue
        lesion = indices_of(lesion_places(mask), shape) + np.array(offset)
        near = lesion[((lesion >= low) & (lesion <= high)).all(axis=1)]
        if len(near) and _are_in_contact(voxels, near):
            return True
    return False


@lru_cache(maxsize=N_CACHED)
def lesion_places(mask_sha256: str) -> IntArray:
    """Give the places of a stored mask's voxels in its crop's file order, sorted.

    Raises
    ------
    VolumeError
        The store has no such volume, or a damaged one.
    """
    flat = np.frombuffer(volumes.read(mask_sha256), np.uint8, offset=DATA_OFFSET)
    return np.flatnonzero(flat).astype(np.int64)


def indices_of(places: IntArray, shape: Sequence[int]) -> IntArray:
    """Give the (n, 3) indices of places in file order.

    >>> indices_of(np.array([1, 2, 7]), (2, 2, 2)).tolist()
    [[1, 0, 0], [0, 1, 0], [1, 1, 1]]
    """
    i, j, _ = shape
    return np.column_stack((places % i, places // i % j, places // (i * j)))


def _are_in_contact(one: IntArray, other: IntArray) -> bool:
    """Say whether two sets of voxels share one or are 26-neighbours.

    >>> _are_in_contact(np.array([[0, 0, 0]]), np.array([[1, 1, 1]]))
    True
    >>> _are_in_contact(np.array([[0, 0, 0]]), np.array([[2, 0, 0]]))
    False
    """
    low = other.min(axis=0) - 1
    grown = np.zeros(other.max(axis=0) - low + 2, np.bool_)
    grown[tuple((other - low).T)] = True
    for axis in range(3):  # a box of 3 x 3 x 3 is three lines of 3, one after the other
        moved = np.moveaxis(grown, axis, 0)
        before = moved.copy()
        moved[1:] |= before[:-1]
        moved[:-1] |= before[1:]
    inside = ((one >= low) & (one < low + grown.shape)).all(axis=1)
    return bool(grown[tuple((one[inside] - low).T)].any())
