"""The database refuses to change or delete answers, steps, versions of protocols and accesses."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from reviewapp import answers, studies
from reviewapp.models import (
    AccessLog,
    AnswerRevision,
    Assignment,
    Correction,
    Draft,
    Preferences,
    ProtocolVersion,
    Seal,
    Study,
    StudyStep,
)
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.drawing import drawn, grown

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(
    study: Study, first: Assignment, people: dict[str, User], new_key: Callable[[], Any]
) -> None:
    correction = drawn(first, grown(first.roi))
    answer = {**ANSWER, "needs_correction": True, "correction": correction}
    answers.record(first, answer, new_key())
    studies.unblind(study, people["researcher"], "both have finished")
    AccessLog.objects.create(study=study, at=timezone.now(), who="anna", kind="crop", what="x")


APPEND_ONLY = [AnswerRevision, StudyStep, ProtocolVersion, Correction, AccessLog, Seal]


@pytest.mark.parametrize("model", APPEND_ONLY)
@pytest.mark.parametrize("sql", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
@pytest.mark.usefixtures("rows")
def test_sql_cannot_change_or_delete_a_row(model: type[models.Model], sql: str) -> None:
    before = list(model._default_manager.values())
    statement = sql.format(model._meta.db_table)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(model._default_manager.values()) == before


@pytest.mark.usefixtures("rows")
def test_the_orm_cannot_change_an_answer() -> None:
    revision = AnswerRevision.objects.get()
    revision.confidence = 1
    with pytest.raises(IntegrityError), transaction.atomic():
        revision.save()
    assert AnswerRevision.objects.get().confidence == 4


@pytest.mark.usefixtures("rows")
def test_what_answers_hang_on_cannot_be_deleted(study: Study, first: Assignment) -> None:
    for row in (first, first.roi, first.membership, study, first.membership.user):
        with pytest.raises(models.ProtectedError):
            row.delete()


def good_answer(study: Study, first: Assignment, **change: Any) -> dict[str, Any]:
    return {
        **{name: ANSWER[name] for name in ("classes", "reasons", "needs_correction", "active_s")},
        "confidence": 3,
        "number": 1,
        "idempotency_key": "00000000-0000-4000-8000-000000000001",
        "assignment": first,
        "study": study,
        "place": 1,
        "previous_sha256": "0" * 64,
        "sha256": "1" * 64,
        **change,
    }


def bad_rows(study: Study, first: Assignment) -> dict[str, Callable[[], Any]]:
    answer = good_answer(study, first)
    other_key = {"idempotency_key": "00000000-0000-4000-8000-000000000002"}
    other = Assignment.objects.get(membership=first.membership, position=2)
    create = AnswerRevision.objects.create
    return {
        "revision zero": lambda: create(**{**answer, "number": 0}),
        "confidence zero": lambda: create(**{**answer, "confidence": 0}),
        "negative time": lambda: create(**{**answer, "active_s": -1}),
        "a revision twice": lambda: [
            create(**answer),
            create(**{**answer, **other_key, "place": 2}),
        ],
        "a key twice": lambda: [
            create(**answer),
            create(**{**answer, "number": 2, "place": 2}),
        ],
        "a place in the chain twice": lambda: [
            create(**answer),
            create(**{**answer, **other_key, "number": 2}),
        ],
        "an answer outside the chain": lambda: create(**{**answer, "sha256": ""}),
        "an access by nobody": lambda: AccessLog.objects.create(
            study=study, at=timezone.now(), who="", kind="crop", what="x"
        ),
        "an access of an unknown kind": lambda: AccessLog.objects.create(
            study=study, at=timezone.now(), who="anna", kind="look", what="x"
        ),
        "a seal's place twice": lambda: Seal.objects.bulk_create([Seal(**seal_of(study))]),
        "a seal for no cause": lambda: Seal.objects.create(**seal_of(study, cause="look", place=9)),
        "a place twice": lambda: Assignment.objects.filter(pk=other.pk).update(position=1),
        "place zero": lambda: Assignment.objects.filter(pk=other.pk).update(position=0),
        "an unknown state": lambda: Study.objects.filter(pk=study.pk).update(state="paused"),
        "closed without a time": lambda: Study.objects.filter(pk=study.pk).update(state="closed"),
        "work beyond the total": lambda: create(**{**answer, "total_s": 1}),
        "an empty mask with a volume": lambda: Correction.objects.create(
            revision=create(**answer),
            mask=first.roi.mask,
            n_voxels=0,
            volume_mm3=8,
            tools=[],
            confirmed=[],
        ),
        "draft zero": lambda: Draft.objects.create(
            assignment=first, version=0, revises=0, client=uuid.uuid4(), saved_at=timezone.now()
        ),
        "an unknown theme": lambda: Preferences.objects.create(
            user=first.membership.user, keys={}, theme="pink"
        ),
        "an unknown group": lambda: study.rois.update(group="TNL"),
        "an unknown role": lambda: study.memberships.update(role="admin"),
        "a component twice": lambda: study.rois.update(label=1),
    }


def seal_of(study: Study, **change: Any) -> dict[str, Any]:
    return {**study.seals.values().get(place=1), "id": None, **change}


NAMES = [
    "a seal's place twice", "a seal for no cause",
    "revision zero", "confidence zero", "negative time", "a revision twice", "a place twice",
    "work beyond the total", "an empty mask with a volume", "draft zero", "an unknown theme",
    "place zero", "an unknown state", "closed without a time", "an unknown group",
    "an unknown role", "a component twice", "a place in the chain twice", "a key twice",
    "an answer outside the chain", "an access by nobody", "an access of an unknown kind",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_database_refuses(study: Study, first: Assignment, name: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bad_rows(study, first)[name]()


def test_a_row_with_nothing_wrong_is_taken(study: Study, first: Assignment) -> None:
    made = AnswerRevision.objects.create(**good_answer(study, first))
    assert AnswerRevision.objects.get() == made
