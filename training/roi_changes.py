"""Say what one reviewed ROI does to the labels, and write it down as a row of changes.tsv.

The classes decide whether a lesion is there (`training.policy`), the delineations where it ends
(`training.fusion`). A redrawn mask replaces the component of the reference that it was drawn from,
or goes in the place of an added FPL; where an FPL stays out of the labels it replaces nothing. For
a TPL that was shown as the prediction drew it, the redrawn mask replaces the components of the
reference that share a voxel with what was shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from training.fusion import Fused, FusionRule, fuse
from training.labels import Contact, LabelChange
from training.policy import POLICIES, Change, Decision
from training.review import Review, Roi
from training.voxels import NO_PLACES, BoolArray, Places, components_at

#: Gives the places of a delineation by who drew it.
Reader = Callable[[str], Places]


@dataclass(frozen=True)
class RoiChange:
    """What one ROI does to the labels; `label_change` is None where nothing changes."""

    roi: Roi
    policy: str
    rule: FusionRule
    change: Change
    why: str
    label_change: LabelChange | None
    fused: Fused | None


def decide_roi(
    roi: Roi, review: Review, policy: str, rule: FusionRule, reference: BoolArray, read: Reader
) -> RoiChange:
    """Decide about one ROI; delineations are read only where they can matter."""
    decision = POLICIES[policy](roi.group, review.raters, roi.classes, review.questionnaire)
    redrawn_by = roi.redrawn_by
    if not _may_be_redrawn(roi, decision):
        note = f"; delineation of {', '.join(redrawn_by)} not used: {_why_not(roi, decision)}"
        why = decision.why + (note if redrawn_by else "")
        shown = NO_PLACES if decision.change == "kept" else read(roi.drawn_in)
        return _as_change(roi, policy, rule, decision.change, why, shown, NO_PLACES, None)
    if decision.change == "kept" and not redrawn_by:
        return _as_change(roi, policy, rule, "kept", decision.why, NO_PLACES, NO_PLACES, None)
    shown = read(roi.drawn_in)
    masks = {rater: read(rater) for rater in redrawn_by}
    fused = fuse(shown, masks, roi.satisfied, rule, reference.shape)
    why = decision.why if fused is None else f"{decision.why}; outline: {fused.why}"
    if fused is None or fused.places is None:
        return _as_change(roi, policy, rule, decision.change, why, shown, shown, fused)
    change = _change_of(decision.change, fused.places)
    if decision.change == "kept" and roi.drawn_in == "prediction":
        shown = components_at(reference, shown)
    return _as_change(roi, policy, rule, change, why, shown, fused.places, fused)


def row_of(case: str, one: RoiChange, contact: Contact | None) -> dict[str, Any]:
    """Give the row of changes.tsv."""
    roi, fused = one.roi, one.fused
    participant_id, session_id, acquisition = roi.scan
    return {
        "case_id": case,
        "participant_id": participant_id,
        "session_id": session_id,
        "acquisition": acquisition,
        "roi_id": roi.roi_id,
        "group": roi.group,
        "change": one.change,
        "n_voxels": roi.n_voxels,
        "volume_mm3": roi.volume_mm3,
        "n_voxels_after": _n_after(one),
        "contact": contact,
        "redrawn_by": roi.redrawn_by or None,
        "fusion": one.rule.method if fused is not None else None,
        "n_disputed_voxels": None if fused is None else fused.n_disputed,
        "mean_pair_dsc": None if fused is None else fused.agreement,
        "policy": one.policy,
        "why": one.why,
    }


def _may_be_redrawn(roi: Roi, decision: Decision) -> bool:
    return decision.change == "added" or (decision.change == "kept" and _is_in_labels(roi))


def _is_in_labels(roi: Roi) -> bool:
    return not roi.group.startswith("FPL")


def _why_not(roi: Roi, decision: Decision) -> str:
    if decision.change == "removed":
        return "the lesion is removed"
    return "the ROI stays out of the labels"


def _change_of(change: Change, places: Places) -> Change:
    if change == "added":
        return "added" if len(places) else "kept"
    return "redrawn" if len(places) else "removed"


def _as_change(
    roi: Roi,
    policy: str,
    rule: FusionRule,
    change: Change,
    why: str,
    shown: Places,
    after: Places,
    fused: Fused | None,
) -> RoiChange:
    label_change = None
    if change != "kept":
        kept_after = NO_PLACES if change == "removed" else after
        label_change = LabelChange(roi.roi_id, change, shown, kept_after)
    return RoiChange(roi, policy, rule, change, why, label_change, fused)


def _n_after(one: RoiChange) -> int | None:
    """Count the ROI's voxels in the new labels; None where the labels hold another mask of it."""
    if one.label_change is not None:
        return len(one.label_change.after)
    if not _is_in_labels(one.roi):
        return 0
    return one.roi.n_voxels if one.roi.drawn_in == "reference" else None
