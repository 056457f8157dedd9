"""Answers that are added, deleted or swapped, and a chain that is written anew."""

import pytest
from django.contrib.auth.models import User

from reviewapp import chain, tallies
from reviewapp.models import AnswerRevision, Assignment, Study, Tally
from reviewapp.studies import People, create_study
from reviewapp.verification import verify
from tests.reviewapp.cohort import Sample
from tests.reviewapp.verification.tampering import Sql, manage

pytestmark = pytest.mark.django_db


def test_two_answers_that_change_places_are_found(reviewed: Study, sql: Sql) -> None:
    one, two = (reviewed.revisions.get(place=place).pk for place in (2, 3))
    for pk, place in ((one, 99), (two, 2), (one, 3)):
        sql("UPDATE reviewapp_answerrevision SET place = %s WHERE id = %s", place, pk)
    rows = [fault.row for fault in verify(reviewed).faults]
    assert any(row.startswith("answer 2 (ben") for row in rows)
    assert any(row.startswith("answer 3 (anna") for row in rows)


def test_an_answer_that_is_added_is_found(reviewed: Study, sql: Sql) -> None:
    last = reviewed.revisions.order_by("place").last()
    assert last is not None
    fourth = Assignment.objects.get(membership=last.assignment.membership_id, position=4)
    last.pk, last.assignment, last.number = None, fourth, 1
    last.place, last.previous_sha256 = 7, last.sha256
    AnswerRevision.objects.bulk_create([last])
    told = manage("verify_study", "cortex")
    assert "answer 7 (anna, ROI 4, revision 1): " in told


def test_an_answer_of_another_study_s_chain_is_found(
    reviewed: Study, sample: Sample, people: dict[str, User], sql: Sql
) -> None:
    other = create_study(
        "other", sample.rois, sample.scans, People((people["ben"],), people["researcher"])
    )
    sql(
        "UPDATE reviewapp_answerrevision SET study_id = (SELECT id FROM reviewapp_study WHERE name "
        "= 'other') WHERE place = 6"
    )
    told = manage("verify_study", "--all")
    assert "cortex: answer with id" in told
    assert "other: answer 1 to 5: deleted" in told
    assert other.revisions.count() == 1


def test_the_newest_answers_are_missed_with_a_head_alone(reviewed: Study, sql: Sql) -> None:
    head = chain.head_of(reviewed).sha256
    sql("DELETE FROM reviewapp_answerrevision WHERE place = 6")
    assert "tally of anna: last_at" in manage("verify_study", "cortex")
    for pk, tally in tallies.counted_again(reviewed).items():  # who can delete can count too
        fields = {name: getattr(tally, name) for name in tallies.COUNTED}
        Tally.objects.filter(pk=pk).update(**fields)
    assert "ok: 5 revisions" in manage("verify_study", "cortex")
    told = manage("verify_study", "cortex", "--head", head)
    assert f"head {head}: is in no chain" in told
    assert "exit 1: 1 thing does not match" in told


def test_a_chain_that_is_written_anew_is_found_by_an_old_head(reviewed: Study, sql: Sql) -> None:
    heads = list(reviewed.revisions.order_by("place").values_list("sha256", flat=True))
    sql("UPDATE reviewapp_answerrevision SET confidence = 1 WHERE place = 3")
    begin = chain.beginning(reviewed.pk, reviewed.protocol_sha256)
    head = chain.Head(0, begin)
    for row in reviewed.revisions.order_by("place").select_related("correction"):
        head = chain.seal(row, getattr(row, "correction", None), head)
        values = (row.previous_sha256, row.sha256, row.pk)
        sql(
            "UPDATE reviewapp_answerrevision SET previous_sha256 = %s, sha256 = %s WHERE id = %s",
            *values,
        )
    assert verify(reviewed).faults == ()
    assert verify(reviewed, [begin, *heads[:2]]).faults == ()
    (fault,) = verify(reviewed, [heads[-1]]).faults
    assert heads[-1] in fault.row
