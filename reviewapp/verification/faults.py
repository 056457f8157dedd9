"""One thing that doesn't match."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from reviewapp.models import AnswerRevision

Row = TypeVar("Row")
#: Goes over rows whose number is known, one step each, such as a tqdm bar: rows, how many, of what.
Progress = Callable[[Iterable[Row], int, str], Iterable[Row]]


@dataclass(frozen=True)
class Fault:
    """What doesn't match: the row, its field where that is known (else empty), and why."""

    row: str
    field: str
    why: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.row, self.field, self.why) if part)


def name_of(revision: AnswerRevision) -> str:
    """Name an answer without telling what it is about."""
    position, number = revision.assignment.position, revision.number
    return f"answer {revision.place} ({revision.rater_name}, ROI {position}, revision {number})"
