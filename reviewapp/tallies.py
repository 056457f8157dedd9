"""Count each answer in as it is stored, so that a page needs one row a rater at any size."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from reviewapp.models import AnswerRevision, Assignment, Membership, Study, Tally
from reviewapp.order import Spacing, least_distance

#: ROIs whose work makes a pace.
N_RECENT = 50
#: Points of a line in the progress figure, at most; half as many at least once there are more.
MAX_POINTS = 200
#: What `count_in` keeps.
COUNTED = ("n_answered", "worked_s", "shown_s", "last_at", "recent", "way")


class Given(NamedTuple):
    """What counts of a revision: no word of the answer."""

    position: int
    number: int
    active_s: float
    total_s: float | None
    at: datetime


def count_in(tally: Any, new: Given) -> None:
    """Add a revision to a tally; revisions come in the order of the study's chain.

    >>> from datetime import UTC
    >>> tally = Tally(n_showings=3)
    >>> count_in(tally, Given(1, 1, 10.0, 12.0, datetime(2026, 1, 2, tzinfo=UTC)))
    >>> count_in(tally, Given(1, 2, 5.0, None, datetime(2026, 1, 3, tzinfo=UTC)))
    >>> tally.n_answered, tally.worked_s, tally.shown_s, tally.recent, tally.way
    (1, 15.0, None, [[1, 15.0]], [[1, 10.0]])
    """
    tally.worked_s += new.active_s
    is_known = tally.shown_s is not None and new.total_s is not None
    tally.shown_s = tally.shown_s + new.total_s if is_known else None
    tally.last_at = new.at
    if new.number == 1:
        tally.n_answered += 1
        tally.recent = [*tally.recent, [new.position, new.active_s]][-N_RECENT:]
        tally.way = _drawable([*tally.way, [tally.n_answered, tally.worked_s]], tally.n_answered)
    else:
        tally.recent = [
            [position, seconds + new.active_s * (position == new.position)]
            for position, seconds in tally.recent
        ]


def begin(member: Membership, n_showings: int, spacing: Spacing) -> Tally:
    """Begin the tally of a rater whose order was drawn, with the least distances in it."""
    return Tally.objects.create(
        membership=member,
        n_showings=n_showings,
        least_distance_patient=spacing.patient,
        least_distance_repeat=spacing.repeat,
    )


def stored_spacing(member: Membership) -> Spacing:
    """Read the least distances in a rater's stored order."""
    shown = Assignment.objects.filter(membership=member).order_by("position")
    rows = list(shown.values_list("roi", "roi__scan__participant_id"))
    return Spacing(
        patient=least_distance(patient for _, patient in rows),
        repeat=least_distance(roi for roi, _ in rows),
    )


def add(revision: AnswerRevision) -> Tally:
    """Count in a revision that was stored just now; the caller has locked the study."""
    tally = Tally.objects.get(pk=revision.assignment.membership_id)
    count_in(tally, given(revision))
    tally.save(update_fields=COUNTED)
    return tally


def given(revision: AnswerRevision) -> Given:
    """Give what counts of a revision."""
    return Given(
        revision.assignment.position,
        revision.number,
        revision.active_s,
        revision.total_s,
        revision.created_at,
    )


def n_answers(study: Study) -> int:
    """Count the study's answers, each once however often it was changed."""
    tallies = Tally.objects.filter(membership__study=study)
    return sum(tallies.values_list("n_answered", flat=True))


def counted_again(study: Study) -> dict[int, Tally]:
    """Give the tallies that the study's answers make, by membership."""
    found: dict[int, Tally] = {}
    revisions = AnswerRevision.objects.filter(study=study).order_by("place")
    rows = revisions.values_list(
        "assignment__membership_id",
        "assignment__position",
        "number",
        "active_s",
        "total_s",
        "created_at",
    )
    for member_id, position, number, active_s, total_s, at in rows.iterator(chunk_size=2000):
        tally = found.setdefault(member_id, Tally(membership_id=member_id))
        count_in(tally, Given(position, number, active_s, total_s, at))
    return found


def _drawable(points: Iterable[list[float]], n: int) -> list[list[float]]:
    """Keep every point, or every 2nd, 4th … so that there are few.

    >>> len(_drawable([[i, 0.0] for i in range(1, 1001)], 1000))
    125
    """
    step = 1
    while n // step > MAX_POINTS:
        step *= 2
    return [point for point in points if point[0] % step == 0]
