"""How far raters are and how fast: counts and times alone, nothing of what they answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from reviewapp.models import Membership, Study, Tally

#: A pace needs a few answers before it says anything of those to come.
MIN_ANSWERS_FOR_PACE = 3


@dataclass(frozen=True)
class RaterProgress:
    """One rater's way through one study, as the rater's tally has it.

    `way` holds the seconds of work that the rater had put into the study by an answer, changes of
    earlier answers included: (answers, seconds), every answer where they are few. `recent_s` is the
    work on each of the ROIs answered last. `shown_s` is how long ROIs were on the screen, pauses
    included; None where an answer came without it.
    """

    study: Study
    rater: str
    simulated: bool
    n: int
    least_distance_patient: int | None = None
    least_distance_repeat: int | None = None
    n_answered: int = 0
    total_s: float = 0.0
    way: tuple[tuple[int, float], ...] = ()
    recent_s: tuple[float, ...] = ()
    shown_s: float | None = None
    last_at: datetime | None = None
    withdrawn: bool = False

    @property
    def n_left(self) -> int:
        """Count the ROIs without an answer."""
        return self.n - self.n_answered

    @property
    def is_complete(self) -> bool:
        """Say whether every ROI has an answer."""
        return self.n_left == 0

    @property
    def pace_s(self) -> float | None:
        """Give the median work on the last ROIs in seconds; None before there are enough."""
        return median(self.recent_s) if self.n_answered >= MIN_ANSWERS_FOR_PACE else None

    @property
    def left_s(self) -> float | None:
        """Give the work to come in seconds, at the pace so far."""
        return None if self.pace_s is None else self.pace_s * self.n_left


def rater_progress(memberships: Iterable[Membership]) -> list[RaterProgress]:
    """Follow each rater of the memberships; those of researchers are left out."""
    raters = [member for member in memberships if member.role == "rater"]
    # An order is drawn at the freezing: there is no tally before.
    tallies = Tally.objects.in_bulk([member.pk for member in raters])
    return [_follow(member, tallies.get(member.pk, Tally(n_showings=0))) for member in raters]


def _follow(member: Membership, tally: Tally) -> RaterProgress:
    return RaterProgress(
        study=member.study,
        rater=member.user.get_username(),
        simulated=member.simulated,
        withdrawn=member.withdrawn_at is not None,
        n=tally.n_showings,
        least_distance_patient=tally.least_distance_patient,
        least_distance_repeat=tally.least_distance_repeat,
        n_answered=tally.n_answered,
        total_s=tally.worked_s,
        way=tuple((n, seconds) for n, seconds in tally.way),
        recent_s=tuple(seconds for _, seconds in tally.recent),
        shown_s=tally.shown_s if tally.n_answered else None,
        last_at=tally.last_at,
    )
