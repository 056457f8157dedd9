"""Find what is a rater's own and may be seen: all addresses of ROIs go through here."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from reviewapp.models import Assignment, Membership, Study
from reviewapp.practice_first import PRACTICE_LEFT, practice_left, practised
from reviewapp.querysets import AssignmentQuerySet


def own_showings(request: Request) -> AssignmentQuerySet:
    """Give the showings of the account that asks, each with whether practice comes first."""
    own = Assignment.objects.of_rater(request.user)
    return own.annotate(**{PRACTICE_LEFT: practice_left("membership__")})


def own_showing(request: Request, assignment_id: UUID, *related: str) -> Assignment:
    """Give one of them with related rows; 404 where it isn't the account's.

    Raises
    ------
    PracticeFirstError
        The rater has practice ROIs to answer.
    """
    own = own_showings(request).select_related("membership", *related)
    return practised(get_object_or_404(own, pk=assignment_id))


def own_membership(request: Request, study: Study) -> Membership:
    """Give the membership of the account that asks in a study that it rates.

    Raises
    ------
    PracticeFirstError
        The rater has practice ROIs to answer.
    """
    members = study.memberships.annotate(**{PRACTICE_LEFT: practice_left()})
    return practised(members.get(user=request.user.pk))
