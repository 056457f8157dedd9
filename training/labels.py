"""Change the lesion labels of one scan, and write them on exactly the grid of its image."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import nibabel as nib
import numpy as np
from isal import igzip

from lesions.atomic import write_atomically
from lesions.cases import open_header
from training.policy import Change
from training.voxels import BoolArray, Places, grow, union

Contact = Literal["none", "touches", "overlaps"]


class LabelError(ValueError):
    """An ROI doesn't fit the reference labels that it was sampled from."""


@dataclass(frozen=True)
class LabelChange:
    """What happens to the labels at one ROI.

    `shown` are the places of the ROI as it was reviewed: they leave the labels where it is removed
    or redrawn. `after` are its places in the new labels: none where it is removed.
    """

    roi_id: str
    change: Change
    shown: Places
    after: Places


def change_labels(reference: BoolArray, changes: Sequence[LabelChange]) -> BoolArray:
    """Add, remove and redraw ROIs; the order makes no difference.

    What is removed or redrawn goes first, then what is added or redrawn comes. So a redrawn mask
    may take in voxels of another lesion, which stays one with it, and of a removed one: a voxel
    that a rater drew counts as drawn.

    Parameters
    ----------
    reference : (I, J, K) array of bool
        The annotators' lesions.
    changes : sequence of LabelChange
        An added or redrawn ROI may touch, and so join, lesions of the reference.

    Returns
    -------
    (I, J, K) array of bool
        A new array; equal to the reference where nothing is to be changed.

    Raises
    ------
    LabelError
        An added ROI was shown on voxels of the reference (then it was no FPL of it), a removed or
        redrawn one is no whole component of it: the reference is another one than the review's.

    Examples
    --------
    >>> from training.voxels import NO_PLACES
    >>> reference = np.zeros((5, 1, 1), bool); reference[0] = True
    >>> old, new = np.array([0]), np.array([3])
    >>> changes = [LabelChange("a", "removed", old, NO_PLACES), LabelChange("b", "added", new, new)]
    >>> change_labels(reference, changes).ravel().astype(int)
    array([0, 0, 0, 1, 0])
    """
    labels = np.array(reference, np.bool_, order="C")
    flat = labels.reshape(-1)
    for one in changes:
        if one.change == "added":
            _check_outside(flat, one)
        elif one.change in ("removed", "redrawn"):
            _check_component(flat, one, reference.shape)
    flat[union([one.shown for one in changes if one.change in ("removed", "redrawn")])] = False
    flat[union([one.after for one in changes if one.change in ("added", "redrawn")])] = True
    return labels


def find_contacts(reference: BoolArray, changes: Sequence[LabelChange]) -> dict[str, Contact]:
    """Say of each added or redrawn ROI whether it meets another lesion of the new labels.

    It `overlaps` where it shares voxels with one that is there without it, `touches` where it is
    only 26-next to one; then the two are one component of the labels.

    >>> reference = np.zeros((5, 1, 1), bool); reference[0] = True
    >>> new = np.array([1, 2])
    >>> find_contacts(reference, [LabelChange("b", "added", new, new)])
    {'b': 'touches'}
    """
    there = np.array(reference, np.bool_, order="C").reshape(-1)
    there[union([one.shown for one in changes if one.change in ("removed", "redrawn")])] = False
    drawn = [one for one in changes if one.change in ("added", "redrawn")]
    out: dict[str, Contact] = {}
    for one in drawn:
        others = union([other.after for other in drawn if other is not one])
        out[one.roi_id] = "none"
        if _meets(there, others, one.after):
            out[one.roi_id] = "overlaps"
        elif _meets(there, others, grow(one.after, reference.shape)):
            out[one.roi_id] = "touches"
    return out


def _meets(there: BoolArray, others: Places, places: Places) -> bool:
    return bool(there[places].any() or np.isin(places, others, assume_unique=True).any())


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


def _check_outside(flat: BoolArray, one: LabelChange) -> None:
    n_shared = int(flat[one.shown].sum())
    if n_shared:
        raise LabelError(
            f"ROI {one.roi_id}: expected an FPL that shares no voxel with the reference, "
            f"came {n_shared} shared; is this the reference that was reviewed?"
        )


def _check_component(flat: BoolArray, one: LabelChange, shape: Sequence[int]) -> None:
    n_outside = int((~flat[one.shown]).sum())
    if n_outside:
        raise LabelError(
            f"ROI {one.roi_id}: expected a lesion inside the reference, came {n_outside} voxels "
            "outside it; is this the reference that was reviewed?"
        )
    around = np.setdiff1d(grow(one.shown, shape), one.shown, assume_unique=True)
    n_left = int(flat[around].sum())
    if n_left:
        raise LabelError(
            f"ROI {one.roi_id}: expected a whole component of the reference, came one that "
            f"{n_left} more of its voxels touch; is this the reference that was reviewed?"
        )
