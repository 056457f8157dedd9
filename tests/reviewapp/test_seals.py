"""Seals: when one is written, what it says, and what waits for it."""

import importlib
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from reviewapp import accesses, answers, chain, raters, seals, studies
from reviewapp.models import AccessLog, Assignment, Seal, Study
from reviewapp.verification import verify
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.verification.tampering import manage, run_sql


def told(study: Study) -> list[tuple[str, list[str]]]:
    """Give the cause of each seal, and what kinds of facts it tells."""
    return [
        (seal.cause, sorted({name.split()[0] for name in seal.facts}))
        for seal in study.seals.order_by("place")
    ]


@pytest.mark.django_db
def test_each_step_seals_what_it_fixed(study: Study, people: dict[str, User]) -> None:
    frozen = ["member", "order", "sample", "step", "study", "version"]
    assert told(study) == [
        ("step", ["step", "study"]),
        ("step", frozen),
        ("step", ["step", "study"]),
    ]
    raters.add_rater(study, people["researcher"], people["stranger"], "one more")
    assert told(study)[3:] == [("step", ["member", "order", "step", "study"])]
    studies.close(study, people["researcher"], "all have finished")
    assert study.seals.latest("place").facts["study state"] == "closed"


@pytest.mark.django_db
def test_a_seal_follows_the_one_before_it_and_the_answers(
    study: Study, people: dict[str, User], answered: Callable[..., None]
) -> None:
    answered("anna", 2)
    studies.close(study, people["researcher"], "all have finished")
    rows = list(study.seals.order_by("place"))
    assert [row.place for row in rows] == [1, 2, 3, 4]
    followed = [seals.beginning(study.pk), *(row.sha256 for row in rows[:-1])]
    assert [row.previous_sha256 for row in rows] == followed
    assert [row.n_revisions for row in rows] == [0, 0, 0, 2]
    assert rows[3].head_sha256 == chain.head_of(study).sha256
    assert seals.head_of(study) == chain.Head(4, rows[3].sha256)


@pytest.mark.django_db
def test_a_checksum_covers_every_column_of_a_seal(study: Study) -> None:
    row = study.seals.get(place=3)
    assert row.sha256 == seals.sha256_of(row)
    for field in Seal._meta.concrete_fields:
        if field.attname not in ("id", "sha256"):
            changed = study.seals.get(place=3)
            old: Any = getattr(changed, field.attname)
            new = old.replace(year=2001) if field.attname == "at" else {"x": 1}
            setattr(changed, field.attname, new)
            assert seals.sha256_of(changed) != row.sha256, field


@pytest.mark.django_db
def test_accesses_are_sealed_with_some_answers(
    study: Study, answered: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "ANSWERS_APART", 2)
    AccessLog.objects.create(study=study, at=timezone.now(), who="anna", kind="crop", what="x")
    answered("anna", 5)
    new = study.seals.filter(place__gt=3).order_by("place")
    assert list(new.values_list("cause", "n_revisions", "n_accesses")) == [
        ("answers", 2, 1),
        ("answers", 4, 0),
    ]
    assert verify(study).faults == ()


@pytest.mark.django_db
def test_a_study_of_before_is_sealed_as_it_is_and_marked(
    study: Study, people: dict[str, User], answered: Callable[..., None]
) -> None:
    answered("anna", 2)
    accesses.note(people["anna"], study.pk, "crop", "x")
    run_sql("DELETE FROM reviewapp_seal")
    migration = importlib.import_module("reviewapp.migrations.0015_seals")
    migration.seal_what_is_there(apps, connection.schema_editor())
    (seal,) = study.seals.all()
    assert (seal.cause, seal.n_revisions, seal.n_accesses) == ("update", 2, 1)
    assert "; the study is older than its seals: they prove it from 2" in manage(
        "verify_study", "cortex"
    )
    run_sql("UPDATE reviewapp_studystep SET reason = 'x' WHERE kind = 'opened'")
    run_sql("DELETE FROM reviewapp_accesslog")
    assert len(verify(study).faults) == 2


@pytest.mark.django_db(transaction=True)
def test_a_seal_waits_for_accesses_that_have_their_ids(
    study: Study, people: dict[str, User]
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    has_its_id, may_commit = threading.Event(), threading.Event()

    def send_an_image() -> None:
        with transaction.atomic():
            accesses.note(people["anna"], study.pk, "crop", "x")
            has_its_id.set()
            may_commit.wait(10)
        connection.close()

    def commit_soon() -> None:
        threading.Timer(0.5, may_commit.set).start()

    image = threading.Thread(target=send_an_image)
    image.start()
    assert has_its_id.wait(10)
    first = Assignment.objects.filter(membership__user=people["ben"]).order_by("position")[0]
    answers.record(first, ANSWER, uuid.UUID(int=1))  # doesn't wait
    assert not may_commit.is_set()
    commit_soon()
    accesses.note(people["researcher"], study.pk, "export", "answers.tsv", sealed=True)
    image.join()
    assert study.seals.latest("place").n_accesses == 2
    assert verify(study).faults == ()
