"""What a rater may receive, field by field: nothing is sent that isn't named here."""

from typing import Any

from django.urls import reverse

from reviewapp import drafts, redrawn
from reviewapp.exports import iso
from reviewapp.models import AnswerRevision, Assignment, Roi, Study
from reviewapp.querysets import AssignmentQuerySet


def queue_dict(study: Study, assignments: AssignmentQuerySet) -> dict[str, Any]:
    """Give a rater's queue: the study, and the own assignments in their stored order."""
    current = AnswerRevision.objects.current().filter(assignment__in=assignments)
    classes = dict(current.values_list("assignment", "classes"))
    places = assignments.order_by("position").values_list("pk", "position")
    items = [
        {
            "id": str(pk),
            "position": position,
            "answered": pk in classes,
            "classes": classes.get(pk, []),
        }
        for pk, position in places
    ]
    return {
        "study": {
            "id": str(study.pk),
            "name": study.name,
            "synthetic": study.synthetic,
            "radiological": study.radiological,
            "state": study.state,
            "n": len(items),
        },
        "items": items,
    }


def assignment_dict(assignment: Assignment, shown: AssignmentQuerySet) -> dict[str, Any]:
    """Give what the page needs to show one ROI; `shown` are all of the rater's in the study."""
    by_position = {position: str(pk) for pk, position in shown.values_list("pk", "position")}
    return {
        "id": str(assignment.pk),
        "position": assignment.position,
        "n": len(by_position),
        "previous": by_position.get(assignment.position - 1),
        "next": by_position.get(assignment.position + 1),
        **_volumes_dict(assignment, assignment.roi),
        "answer": answer_dict(assignment.current_answer()),
        "draft": drafts.as_dict(drafts.current_draft(assignment)),
    }


def _volumes_dict(assignment: Assignment, roi: Roi) -> dict[str, Any]:
    crop = reverse("api:crop", args=[assignment.pk, roi.crop_id])
    mask = reverse("api:mask", args=[assignment.pk, roi.mask_id])
    scan = reverse("api:scan", args=[roi.scan_id, roi.scan.volume_id])
    return {
        "crop": {"url": crop, "offset_ijk": roi.crop_offset_ijk, "shape": roi.crop_shape},
        "mask": {"url": mask},
        "scan": {"url": scan, "shape": roi.scan.shape},
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
