"""Change the lesion labels of one scan, and write them on exactly the grid of its image."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from isal import igzip
from numpy.typing import NDArray
from scipy import ndimage

from lesions.atomic import write_atomically
from lesions.cases import open_header
from training.policy import Change

BoolArray = NDArray[np.bool_]


class LabelError(ValueError):
    """An ROI doesn't fit the reference labels that it was sampled from."""


def change_labels(
    reference: BoolArray, changes: Sequence[tuple[str, Change, BoolArray]]
) -> BoolArray:
    """Add and remove ROIs; the order makes no difference.

    Parameters
    ----------
    reference : (I, J, K) array of bool
        The annotators' lesions.
    changes : sequence of (roi_id, change, (I, J, K) array of bool)
        The voxels of each ROI. An added ROI may touch, and so join, lesions of the reference.

    Returns
    -------
    (I, J, K) array of bool
        A new array; equal to the reference where nothing is to be changed.

    Raises
    ------
    LabelError
        An added ROI shares a voxel with the reference (then it was no FPL of it), a removed one is
        no whole component of it: the reference is another one than the review's.

    Examples
    --------
    >>> reference = np.zeros((5, 1, 1), bool); reference[0] = True
    >>> new = np.zeros_like(reference); new[3] = True
    >>> labels = change_labels(reference, [("a", "removed", reference), ("b", "added", new)])
    >>> labels.ravel().astype(int)
    array([0, 0, 0, 1, 0])
    """
    labels = reference.copy()
    for roi_id, change, voxels in changes:
        if change == "added":
            n_shared = int((reference & voxels).sum())
            if n_shared:
                raise LabelError(
                    f"ROI {roi_id}: expected an FPL that shares no voxel with the reference, "
                    f"came {n_shared} shared; is this the reference that was reviewed?"
                )
            labels |= voxels
        elif change == "removed":
            _check_component(reference, voxels, roi_id)
            labels &= ~voxels
    return labels


def write_labels(labels: BoolArray, image: Path, destination: Path) -> None:
    """Write labels, uint8 0 and 1, with the geometry of the image's own header.

    The header's fields are kept to the bit, both codes too, so every reader puts labels and image
    in one place, whichever of qform and sform it prefers. The same labels and header give the same
    bytes.

    Parameters
    ----------
    labels : (I, J, K) array of bool
    image : path of the scan
    destination : path ending in .nii.gz
    """
    header: Any = open_header(image).header  # nibabel leaves its methods untyped
    header.extensions.clear()
    header.set_data_dtype(np.uint8)
    header.set_slope_inter(1, 0)
    for name in ("cal_max", "cal_min", "intent_code", "intent_p1", "intent_p2", "intent_p3"):
        header[name] = 0
    for name in ("descrip", "aux_file", "intent_name"):
        header[name] = b""
    make_image: Any = nib.nifti1.Nifti1Image  # untyped too
    encoded: bytes = make_image(labels.astype(np.uint8), None, header).to_bytes()
    with write_atomically(destination) as temporary:
        temporary.write_bytes(igzip.compress(encoded, mtime=0))


def _check_component(reference: BoolArray, voxels: BoolArray, roi_id: str) -> None:
    n_outside = int((voxels & ~reference).sum())
    if n_outside:
        raise LabelError(
            f"ROI {roi_id}: expected an FNL inside the reference, came {n_outside} voxels outside "
            "it; is this the reference that was reviewed?"
        )
    box = _box_with_margin(voxels)
    grown = ndimage.binary_dilation(voxels[box], np.ones((3, 3, 3), bool))
    n_left = int((grown & reference[box] & ~voxels[box]).sum())
    if n_left:
        raise LabelError(
            f"ROI {roi_id}: expected a whole component of the reference, came one that {n_left} "
            "more of its voxels touch; is this the reference that was reviewed?"
        )


def _box_with_margin(voxels: BoolArray) -> tuple[slice, ...]:
    return tuple(
        slice(max(int(found.min()) - 1, 0), int(found.max()) + 2) for found in np.nonzero(voxels)
    )
