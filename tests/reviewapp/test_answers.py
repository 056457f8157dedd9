"""Recording answers, without HTTP."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from lesions.questionnaire import paper_questionnaire, parse_questionnaire
from reviewapp import answer_errors, answers, raters
from reviewapp.models import AnswerRevision, Assignment, Study
from reviewapp.studies import People, create_study
from tests.reviewapp.cohort import ANSWER, Sample

pytestmark = pytest.mark.django_db


def open_since(assignment: Assignment, seconds: float) -> Assignment:
    assignment.opened_at = timezone.now() - timedelta(seconds=seconds)
    assignment.save(update_fields=["opened_at"])
    return assignment


def test_work_is_at_most_the_time_since_the_opening(first: Assignment) -> None:
    answers.record(open_since(first, 60), {**ANSWER, "active_s": 1e9}, uuid.uuid4())
    assert 60 <= first.revisions.get().active_s < 90


def test_shorter_work_is_stored_as_measured(first: Assignment) -> None:
    answers.record(open_since(first, 60), {**ANSWER, "active_s": 12.25}, uuid.uuid4())
    assert first.revisions.get().active_s == 12.25


def test_times_are_bounded_by_the_showing_and_not_by_the_prefetch(first: Assignment) -> None:
    first.shown_at = timezone.now() - timedelta(seconds=20)
    first.save(update_fields=["shown_at"])
    timed = {**ANSWER, "active_s": 50, "total_s": 55}
    answers.record(open_since(first, 60), timed, uuid.uuid4())
    stored = first.revisions.get()
    assert 20 <= stored.active_s == stored.total_s < 40


def test_work_is_part_of_the_total(first: Assignment) -> None:
    timed = {**ANSWER, "active_s": 30, "total_s": 20}
    answers.record(open_since(first, 60), timed, uuid.uuid4())
    assert (first.revisions.get().active_s, first.revisions.get().total_s) == (20, 20)


@pytest.mark.parametrize("total_s", [-1, True, "5", 10**400])
def test_a_total_that_is_no_duration_is_refused(first: Assignment, total_s: object) -> None:
    with pytest.raises(answer_errors.InvalidAnswerError, match="total_s"):
        answers.record(first, {**ANSWER, "total_s": total_s}, uuid.uuid4())


def test_the_first_showing_counts(first: Assignment, client_of: Callable[[str], Client]) -> None:
    url = f"/api/v1/assignments/{first.pk}/opened/"
    anna = client_of("anna")
    assert anna.post(url).status_code == 204
    first.refresh_from_db()
    shown_at = first.shown_at
    anna.post(url)
    first.refresh_from_db()
    assert shown_at is not None
    assert first.shown_at == shown_at


def test_a_conflict_shows_the_current_answer(
    first: Assignment, client_of: Callable[[str], Client]
) -> None:
    answers.record(first, {**ANSWER, "comment": "mine"}, uuid.uuid4())
    anna = client_of("anna")
    response = anna.post(
        f"/api/v1/assignments/{first.pk}/answers/",
        ANSWER,
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    told = response.json()
    assert (response.status_code, told["current"]) == (409, 1)
    assert told["answer"] == anna.get(f"/api/v1/assignments/{first.pk}/").json()["answer"]
    assert told["answer"]["comment"] == "mine"
    assert told["answered_at"] == told["answer"]["answered_at"]


def test_the_work_of_simulated_raters_is_stored_as_given(first: Assignment) -> None:
    first.membership.simulated = True
    first.membership.save(update_fields=["simulated"])
    answers.record(first, {**ANSWER, "active_s": 5000}, uuid.uuid4())
    assert first.revisions.get().active_s == 5000


def test_a_refused_answer_says_what_is_wrong(first: Assignment) -> None:
    with pytest.raises(answer_errors.InvalidAnswerError, match="confidence") as caught:
        answers.record(first, {**ANSWER, "confidence": 6, "active_s": None}, uuid.uuid4())
    assert sorted(caught.value.errors) == ["active_s", "confidence"]
    assert not AnswerRevision.objects.exists()


def test_the_study_s_own_questionnaire_counts(sample: Sample, people: dict[str, User]) -> None:
    own = paper_questionnaire().as_dict()
    own["classes"]["options"] = [{"name": "Lesion", "family": "CL"}]
    crew = People((people["anna"],), people["researcher"])
    questionnaire = parse_questionnaire(own, source="a test")
    create_study("own", sample.rois, sample.scans, crew, questionnaire=questionnaire)
    first = Assignment.objects.get(position=1)
    with pytest.raises(answer_errors.InvalidAnswerError, match="no class of this study"):
        answers.record(first, ANSWER, uuid.uuid4())
    answers.record(first, {**ANSWER, "classes": ["Lesion"]}, uuid.uuid4())
    assert first.revisions.get().classes == ["Lesion"]


def test_current_answers_are_the_newest_revisions(first: Assignment) -> None:
    for number in range(3):
        answers.record(first, {**ANSWER, "revises": number}, uuid.uuid4())
    assert list(AnswerRevision.objects.current().values_list("number", flat=True)) == [3]
    assert first.current_answer() == first.revisions.get(number=3)


def test_an_answer_that_is_on_its_way_when_its_rater_is_withdrawn_is_not_stored(
    study: Study, people: dict[str, User], first: Assignment
) -> None:
    raters.withdraw_rater(study, people["researcher"], people["anna"], "on parental leave")
    with pytest.raises(answer_errors.WithdrawnRaterError, match="withdrawn from"):
        answers.record(first, ANSWER, uuid.uuid4())
    assert not AnswerRevision.objects.exists()
