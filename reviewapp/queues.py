"""The part of a rater's queue that the review page needs now: as long in a study of any size."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reviewapp.models import AnswerRevision, Assignment, Membership, Tally
from reviewapp.querysets import AssignmentQuerySet

#: Places around the one that is asked for, all of them whether answered or not.
WINDOW = 256
#: Open ROIs from that place on, and as many from the beginning of the order up to it.
N_OPEN = 100


@dataclass(frozen=True)
class Queue:
    """A part of a queue around the place `at`.

    Going on from `at`, past the last place to the first one, every open ROI is among `items` up to
    the place `until`; None says that all open ones are.
    """

    n: int
    n_answered: int
    at: int
    until: int | None
    items: tuple[dict[str, Any], ...]


def read_queue(member: Membership, at: int | None = None) -> Queue:
    """Give the rater's queue around a place, around the first open one where none is given."""
    tally = Tally.objects.get(pk=member.pk)
    shown = Assignment.objects.filter(membership=member).order_by("position")
    here = at or _first_open(shown)
    start = max(1, min(here - WINDOW // 2, tally.n_showings - WINDOW + 1))
    near = shown.filter(position__gte=start, position__lt=start + WINDOW)
    ahead = _places(shown.open().filter(position__gte=here)[:N_OPEN])
    behind = _places(shown.open().filter(position__lt=here)[:N_OPEN])
    until = next((list(one)[-1] for one in (ahead, behind) if len(one) == N_OPEN), None)
    classes = _classes(near)
    places = _places(near) | ahead | behind
    items = tuple(
        {
            "id": str(pk),
            "position": position,
            "answered": pk in classes,
            "classes": classes.get(pk, []),
        }
        for position, pk in sorted(places.items())
    )
    return Queue(tally.n_showings, tally.n_answered, here, until, items)


def _first_open(shown: AssignmentQuerySet) -> int:
    return shown.open().values_list("position", flat=True).first() or 1


def _places(shown: AssignmentQuerySet) -> dict[int, UUID]:
    return dict(shown.values_list("position", "pk"))


def _classes(shown: AssignmentQuerySet) -> dict[UUID, list[str]]:
    answered = shown.answered().order_by().values("pk")
    current = AnswerRevision.objects.current().filter(assignment__in=answered)
    return dict(current.values_list("assignment", "classes"))
