"""How far raters are and how fast: counts and times alone, nothing of what they answered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Count

from reviewapp.models import AnswerRevision, Assignment, Membership, Study

#: A pace needs a few answers before it says anything of those to come.
MIN_ANSWERS_FOR_PACE = 3


@dataclass(frozen=True)
class RaterProgress:
    """One rater's way through one study.

    `worked_s` holds, for each ROI in the order of first answers, the seconds of work that the
    rater had put into the study by then, changes of earlier answers included. `shown_s` is how
    long ROIs were on the screen, pauses included; None where an answer came without it.
    """

    study: Study
    rater: str
    simulated: bool
    n: int
    worked_s: tuple[float, ...]
    roi_s: tuple[float, ...]
    shown_s: float | None
    last_at: datetime | None

    @property
    def n_answered(self) -> int:
        """Count the ROIs with an answer."""
        return len(self.roi_s)

    @property
    def n_left(self) -> int:
        """Count the ROIs without one."""
        return self.n - self.n_answered

    @property
    def is_complete(self) -> bool:
        """Say whether every ROI has an answer."""
        return self.n_left == 0

    @property
    def pace_s(self) -> float | None:
        """Give the median work on an ROI in seconds; None before there are enough answers."""
        return median(self.roi_s) if self.n_answered >= MIN_ANSWERS_FOR_PACE else None

    @property
    def left_s(self) -> float | None:
        """Give the work to come in seconds, at the pace so far."""
        return None if self.pace_s is None else self.pace_s * self.n_left

    @property
    def total_s(self) -> float:
        """Give the work so far in seconds."""
        return sum(self.roi_s)


def rater_progress(memberships: Iterable[Membership]) -> list[RaterProgress]:
    """Follow each rater of the memberships; those of researchers are left out."""
    raters = [member for member in memberships if member.role == "rater"]
    counts = dict(
        Assignment.objects.filter(membership__in=raters)
        .order_by()
        .values_list("membership_id")
        .annotate(Count("pk"))
    )
    given: dict[int, list[AnswerRevision]] = defaultdict(list)
    revisions = AnswerRevision.objects.filter(assignment__membership__in=raters)
    for revision in revisions.select_related("assignment").order_by("created_at", "pk"):
        given[revision.assignment.membership_id].append(revision)
    return [_follow(member, counts.get(member.pk, 0), given[member.pk]) for member in raters]


def _follow(member: Membership, n: int, revisions: list[AnswerRevision]) -> RaterProgress:
    clock = 0.0
    by_roi: dict[object, float] = {}
    worked = []
    for revision in revisions:
        clock += revision.active_s
        if revision.assignment_id not in by_roi:
            worked.append(clock)
        by_roi[revision.assignment_id] = by_roi.get(revision.assignment_id, 0) + revision.active_s
    return RaterProgress(
        study=member.study,
        rater=member.user.get_username(),
        simulated=member.simulated,
        n=n,
        worked_s=tuple(worked),
        roi_s=tuple(by_roi.values()),
        shown_s=_sum([revision.total_s for revision in revisions]),
        last_at=revisions[-1].created_at if revisions else None,
    )


def _sum(seconds: list[float | None]) -> float | None:
    known = [one for one in seconds if one is not None]
    return sum(known) if known and len(known) == len(seconds) else None
