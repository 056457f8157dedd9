"""The chain of a study's answers: each revision holds a checksum of itself and of the one before.

Whoever changes, adds, swaps or deletes a row in the database breaks it, and `verification` finds
where; the newest rows alone can go unseen, unless someone kept the head of the chain.
"""

from dataclasses import dataclass
from typing import Any

from reviewapp.canonical import canonical_sha256, moment, same_numbers
from reviewapp.models import AnswerRevision, Correction, Study
from reviewapp.roi_rows import roi_sha256

#: Changes with the list of what is hashed.
FORMAT = 1


@dataclass(frozen=True)
class Head:
    """The end of a chain: how many revisions it has, and the checksum of the newest."""

    n: int
    sha256: str


def head_of(study: Study) -> Head:
    """Give the end of a study's chain; with no answer its beginning."""
    newest = study.revisions.order_by("-place")
    found = newest.values_list("place", "sha256").first()
    return Head(0, beginning(study.pk, study.protocol_sha256)) if found is None else Head(*found)


def beginning(study_id: object, protocol_sha256: str) -> str:
    """Give what the first revision follows: the study, and the protocol that it was given under."""
    return canonical_sha256({"study": str(study_id), "protocol_sha256": protocol_sha256})


def seal(revision: AnswerRevision, correction: Correction | None, head: Head) -> Head:
    """Put a revision that is not stored yet behind `head`, and give the new head.

    Parameters
    ----------
    revision : AnswerRevision
        With its study and all of its answer; gets `place`, `rater_name`, `roi_sha256`,
        `previous_sha256` and `sha256`.
    correction : Correction, optional
        The delineation that will be stored with it.
    head : Head
        Of the study, whose row the caller has locked.
    """
    revision.place = head.n + 1
    revision.previous_sha256 = head.sha256
    revision.rater_name = revision.assignment.membership.user.username
    revision.roi_sha256 = roi_sha256(revision.assignment.roi)
    revision.sha256 = sha256_of(revision, correction)
    return Head(revision.place, revision.sha256)


def sha256_of(revision: AnswerRevision, correction: Correction | None) -> str:
    """Give the checksum of a revision as its row stands now."""
    return canonical_sha256(same_numbers(content(revision, correction)))


def content(revision: AnswerRevision, correction: Correction | None) -> dict[str, Any]:
    """Give all that the checksum of a revision covers; docs/formats.md lists it (records.tsv)."""
    assignment = revision.assignment
    # Only where it was asked: answers from before there was the question keep their checksum.
    guess = getattr(revision, "guessed_source", None)
    return ({} if guess is None else {"guessed_source": guess}) | {
        "format": FORMAT,
        "study": str(revision.study_id),
        "place": revision.place,
        "previous_sha256": revision.previous_sha256,
        "chained_later": revision.chained_later,
        "assignment": str(assignment.pk),
        "position": assignment.position,
        "repeat": assignment.repeat,
        "account": assignment.membership.user_id,
        "rater": revision.rater_name,
        "roi_sha256": revision.roi_sha256,
        "revision": revision.number,
        "classes": revision.classes,
        "confidence": revision.confidence,
        "reasons": revision.reasons,
        "needs_correction": revision.needs_correction,
        "comment": revision.comment,
        "active_s": revision.active_s,
        "total_s": revision.total_s,
        "idempotency_key": str(revision.idempotency_key),
        "answered_at": moment(revision.created_at),
        "image_sha256": revision.image_sha256,
        "mask_sha256": revision.mask_sha256,
        "protocol_sha256": revision.protocol_sha256,
        "client_version": revision.client_version,
        "correction": None if correction is None else _drawn(correction),
    }


def _drawn(correction: Correction) -> dict[str, Any]:
    names = ("n_voxels", "volume_mm3", "tools", "confirmed")
    return {
        "mask_sha256": correction.mask_id,
        **{name: getattr(correction, name) for name in names},
    }
