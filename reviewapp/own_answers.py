"""A rater's own answers as a file to keep, and its checksum.

The file is for the rater: it names ROIs by their place in the rater's order alone, and holds what
the rater gave and nothing of the ROI. Its volume, say, would pair a repeat with its first showing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lesions.fields import encode_row
from lesions.formats import ANSWERS
from lesions.tsv import format_field
from reviewapp.exports import iso, redrawn_volume_mm3
from reviewapp.models import AnswerRevision, Assignment, Membership, Study
from reviewapp.querysets import AssignmentQuerySet

#: Answers of a page.
PAGE = 100
#: Columns of the file, as answers.tsv has them, after `position`, the place in the rater's order.
COLUMNS = (
    "classes",
    "confidence",
    "reasons",
    "needs_correction",
    "redrawn_volume_mm3",
    "guessed_source",
    "comment",
    "active_s",
    "total_s",
    "answered_at",
    "revision",
)


@dataclass(frozen=True)
class OwnAnswers:
    """The file, and what a page says of it."""

    tsv: bytes
    n_answers: int
    n_redrawn: int
    last_at: datetime | None

    @property
    def sha256(self) -> str:
        """Give the checksum of the file, as `sha256sum` prints it."""
        return hashlib.sha256(self.tsv).hexdigest()


@dataclass(frozen=True)
class AnswersPage:
    """A page of a rater's current answers; `earlier` and `later` are where others begin."""

    answers: tuple[AnswerRevision, ...]
    earlier: int | None
    later: int | None


def current_answers(study: Study, rater_id: int) -> list[AnswerRevision]:
    """Give the rater's current answers in the rater's order."""
    own = Assignment.objects.filter(membership__study=study, membership__user_id=rater_id)
    return _current(own)


def answers_page(member: Membership, start: int) -> AnswersPage:
    """Give a rater's current answers from a place on, as many as a page holds."""
    given = Assignment.objects.filter(membership=member).answered()
    from_here = given.filter(position__gte=start).order_by("position")
    places = list(from_here.values_list("position", flat=True)[: PAGE + 1])
    last = places[:PAGE][-1] if places else start
    before = given.filter(position__lt=start).order_by("-position")
    earlier = list(before.values_list("position", flat=True)[:PAGE])
    shown = _current(given.filter(position__gte=start, position__lte=last))
    return AnswersPage(
        tuple(shown),
        earlier=earlier[-1] if earlier else None,
        later=places[PAGE] if len(places) > PAGE else None,
    )


def _current(assignments: AssignmentQuerySet) -> list[AnswerRevision]:
    answered = assignments.answered().order_by().values("pk")
    revisions = AnswerRevision.objects.current().filter(assignment__in=answered)
    return list(
        revisions.select_related("assignment", "correction").order_by("assignment__position")
    )


def write_own_answers(revisions: Sequence[AnswerRevision]) -> OwnAnswers:
    """Write the current answers of one rater as TSV; the same answers give the same bytes."""
    rows = [[str(revision.assignment.position), *_fields(revision)] for revision in revisions]
    return OwnAnswers(
        tsv="".join(map(encode_row, [["position", *COLUMNS], *rows])).encode(),
        n_answers=len(revisions),
        n_redrawn=sum(redrawn_volume_mm3(revision) is not None for revision in revisions),
        last_at=max((revision.created_at for revision in revisions), default=None),
    )


def _fields(revision: AnswerRevision) -> list[str]:
    values = {
        **revision.as_answer(),
        "needs_correction": "yes" if revision.needs_correction else "no",
        "redrawn_volume_mm3": redrawn_volume_mm3(revision),
        "guessed_source": revision.guessed_source,
        "comment": revision.comment or None,
        "active_s": revision.active_s,
        "total_s": revision.total_s,
        "answered_at": iso(revision.created_at),
        "revision": revision.number,
    }
    return [format_field(ANSWERS.by_name[name], values[name]) for name in COLUMNS]
