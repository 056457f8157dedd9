"""What a rater may receive, field by field: nothing is sent that isn't named here."""

from typing import Any

from reviewapp import addresses, drafts, redrawn
from reviewapp.exports import iso
from reviewapp.models import AnswerRevision, Assignment, Roi, Study
from reviewapp.queues import Queue


def queue_dict(study: Study, queue: Queue) -> dict[str, Any]:
    """Give a rater's queue: the study, and own assignments in their stored order."""
    return {
        "study": {
            "id": str(study.pk),
            "name": study.name,
            "synthetic": study.synthetic,
            "radiological": study.radiological,
            # That researchers have unblinded a closed study is not for raters.
            "state": "open" if study.is_open else "closed",
            "n": queue.n,
            "answered": queue.n_answered,
        },
        "at": queue.at,
        "until": queue.until,
        "items": list(queue.items),
    }


def assignment_dict(assignment: Assignment) -> dict[str, Any]:
    """Give what the page needs to show one ROI of a rater."""
    place = assignment.position
    beside = Assignment.objects.filter(
        membership=assignment.membership_id, position__in=(place - 1, place + 1)
    )
    ids = {position: str(pk) for position, pk in beside.values_list("position", "pk")}
    return {
        "id": str(assignment.pk),
        "position": place,
        "n": assignment.membership.tally.n_showings,
        "previous": ids.get(place - 1),
        "next": ids.get(place + 1),
        **_volumes_dict(assignment, assignment.roi),
        "answer": answer_dict(assignment.current_answer()),
        "draft": drafts.as_dict(drafts.current_draft(assignment)),
    }


def _volumes_dict(assignment: Assignment, roi: Roi) -> dict[str, Any]:
    crop, mask = addresses.crop_url(assignment), addresses.mask_url(assignment)
    return {
        "crop": {"url": crop, "offset_ijk": roi.crop_offset_ijk, "shape": roi.crop_shape},
        "mask": {"url": mask, "key": addresses.mask_key(assignment)},
        "scan": {"url": addresses.scan_url(assignment), "shape": roi.scan.shape},
        "focus_mm": roi.focus_ras_mm,
    }


def answer_dict(revision: AnswerRevision | None) -> dict[str, Any] | None:
    """Give an answer as the rater gave it, None for none."""
    if revision is None:
        return None
    return {
        **revision.as_answer(),
        "revision": revision.number,
        "answered_at": iso(revision.created_at),
        "correction": redrawn.as_dict(redrawn.correction_of(revision)),
    }
