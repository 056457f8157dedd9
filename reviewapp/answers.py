"""Record answers: append-only, once a key, never over an answer that the rater hasn't seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from reviewapp import chain, drafts, durations, redrawn, seals, tallies
from reviewapp.answer_errors import (
    ClosedStudyError,
    InvalidAnswerError,
    PracticeFirstError,
    ReusedKeyError,
    StaleAnswerError,
    WithdrawnRaterError,
)
from reviewapp.client_version import is_version
from reviewapp.models import (
    AnswerRevision,
    Assignment,
    Membership,
    Study,
    Tally,
)
from reviewapp.practice_first import practice_left
from reviewapp.storable import UNSTORABLE, is_revision, is_storable

#: Fields of an answer beside the questions of every study.
OPTIONAL = ("revises", "correction", "guessed_source", "client_version")


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
        `classes`, `confidence`, `reasons`, `needs_correction`, `comment`, `guessed_source` where
        the study asks it, `active_s` and, where it was measured, `total_s` in seconds, and
        `revises`: the number of the revision that the rater saw, 0 for none. `correction`: the
        delineation that the rater drew, as `redrawn.read` takes it; None or left out for none.
        `client_version`: of the page, where it has one.
    key : UUID
        Made by the browser for each answer, and the same each time it sends that answer.

    Raises
    ------
    AnswerError
        Invalid, stale, with a reused key, to a closed study, by a withdrawn rater or before the
        practice. Nothing was stored; of a delineation perhaps the file, that no row names.
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
        _check_may_answer(study, assignment.membership_id)
        current = assignment.revisions.order_by("-number").values_list("number", flat=True).first()
        if answer["revises"] != (current or 0):
            raise StaleAnswerError(answer["revises"], current or 0)
        revision, tally = _store(study, assignment, answer, key, drawn)
        drafts.forget(assignment, before=revision.number)
        return _receipt(revision, tally, created=True)


def _check_may_answer(study: Study, membership_id: int) -> None:
    """Refuse who may not answer; the study's row is locked, so that stays so."""
    if not study.is_open:
        raise ClosedStudyError(f"{study.name} is closed to answers")
    members = Membership.objects.filter(pk=membership_id, withdrawn_at=None)
    must_practise = members.annotate(must=practice_left()).values_list("must", flat=True).first()
    if must_practise is None:
        raise WithdrawnRaterError(f"the rater was withdrawn from {study.name}")
    if must_practise:
        raise PracticeFirstError(f"{study.name} begins with practice ROIs")


def validate(study: Study, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answer's fields, checked, with `revises`, `client_version` and the durations.

    Raises
    ------
    InvalidAnswerError
        A field is missing, unknown, of the wrong kind, or breaks a rule of the questionnaire.
    """
    names = ["classes", "confidence", "reasons", "needs_correction", "comment"]
    client_version = data.get("client_version", "")
    questions = study.parsed_questionnaire()
    if questions.asks_source:
        names.append("guessed_source")
    errors = questions.errors(data)
    errors |= {
        name: UNSTORABLE
        for name in names
        if name not in errors and not _are_storable(data.get(name, ""))
    }
    if not is_revision(data.get("revises")):
        errors["revises"] = "Say which revision was seen: its number, or 0 for none."
    if not is_version(client_version):
        errors["client_version"] = "Give the version of the page as the page has it."
    errors |= durations.errors(data)
    unknown = sorted(set(data) - {*names, *OPTIONAL, *durations.FIELDS})
    errors |= {name[:50]: "There is no such field." for name in unknown[:5]}
    if errors:
        raise InvalidAnswerError(errors)
    answer = {name: data.get(name, "") for name in names}
    given = {"revises": data["revises"], "client_version": client_version}
    return {**answer, **given, **durations.read(data)}


def _are_storable(value: object) -> bool:
    texts = value if isinstance(value, list) else [value]
    return all(is_storable(text) for text in texts if isinstance(text, str))


def _read_correction(
    assignment: Assignment, needs_correction: bool, data: object
) -> redrawn.Redrawn | None:
    try:
        return redrawn.read(assignment, needs_correction, data)
    except redrawn.CorrectionError as error:
        raise InvalidAnswerError({"correction": str(error)}, error.confirm) from None


def _store(
    study: Study,
    assignment: Assignment,
    answer: Mapping[str, Any],
    key: UUID,
    drawn: redrawn.Redrawn | None,
) -> tuple[AnswerRevision, Tally]:
    """Write the rows of an answer, at the end of the study's chain; the study's row is locked."""
    given = dict(answer)
    revision = AnswerRevision(
        study=study,
        assignment=assignment,
        number=given.pop("revises") + 1,
        idempotency_key=key,
        created_at=timezone.now(),
        **durations.bounded(assignment, given.pop("active_s"), given.pop("total_s")),
        image_sha256=assignment.roi.crop_id,
        mask_sha256=assignment.roi.mask_id,
        protocol_sha256=study.protocol_sha256,
        **given,
    )
    chain.seal(revision, redrawn.row_of(drawn), chain.head_of(study))
    revision.save(force_insert=True)
    redrawn.attach(revision, drawn)
    if revision.number == 1:
        answered = Assignment.objects.filter(pk=assignment.pk)
        answered.update(answered_at=revision.created_at)
    if revision.place % seals.ANSWERS_APART == 0:
        seals.seal(study, "answers", {})
    return revision, tallies.add(revision)


def _receipt_again(
    known: AnswerRevision, answer: Mapping[str, Any], drawn: redrawn.Redrawn | None
) -> Receipt:
    same = {name: answer[name] for name in known.as_answer()}
    stored = redrawn.correction_of(known)
    is_drawn_alike = stored is None if drawn is None else drawn.is_stored_as(stored)
    if known.as_answer() != same or known.number != answer["revises"] + 1 or not is_drawn_alike:
        raise ReusedKeyError("this Idempotency-Key came before with another answer")
    tally = Tally.objects.get(pk=known.assignment.membership_id)
    return _receipt(known, tally, created=False)


def _receipt(revision: AnswerRevision, tally: Tally, *, created: bool) -> Receipt:
    at = revision.created_at.isoformat().replace("+00:00", "Z")
    return Receipt(revision.number, at, tally.n_answered, tally.n_showings, created)
