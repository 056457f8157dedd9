"""What the review page begins with: the queue and its first open ROI, handed over in the page.

Asked for one after the other they would cost the first ROI three round trips; so its image is under
way before the page's scripts are.
"""

from typing import Any

from django.utils import timezone

from reviewapp.api.serializers import assignment_dict, queue_dict
from reviewapp.models import Assignment, Study
from reviewapp.querysets import Account, AssignmentQuerySet


def start_dict(study: Study, user: Account) -> dict[str, Any]:
    """Give a rater's queue, and the first ROI without an answer; the first of all if none is open.

    The same that the API gives under the same rules, and noted as sent like there.
    """
    own = Assignment.objects.of_rater(user).filter(membership__study=study)
    queue = queue_dict(study, own)
    ids = [item["id"] for item in sorted(queue["items"], key=lambda item: bool(item["answered"]))]
    first = own.select_related("roi__scan").filter(pk=ids[0]).first() if ids else None
    if first is None:
        return {"queue": queue, "assignment": None}
    note_sent(own, first)
    return {"queue": queue, "assignment": assignment_dict(first, own)}


def note_sent(own: AssignmentQuerySet, assignment: Assignment) -> None:
    """Note when an ROI was first sent to its rater."""
    if assignment.opened_at is None:
        own.filter(pk=assignment.pk, opened_at=None).update(opened_at=timezone.now())
