"""What the review page begins with: the queue and its first open ROI, handed over in the page.

Asked for one after the other they would cost the first ROI three round trips; so its image is under
way before the page's scripts are.
"""

from typing import Any

from django.utils import timezone

from reviewapp.api.serializers import assignment_dict, queue_dict
from reviewapp.models import Assignment, Study
from reviewapp.querysets import Account, AssignmentQuerySet
from reviewapp.queues import read_queue

#: What is read with an assignment that is sent.
SENT_WITH = ("roi__scan", "membership__tally")


def start_dict(study: Study, user: Account) -> dict[str, Any]:
    """Give a rater's queue, and the first ROI without an answer; the first of all if none is open.

    The same that the API gives under the same rules, and noted as sent like there.
    """
    member = study.memberships.get(user=user.pk)
    queue = read_queue(member)
    own = Assignment.objects.of_rater(user).filter(membership=member)
    first = own.select_related(*SENT_WITH).filter(position=queue.at).first()
    if first is None:
        return {"queue": queue_dict(study, queue), "assignment": None}
    note_sent(own, first)
    return {"queue": queue_dict(study, queue), "assignment": assignment_dict(first)}


def note_sent(own: AssignmentQuerySet, assignment: Assignment) -> None:
    """Note when an ROI was first sent to its rater."""
    if assignment.opened_at is None:
        own.filter(pk=assignment.pk, opened_at=None).update(opened_at=timezone.now())
