"""Draw raters' orders without a lock, and store them in short transactions.

On SQLite whoever writes holds the whole database. So the orders of a study that is being frozen
are stored ahead, while it is a draft and nobody sees them; each transaction adds some showings
after those that there are. Whoever freezes it again, or at the same time, goes on from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import sleep
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import connection

from reviewapp import facts, order, steps, tallies
from reviewapp.models import Membership, Study
from reviewapp.order import Spacing
from reviewapp.protocol import StudySettings, settings_of
from reviewapp.steps import StudyError

#: Showings that one transaction adds ahead, in some tenths of a second.
N_AHEAD = 10_000
#: After as many, and so long in seconds, nothing is written: who waits for SQLite's lock looks
#: every 0.1 s whether it is free, and would find it taken again for as long as a freezing lasts.
N_BEFORE_PAUSE, PAUSE_S = 1000, 0.12
#: Showings read at once.
BATCH = 2000
_INSERT = (
    "INSERT INTO reviewapp_assignment (membership_id, id, roi_id, position, repeat) "
    "VALUES (%s, %s, %s, %s, %s)"
)
#: The ROIs of a study in the order of rois.tsv: id and patient.
Rois = Sequence[tuple[UUID, str]]


@dataclass(frozen=True)
class Drawn:
    """A rater's order: the id of each showing's ROI, 1 for a repeat, and the least distances.

    `rows` are what the database gets: id, ROI, position, repeat.
    """

    rater: str
    showings: tuple[tuple[UUID, int], ...]
    rows: tuple[tuple[Any, Any, int, int], ...]
    spacing: Spacing


@dataclass(frozen=True)
class Stored:
    """An order that is stored: number and ends of its showings, their SHA-256, least distances."""

    n_showings: int
    ends: tuple[UUID, ...]
    sha256: str
    spacing: Spacing


@dataclass(frozen=True)
class Ahead:
    """The orders that were stored ahead for a protocol, by membership."""

    protocol_sha256: str
    orders: Mapping[int, Stored]

    def sha256s(self) -> dict[int, str]:
        """Give what a seal tells of each order."""
        return {pk: stored.sha256 for pk, stored in self.orders.items()}


def read_rois(study: Study) -> Rois:
    """Give the study's ROIs in the order of rois.tsv."""
    return list(study.rois.order_by("row").values_list("pk", "scan__participant_id"))


def draw(rois: Rois, rater: str, settings: StudySettings) -> Drawn:
    """Draw the order of a rater."""
    patients = [patient for _, patient in rois]
    drawn = order.draw_order(
        patients,
        seed=settings.seed,
        rater=rater,
        repeat_share=settings.repeat_share,
        repeat_distance=settings.repeat_distance,
    )
    showings = tuple((rois[showing.roi][0], showing.repeat) for showing in drawn)
    rows = tuple(
        (_adapt(uuid4()), _adapt(roi), position, repeat)
        for position, (roi, repeat) in enumerate(showings, start=1)
    )
    return Drawn(rater, showings, rows, order.spacing(drawn, patients))


def draw_for(study: Study, rater: str) -> Drawn | None:
    """Draw the order of a rater who comes late; None for a draft, whose orders come later.

    From the freezing on nothing changes that an order depends on, so it needs no lock.
    """
    row = Study.objects.filter(pk=study.pk).exclude(state="draft").first()
    return None if row is None else draw(read_rois(row), rater, settings_of(row))


def store(member: Membership, drawn: Drawn) -> None:
    """Store the order of a rater whose study is locked, and begin the rater's tally."""
    _add(member, drawn, 0, len(drawn.showings))
    tallies.begin(member, len(drawn.showings), drawn.spacing)


def store_ahead(study: Study, by: User) -> Ahead:
    """Draw and store the order of each rater of a draft, as far as it isn't there yet.

    Raises
    ------
    StudyError
        It is no draft, `by` is no researcher of it, or it was changed meanwhile.
    """
    with steps.acting(study, by, "freeze") as row:
        protocol_sha256, settings = row.protocol_sha256, settings_of(row)
        members = list(row.memberships.filter(role="rater").select_related("user"))
    rois = read_rois(study)
    orders = {}
    for member in members:
        drawn = draw(rois, member.user.username, settings)
        _store_ahead(study, by, protocol_sha256, member, drawn)
        # Millions of rows: whoever reads them with the lock holds up every save for long.
        n_showings, sha256 = len(drawn.showings), facts.order_sha256(member)
        ends = _ends(member, n_showings)
        orders[member.pk] = Stored(n_showings, ends, sha256, drawn.spacing)
    return Ahead(protocol_sha256, orders)


def begin_tallies(study: Study, ahead: Ahead) -> None:
    """Begin the tallies of a draft that is locked to be frozen.

    An order that was dropped and stored again meanwhile has other ids.

    Raises
    ------
    StudyError
        Its raters or its protocol are others than those whose orders are stored.
    """
    members = list(study.memberships.filter(role="rater"))
    if study.protocol_sha256 != ahead.protocol_sha256 or {*ahead.orders} != {m.pk for m in members}:
        raise _changed(study)
    for member in members:
        stored = ahead.orders[member.pk]
        is_same = _ends(member, stored.n_showings) == stored.ends
        if not is_same or member.assignments.count() != stored.n_showings:
            raise _changed(study)
        tallies.begin(member, stored.n_showings, stored.spacing)


def drop(study: Study) -> None:
    """Remove what was stored ahead for a draft that is locked to be changed or deleted."""
    for pk in study.memberships.values_list("pk", flat=True):
        _drop(pk)


def _store_ahead(
    study: Study, by: User, protocol_sha256: str, member: Membership, drawn: Drawn
) -> None:
    """Add what isn't there of an order, some showings a transaction."""
    stored = member.assignments.order_by("position").values_list("position", "roi", "repeat")
    known = [(place, *showing) for place, showing in enumerate(drawn.showings, start=1)]
    is_drawn = stored.count() <= len(known) and all(
        there == drawn_one for there, drawn_one in zip(stored.iterator(BATCH), known, strict=False)
    )
    there = 0
    while there < len(drawn.showings):
        with steps.acting(study, by, "freeze") as row:
            if row.protocol_sha256 != protocol_sha256:
                raise _changed(row)
            if not is_drawn:  # of an older version of this program
                _drop(member.pk)
                is_drawn = True
            start = member.assignments.count()
            there = min(start + N_AHEAD, len(drawn.showings))
            _add(member, drawn, start, there)
        if there - start >= N_BEFORE_PAUSE:
            sleep(PAUSE_S)


def _ends(member: Membership, n_showings: int) -> tuple[UUID, ...]:
    """Give the ids of the first and the last showing of an order."""
    ends = member.assignments.filter(position__in=(1, n_showings)).order_by("position")
    return tuple(ends.values_list("pk", flat=True))


def _add(member: Membership, drawn: Drawn, start: int, end: int) -> None:
    """Add showings by one statement: model instances would hold the lock three times as long."""
    rows = [(member.pk, *row) for row in drawn.rows[start:end]]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)


def _adapt(value: UUID) -> Any:
    """Give an id as the database has it: SQLite has no UUIDs."""
    return value if connection.features.has_native_uuid_field else value.hex


def _drop(membership_id: int) -> None:
    with connection.cursor() as cursor:  # no row is read: there may be many
        statement = "DELETE FROM reviewapp_assignment WHERE membership_id = %s"
        cursor.execute(statement, [membership_id])


def _changed(study: Study) -> StudyError:
    return StudyError(f"{study.name} was changed while its orders were drawn: freeze it again")
