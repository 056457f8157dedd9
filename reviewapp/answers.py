"""Record answers: append-only, once a key, never over an answer that the rater hasn't seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from reviewapp import drafts, durations, redrawn
from reviewapp.models import AnswerRevision, Assignment, Study
from reviewapp.storable import UNSTORABLE, is_revision, is_storable


class AnswerError(ValueError):
    """An answer can't be recorded."""


class InvalidAnswerError(AnswerError):
    """The answer breaks a rule; `errors` has one sentence a field.

    `confirm` says what the rater may confirm, so that the same answer is taken.
    """

    def __init__(self, errors: Mapping[str, str], confirm: str | None = None) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = dict(errors)
        self.confirm = confirm


class StaleAnswerError(AnswerError):
    """The answer was given to another revision than the current one, whose number is `current`."""

    def __init__(self, revises: int, current: int) -> None:
        super().__init__(f"expected an answer that revises revision {current}, came {revises}")
        self.current = current


class ClosedStudyError(AnswerError):
    """The study takes no more answers."""


class ReusedKeyError(AnswerError):
    """The idempotency key came before with another answer."""


@dataclass(frozen=True)
class Receipt:
    """What the rater gets for an answer; `created` is False where the key came before."""

    revision: int
    answered_at: str
    answered: int
    n: int
    created: bool

    def as_dict(self) -> dict[str, Any]:
        """Give the receipt in the form of the API."""
        names = ("revision", "answered_at", "answered", "n")
        return {name: getattr(self, name) for name in names}


def record(assignment: Assignment, data: Mapping[str, Any], key: UUID) -> Receipt:
    """Store an answer as the next revision, or give the receipt of the one that `key` made.

    The study's row is locked meanwhile (SQLite: the database), so requests that come at once are
    taken one after the other. When this returns, the answer is on the disk.

    Parameters
    ----------
    assignment : Assignment
        One that the caller may answer.
    data : mapping
        `classes`, `confidence`, `reasons`, `needs_correction`, `comment`, `active_s` and,
        where it was measured, `total_s` in seconds, and `revises`: the number of the revision that
        the rater saw, 0 for none. `correction`: the delineation that the rater drew, as
        `redrawn.read` takes it; None or left out for none.
    key : UUID
        Made by the browser for each answer, and the same each time it sends that answer.

    Raises
    ------
    InvalidAnswerError, StaleAnswerError, ClosedStudyError, ReusedKeyError
        Nothing was stored; of a delineation perhaps the file, that no row names.
    VolumeError
        The store has lost a mask that the delineation has to be compared with.
    """
    answer = validate(assignment.membership.study, data)
    drawn = _read_correction(assignment, answer["needs_correction"], data.get("correction"))
    with redrawn.stored(drawn), transaction.atomic():
        study = Study.objects.select_for_update(no_key=True).get(pk=assignment.membership.study_id)
        known = assignment.revisions.filter(idempotency_key=key).first()
        if known is not None:
            return _receipt_again(known, answer, drawn)
        if not study.is_open:
            raise ClosedStudyError(f"{study.name} is closed to answers")
        current = assignment.revisions.order_by("-number").values_list("number", flat=True).first()
        if answer["revises"] != (current or 0):
            raise StaleAnswerError(answer["revises"], current or 0)
        revision = AnswerRevision.objects.create(
            assignment=assignment,
            number=answer.pop("revises") + 1,
            idempotency_key=key,
            **durations.bounded(assignment, answer.pop("active_s"), answer.pop("total_s")),
            image_sha256=assignment.roi.crop_id,
            mask_sha256=assignment.roi.mask_id,
            protocol_sha256=study.protocol_sha256,
            **answer,
        )
        redrawn.attach(revision, drawn)
        drafts.forget(assignment, before=revision.number)
        return _receipt(revision, created=True)


def validate(study: Study, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answer's fields, checked, with `revises`, `active_s` and `total_s`.

    Raises
    ------
    InvalidAnswerError
        A field is missing, unknown, of the wrong kind, or breaks a rule of the questionnaire.
    """
    names = ("classes", "confidence", "reasons", "needs_correction", "comment")
    errors = study.parsed_questionnaire().errors(data)
    errors |= {
        name: UNSTORABLE
        for name in names
        if name not in errors and not _are_storable(data.get(name, ""))
    }
    if not is_revision(data.get("revises")):
        errors["revises"] = "Say which revision was seen: its number, or 0 for none."
    errors |= durations.errors(data)
    unknown = sorted(set(data) - {*names, "revises", "correction", *durations.FIELDS})
    errors |= {name[:50]: "There is no such field." for name in unknown[:5]}
    if errors:
        raise InvalidAnswerError(errors)
    answer = {name: data.get(name, "") for name in names}
    return {**answer, "revises": data["revises"], **durations.read(data)}


def _are_storable(value: object) -> bool:
    texts = value if isinstance(value, list) else [value]
    return all(is_storable(text) for text in texts if isinstance(text, str))


def _read_correction(
    assignment: Assignment, needs_correction: bool, data: object
) -> redrawn.Redrawn | None:
    try:
        return redrawn.read(assignment.roi, needs_correction, data)
    except redrawn.CorrectionError as error:
        raise InvalidAnswerError({"correction": str(error)}, error.confirm) from None


def _receipt_again(
    known: AnswerRevision, answer: Mapping[str, Any], drawn: redrawn.Redrawn | None
) -> Receipt:
    same = {name: answer[name] for name in known.as_answer()}
    stored = redrawn.correction_of(known)
    is_drawn_alike = stored is None if drawn is None else drawn.is_stored_as(stored)
    if known.as_answer() != same or known.number != answer["revises"] + 1 or not is_drawn_alike:
        raise ReusedKeyError("this Idempotency-Key came before with another answer")
    return _receipt(known, created=False)


def _receipt(revision: AnswerRevision, *, created: bool) -> Receipt:
    showings = Assignment.objects.filter(membership=revision.assignment.membership_id)
    at = revision.created_at.isoformat().replace("+00:00", "Z")
    return Receipt(revision.number, at, showings.answered().count(), showings.count(), created)
