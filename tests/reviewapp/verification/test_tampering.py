"""Whoever changes what a study has stored is found, and an untouched study is not accused."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection

from reviewapp import append_only, chain, studies
from reviewapp.models import Study
from reviewapp.verification import verify
from tests.reviewapp.verification.tampering import Sql, manage

pytestmark = pytest.mark.django_db


def pk_at(study: Study, place: int) -> int:
    return study.revisions.get(place=place).pk


def test_a_study_stays_ok_while_it_lives(
    reviewed: Study, people: dict[str, User], answered: Callable[..., None]
) -> None:
    heads = [chain.head_of(reviewed).sha256]
    answered("ben", 26)
    heads.append(chain.head_of(reviewed).sha256)
    studies.unblind(reviewed, people["researcher"], "both have finished")
    User.objects.filter(username="anna").update(username="anna.k")
    assert verify(Study.objects.get(), heads).faults == ()


#: What someone with the database in hand does -> what is said. {} is the primary key of answer 2.
TAMPERING = {
    "a comment": ("UPDATE reviewapp_answerrevision SET comment = 'x' WHERE id = {}", "answer 2 ("),
    "a confidence": (
        "UPDATE reviewapp_answerrevision SET confidence = 1 WHERE id = {}",
        "answer 2 (anna, ROI 2, revision 1): the row is not what was stored",
    ),
    "a class": (
        "UPDATE reviewapp_answerrevision SET classes = '[\"Vessel\"]' WHERE id = {}",
        "answer 2 (",
    ),
    "a time": (
        "UPDATE reviewapp_answerrevision SET created_at = '2020-01-01 00:00:00' WHERE id = {}",
        "answer 2 (",
    ),
    "a rater's name": (
        "UPDATE reviewapp_answerrevision SET rater_name = 'ben' WHERE id = {}",
        "answer 2 (ben",
    ),
    "an image's checksum": (
        "UPDATE reviewapp_answerrevision SET image_sha256 = mask_sha256 WHERE id = {}",
        "answer 2 (anna, ROI 2, revision 1): image_sha256: ",
    ),
    "the protocol of an answer": (
        "UPDATE reviewapp_answerrevision SET protocol_sha256 = image_sha256 WHERE id = {}",
        "answer 2 (",
    ),
    "the mark of an old answer": (
        "UPDATE reviewapp_answerrevision SET chained_later = (1 = 1) WHERE id = {}",
        "answer 2 (",
    ),
    "a checksum": (
        "UPDATE reviewapp_answerrevision SET sha256 = image_sha256 WHERE id = {}",
        "answer 2 (",
    ),
    "an answer deleted from the middle": (
        "DELETE FROM reviewapp_answerrevision WHERE id = {}",
        "answer 2: deleted: the chain has a gap here",
    ),
    "two comments": (
        "UPDATE reviewapp_answerrevision SET comment = CASE comment WHEN '' THEN 'a vessel, I "
        "think' ELSE '' END WHERE place IN (2, 3)",
        "answer 3 (",
    ),
    "a delineation deleted": ("DELETE FROM reviewapp_correction WHERE n_voxels = 4", "answer 4 ("),
    "a tool": ("UPDATE reviewapp_correction SET tools = '[]'", "answer 4 ("),
    "a delineation's size": (
        "UPDATE reviewapp_correction SET n_voxels = 5",
        "delineation of answer 4: n_voxels: expected 4, as the stored mask has, came 5",
    ),
    "a group": (
        "UPDATE reviewapp_roi SET \"group\" = 'TPL'",
        "answer 1 (anna, ROI 1, revision 1): roi_sha256: ",
    ),
    "whose answers they are": (
        "UPDATE reviewapp_membership SET user_id = (SELECT id FROM auth_user WHERE username = "
        "'stranger') WHERE user_id = (SELECT id FROM auth_user WHERE username = 'anna')",
        "answer 1 (",
    ),
    "the protocol": (
        "UPDATE reviewapp_study SET protocol = '{{\"seed\": 1}}'",
        "protocol: protocol_sha256: is not the checksum of the protocol",
    ),
    "the questionnaire": (
        "UPDATE reviewapp_study SET questionnaire = '{{}}'",
        "study: questionnaire: is not the one of the protocol",
    ),
    "a showing": (
        "DELETE FROM reviewapp_assignment WHERE position = 26",
        "showings to ben: ",
    ),
    "the order": (
        "UPDATE reviewapp_assignment SET position = 99 WHERE position = 1",
        "showings to anna: position: expected 1 to 26 without a gap",
    ),
    "a volume's size": (
        "UPDATE reviewapp_volume SET n_bytes = n_bytes + 1",
        "n_bytes: expected ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERING)
def test_who_tampers_with_the_database_is_found(reviewed: Study, sql: Sql, what: str) -> None:
    statement, says = TAMPERING[what]
    sql(statement.format(pk_at(reviewed, 2)))
    told = manage("verify_study", "cortex")
    assert says in told
    assert "not match" in told.splitlines()[-1]
    assert "ok:" not in told


def test_one_change_is_told_once(reviewed: Study, sql: Sql) -> None:
    sql("UPDATE reviewapp_answerrevision SET comment = 'x' WHERE place = 2")
    assert [fault.row for fault in verify(reviewed).faults] == [
        "answer 2 (anna, ROI 2, revision 1)"
    ]


def test_triggers_that_are_gone_are_told(reviewed: Study) -> None:
    append_only.remove(connection, append_only.ANSWERS)
    told = manage("verify_study", "cortex")
    assert "reviewapp_answerrevision_no_update: the trigger that refuses changes" in told
