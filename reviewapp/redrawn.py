"""A rater's own delineation of an ROI: read from a request, checked, stored beside the answer."""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from lesions.geometry import voxel_volume_mm3
from reviewapp import addresses, crops, volumes
from reviewapp.mask_runs import RunsError, parse_runs, runs_of
from reviewapp.models import AnswerRevision, Assignment, Correction, Roi, Volume
from reviewapp.neighbours import IntArray, indices_of, lesion_places, touch_another_roi

FIELDS = ("shape", "offset_ijk", "mask_key", "runs", "tools", "confirmed")
CONFIRMATIONS = ("empty", "touches")
MAX_TOOLS = 32
_TOOL = re.compile(r"[A-Za-z][A-Za-z0-9 -]{0,39}")


class CorrectionError(ValueError):
    """A delineation is refused; `confirm` says what the rater may confirm to have it taken."""

    def __init__(self, text: str, confirm: str | None = None) -> None:
        super().__init__(text)
        self.confirm = confirm


@dataclass(frozen=True)
class Redrawn:
    """A delineation that may be stored: the canonical file of its mask, and how it was made.

    `confirmed` holds what the rater had to confirm, and nothing that was confirmed idly.
    """

    content: bytes
    n_voxels: int
    volume_mm3: float
    tools: tuple[str, ...]
    confirmed: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Give the name of the mask in the store."""
        return hashlib.sha256(self.content).hexdigest()

    def is_stored_as(self, correction: Correction | None) -> bool:
        """Say whether a row holds this delineation."""
        return correction is not None and (
            (correction.mask_id, correction.tools, correction.confirmed)
            == (self.sha256, list(self.tools), list(self.confirmed))
        )


def read(assignment: Assignment, needs_correction: bool, data: object) -> Redrawn | None:
    """Check the `correction` of an answer; None for none.

    Raises
    ------
    CorrectionError
        The study's rules refuse it; the message is a sentence for the rater.
    VolumeError
        The store has lost a mask that it has to be compared with.
    """
    if data is None:
        return None
    if not needs_correction:
        raise CorrectionError("Question 4 says that the delineation needs no correction.")
    if not isinstance(data, Mapping) or set(data) != {*FIELDS}:
        raise CorrectionError(f"Give an object with {', '.join(FIELDS)}.")
    roi = assignment.roi
    _check_grid(assignment, data)
    tools = _texts(data["tools"], "tools", MAX_TOOLS)
    asked = _texts(data["confirmed"], "confirmed", len(CONFIRMATIONS))
    if not set(asked) <= {*CONFIRMATIONS}:
        raise CorrectionError(f"Only {' and '.join(CONFIRMATIONS)} can be confirmed.")
    try:
        places = parse_runs(data["runs"], math.prod(roi.crop_shape))
    except RunsError as error:
        raise CorrectionError(str(error)) from None
    needed = _needs_confirmation(roi, places)
    if needed is not None and needed not in asked:
        raise CorrectionError(_QUESTIONS[needed], needed)
    return _encode(roi, _on_scan(roi, places), tools, (needed,) if needed else ())


@contextmanager
def stored(redrawn: Redrawn | None) -> Iterator[None]:
    """Put the mask into the store; within the block its rows must be committed."""
    if redrawn is None:
        yield
        return
    with volumes.keeping() as keep:
        keep(redrawn.content)
        yield


def row_of(redrawn: Redrawn | None) -> Correction | None:
    """Give the row of a delineation before its answer has one; None for none."""
    if redrawn is None:
        return None
    return Correction(
        mask_id=redrawn.sha256,
        n_voxels=redrawn.n_voxels,
        volume_mm3=redrawn.volume_mm3,
        tools=list(redrawn.tools),
        confirmed=list(redrawn.confirmed),
    )


def attach(revision: AnswerRevision, redrawn: Redrawn | None) -> None:
    """Write the rows of a delineation, in the transaction of its answer and within `stored`."""
    correction = row_of(redrawn)
    if redrawn is None or correction is None:
        return
    Volume.objects.get_or_create(
        pk=redrawn.sha256, defaults={"kind": "mask", "n_bytes": len(redrawn.content)}
    )
    correction.revision = revision
    correction.save(force_insert=True)


def correction_of(revision: AnswerRevision) -> Correction | None:
    """Give the delineation that an answer holds, None for none."""
    return getattr(revision, "correction", None)


def as_dict(correction: Correction | None) -> dict[str, Any] | None:
    """Give a delineation in the form of the API.

    Raises
    ------
    VolumeError
        The store has lost its mask.
    """
    if correction is None:
        return None
    return {
        "runs": runs_of(lesion_places(correction.mask_id)),
        "tools": correction.tools,
        "confirmed": correction.confirmed,
        "n_voxels": correction.n_voxels,
        "volume_mm3": correction.volume_mm3,
    }


#: What the page asks before it sends the same delineation again.
_QUESTIONS = {
    "empty": "The delineation is empty. Confirm that nothing is to be delineated here.",
    "touches": "What was drawn touches another lesion of this review. Confirm that it should.",
}


def _check_grid(assignment: Assignment, data: Mapping[str, Any]) -> None:
    roi = assignment.roi
    grid = {
        "shape": list(roi.crop_shape),
        "offset_ijk": list(roi.crop_offset_ijk),
        "mask_key": addresses.mask_key(assignment),
    }
    wrong = [name for name, value in grid.items() if data[name] != value]
    if wrong:
        raise CorrectionError(
            f"The delineation was drawn on another grid or image: {', '.join(wrong)} "
            "differ from what was shown. Reload the ROI."
        )


def _needs_confirmation(roi: Roi, places: IntArray) -> str | None:
    """Refuse what can't be confirmed, and name what must be."""
    if not len(places):
        return "empty"
    before = lesion_places(roi.mask_id)
    if np.array_equal(places, before):
        raise CorrectionError("The delineation is as it was shown: nothing was redrawn.")
    added = np.setdiff1d(places, before, assume_unique=True)
    if len(added) == len(places):
        raise CorrectionError("The delineation lies off the ROI: it shares no voxel with it.")
    return "touches" if touch_another_roi(roi, _on_scan(roi, added)) else None


def _on_scan(roi: Roi, places: IntArray) -> IntArray:
    offset: IntArray = np.array(roi.crop_offset_ijk, np.int64)
    return indices_of(places, roi.crop_shape) + offset


def _encode(
    roi: Roi,
    voxels: IntArray,
    tools: tuple[str, ...],
    confirmed: tuple[str, ...],
) -> Redrawn:
    affine = np.asarray(roi.scan.affine, np.float64)
    i, j, k = roi.crop_shape
    offset = roi.crop_offset_ijk
    box = crops.Box((offset[0], offset[1], offset[2]), (i, j, k))
    content = crops.encode_mask(voxels, box, affine)
    volume_mm3 = len(voxels) * voxel_volume_mm3(affine)
    return Redrawn(content, len(voxels), volume_mm3, tools, confirmed)


def _texts(value: object, name: str, most: int) -> tuple[str, ...]:
    if (
        not isinstance(value, list)
        or len(value) > most
        or not all(isinstance(text, str) and _TOOL.fullmatch(text) for text in value)
        or len(set(value)) < len(value)
    ):
        raise CorrectionError(f"Give {name} as a list of at most {most} different names.")
    return tuple(value)
