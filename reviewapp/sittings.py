"""Say in which block of ROIs and in which sitting each answer was given: the way raters worked."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from reviewapp.models import AnswerRevision, Study
from reviewapp.protocol import settings_of

#: Who stores no answer for longer has left: the next answer begins another sitting.
LONGEST_REST = timedelta(minutes=30)


class Saved(NamedTuple):
    """What counts of a revision."""

    revision: int
    showing: object
    rater: int
    at: datetime


class Worked(NamedTuple):
    """A revision's block, None in a study without blocks, and its sitting, from 1."""

    block: int | None
    sitting: int | None


def number_work(saved: Iterable[Saved], block_size: int) -> dict[int, Worked]:
    """Number the blocks and sittings of revisions, which come in the order of their times.

    A block ends, and the page pauses, after each `block_size` ROIs with an answer, in whatever
    order they were answered; a changed answer stays in the block of its first one.

    >>> noon = datetime(2026, 1, 5, 12)
    >>> times = [noon, noon + timedelta(minutes=30), noon + timedelta(minutes=61)]
    >>> found = number_work([Saved(i, f"showing {i}", 1, at) for i, at in enumerate(times)], 2)
    >>> [tuple(one) for one in found.values()]
    [(1, 1), (1, 1), (2, 2)]
    """
    found: dict[int, Worked] = {}
    blocks: dict[object, int] = {}
    n_answered: dict[int, int] = {}
    last: dict[int, tuple[datetime, int]] = {}
    for one in saved:
        before, sitting = last.get(one.rater, (None, 0))
        if before is None or one.at - before > LONGEST_REST:
            sitting += 1
        last[one.rater] = (one.at, sitting)
        if one.showing not in blocks:
            n_answered[one.rater] = n_answered.get(one.rater, 0) + 1
            blocks[one.showing] = -(-n_answered[one.rater] // (block_size or 1))
        found[one.revision] = Worked(blocks[one.showing] if block_size else None, sitting)
    return found


def work_of(study: Study) -> dict[int, Worked]:
    """Number the blocks and sittings of all revisions of a study, by revision."""
    rows = AnswerRevision.objects.filter(study=study).order_by("created_at", "place")
    names = ("pk", "assignment", "assignment__membership", "created_at")
    saved = (Saved(*row) for row in rows.values_list(*names).iterator(chunk_size=2000))
    return number_work(saved, settings_of(study).block_size)
