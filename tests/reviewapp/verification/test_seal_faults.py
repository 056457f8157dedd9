"""Whoever changes what a study holds beside its answers is found: steps, people, orders, log."""

import json

import pytest
from django.apps import apps

from reviewapp import chain, facts, seals
from reviewapp.canonical import canonical_sha256
from reviewapp.models import ProtocolVersion, Study
from reviewapp.stores.folder import path_of
from reviewapp.verification import verify
from tests.reviewapp.verification.tampered_studies import IDS, TAMPERING
from tests.reviewapp.verification.tampering import Sql, manage

pytestmark = pytest.mark.django_db


def test_a_study_that_lived_is_ok(lived: Study) -> None:
    assert verify(lived).faults == ()
    assert manage("verify_study", "cortex").count(": ok: 4 revisions, ") == 1


@pytest.mark.parametrize("what", TAMPERING)
def test_who_tampers_with_a_study_is_found(lived: Study, sql: Sql, what: str) -> None:
    statements, says = TAMPERING[what]
    for statement in statements:
        sql(statement.format(**IDS))
    told = manage("verify_study", "cortex")
    assert says in told
    assert "not match" in told.splitlines()[-1]


@pytest.mark.parametrize("setting", ["hypotheses", "class_rule"])
def test_a_protocol_that_is_rewritten_everywhere_is_found_by_seals_and_by_answers(
    lived: Study, sql: Sql, setting: str
) -> None:
    version = ProtocolVersion.objects.get(number=2)
    settings = {**version.protocol["settings"], setting: "primary"}
    anew = json.dumps({**version.protocol, "settings": settings})
    values = (anew, canonical_sha256(json.loads(anew)))
    sql("UPDATE reviewapp_study SET protocol = %s, protocol_sha256 = %s", *values)
    sql(
        "UPDATE reviewapp_protocolversion SET protocol = %s, sha256 = %s WHERE number = 2",
        *values,
    )
    sql(
        "UPDATE reviewapp_studystep SET protocol_sha256 = %s WHERE protocol_sha256 = %s",
        values[1],
        version.sha256,
    )
    found = [str(fault) for fault in verify(Study.objects.get()).faults]
    assert "version 2: is not what was sealed" in found
    assert any(told.startswith("answer 4: protocol_sha256: 1 of them: ") for told in found)


def test_an_answer_under_a_version_that_was_not_in_force_is_found(lived: Study, sql: Sql) -> None:
    old, new = lived.protocol_versions.order_by("number").values_list("sha256", flat=True)
    for place, sha256 in ((4, old), (3, new)):
        sql(
            "UPDATE reviewapp_answerrevision SET protocol_sha256 = %s WHERE place = %s",
            sha256,
            place,
        )
        faults = [str(fault) for fault in verify(lived).faults]
        assert any("answer" in told and "in force" in told for told in faults), place
    assert any(told.startswith("answers 3 to 4: ") for told in faults)


def test_a_volume_of_the_practice_block_is_read(lived: Study) -> None:
    path_of(lived.practice_rois.get(position=2).mask_id).unlink()
    assert "cortex: mask of practice ROI 2: file: " in manage("verify_study", "cortex")


def test_an_end_that_is_dropped_is_found_by_a_head(lived: Study, sql: Sql) -> None:
    heads = [seals.head_of(lived).sha256, chain.head_of(lived).sha256]
    lasting = seals.head_of(lived, lasting=True)
    assert lasting.n == seals.head_of(lived).n - 1
    assert verify(lived, [*heads, lasting.sha256]).faults == ()
    sql("DELETE FROM reviewapp_seal WHERE place > %s", lasting.n)
    sql("DELETE FROM reviewapp_accesslog")
    assert verify(lived).faults == ()  # nobody else knows that there were any
    (fault,) = verify(lived, [*heads, lasting.sha256]).faults
    assert fault.row == f"head {heads[0]}"


def test_what_a_seal_says_names_every_column() -> None:
    kept = {"study_id"}
    for model, columns in (
        ("StudyStep", facts.STEP),
        ("Membership", facts.MEMBER),
        ("ProtocolVersion", (*facts.VERSION, "id")),
        ("PracticeAnswer", facts.PRACTICE_ANSWER),
        ("Roi", facts.ROI),
        ("Scan", facts.SCAN),
        ("PracticeRoi", facts.PRACTICE_ROI),
        ("AccessLog", facts.ACCESS),
        ("Assignment", (*facts.SHOWING, "membership_id", "opened_at", "shown_at", "answered_at")),
        ("Study", (*facts.STUDY, *facts.STUDY_JSON, "id", "name", "protocol")),
    ):
        fields = apps.get_model("reviewapp", model)._meta.concrete_fields
        assert {field.attname for field in fields} - kept == {*columns}, model
