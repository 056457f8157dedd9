"""Drafts on the server: what a rater has typed and not yet saved, from one tab at a time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from reviewapp.models import Assignment, Draft, Study
from reviewapp.storable import MAX_REVISION, is_revision, json_error

#: Longest draft, in bytes of compact UTF-8 JSON.
MAX_DRAFT = 256 * 1024
FIELDS = ("draft", "revises", "client", "based_on")


class DraftError(ValueError):
    """A draft can't be kept."""


class InvalidDraftError(DraftError):
    """The draft breaks a rule; `errors` has one sentence a field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = dict(errors)


class StaleDraftError(DraftError):
    """Another tab's draft, or an answer, came meanwhile: `current` and `revision` are now there."""

    def __init__(self, current: Draft | None, revision: int) -> None:
        super().__init__("another draft or an answer came meanwhile")
        self.current = current
        self.revision = revision


class ClosedStudyError(DraftError):
    """The study takes no more drafts."""


def current_draft(assignment: Assignment) -> Draft | None:
    """Give the draft of an assignment, None where there is none."""
    return Draft.objects.filter(assignment=assignment, content__isnull=False).first()


def as_dict(draft: Draft | None) -> dict[str, Any] | None:
    """Give a draft in the form of the API."""
    if draft is None:
        return None
    return {
        "version": draft.version,
        "draft": draft.content,
        "revises": draft.revises,
        "client": str(draft.client),
        "saved_at": draft.saved_at.isoformat().replace("+00:00", "Z"),
    }


def save(assignment: Assignment, data: Mapping[str, Any]) -> Draft:
    """Keep a draft in the place of the one that it is based on.

    The study's row is locked as in `answers.record`, so a draft never comes between an answer and
    its clearing.

    Parameters
    ----------
    assignment : Assignment
        One that the caller may answer.
    data : mapping
        `draft`: an object of the page's; `revises`: the revision that the rater saw, 0 for none;
        `client`: UUID of the tab; `based_on`: version of the draft that the tab saw, 0 for none.
        A tab may replace its own draft whatever it is based on.

    Raises
    ------
    InvalidDraftError, StaleDraftError, ClosedStudyError
        Nothing was stored.
    """
    client = validate(data)
    with transaction.atomic():
        _lock_open_study(assignment)
        found = Draft.objects.filter(assignment=assignment).first()
        revision = assignment.revisions.count()
        if data["revises"] < revision or not _follows(found, client, data["based_on"]):
            kept = found if found is not None and found.content is not None else None
            raise StaleDraftError(kept, revision)
        draft = found or Draft(assignment=assignment, version=0)
        draft.version += 1
        draft.content, draft.revises, draft.client = data["draft"], data["revises"], client
        draft.saved_at = timezone.now()
        draft.save()
    return draft


@contextmanager
def removing(assignment: Assignment) -> Iterator[int]:
    """Give the version of the draft, 0 for none, and remove it once the block is through.

    Raises
    ------
    ClosedStudyError
        The study is closed; the draft stays.
    """
    with transaction.atomic():
        _lock_open_study(assignment)
        kept = Draft.objects.filter(assignment=assignment).values_list("version", flat=True)
        yield kept.first() or 0
        forget(assignment, before=MAX_REVISION + 1)


def forget(assignment: Assignment, before: int) -> None:
    """Remove a draft that was made before revision `before`; its version counts on."""
    drafts = Draft.objects.filter(assignment=assignment, revises__lt=before, content__isnull=False)
    drafts.update(content=None, version=F("version") + 1)


def validate(data: Mapping[str, Any]) -> UUID:
    """Check the fields of a draft, and give its client.

    Raises
    ------
    InvalidDraftError
        A field is missing, unknown, of the wrong kind or too long.
    """
    errors = {name[:50]: "There is no such field." for name in sorted(set(data) - {*FIELDS})[:5]}
    draft = data.get("draft")
    if not isinstance(draft, dict):
        errors["draft"] = "Give the draft as an object."
    elif text := json_error(draft, MAX_DRAFT):
        errors["draft"] = text
    for name in ("revises", "based_on"):
        if not is_revision(data.get(name)):
            errors[name] = "Give a whole number of at least 0."
    client = _uuid(data.get("client"))
    if errors or client is None:
        raise InvalidDraftError(errors if client else {**errors, "client": "Give a UUID."})
    return client


def _follows(found: Draft | None, client: UUID, based_on: int) -> bool:
    if found is None:
        return based_on == 0
    if found.client == client or based_on == found.version:
        return True
    return found.content is None and based_on == 0


def _lock_open_study(assignment: Assignment) -> None:
    study = Study.objects.select_for_update(no_key=True).get(pk=assignment.membership.study_id)
    if not study.is_open:
        raise ClosedStudyError(f"{study.name} is closed")


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
