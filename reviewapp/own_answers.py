"""A rater's own answers as a file to keep, and its checksum.

The file is for the rater: it names ROIs by their place in the rater's order alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lesions.fields import encode_row
from lesions.formats import ANSWERS
from lesions.tsv import format_field
from reviewapp.exports import iso, redrawn_volume_mm3
from reviewapp.models import AnswerRevision, Study

#: Columns of the file, as answers.tsv has them, after `position`, the place in the rater's order.
COLUMNS = (
    "classes",
    "confidence",
    "reasons",
    "needs_correction",
    "volume_mm3",
    "redrawn_volume_mm3",
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


def current_answers(study: Study, rater_id: int) -> list[AnswerRevision]:
    """Give the rater's current answers in the rater's order."""
    revisions = AnswerRevision.objects.current().filter(
        assignment__membership__study=study, assignment__membership__user_id=rater_id
    )
    return list(
        revisions.select_related("assignment__roi", "correction").order_by("assignment__position")
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
        "volume_mm3": revision.assignment.roi.volume_mm3,
        "redrawn_volume_mm3": redrawn_volume_mm3(revision),
        "comment": revision.comment or None,
        "active_s": revision.active_s,
        "total_s": revision.total_s,
        "answered_at": iso(revision.created_at),
        "revision": revision.number,
    }
    return [format_field(ANSWERS.by_name[name], values[name]) for name in COLUMNS]
