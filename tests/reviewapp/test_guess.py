"""The optional last question: who drew the delineation?"""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client

from lesions.formats import ANSWERS
from lesions.questionnaire import paper_questionnaire, parse_questionnaire
from lesions.tsv import read_table
from reviewapp import answer_errors, answers
from reviewapp.exports import export_answers
from reviewapp.models import AnswerRevision, Assignment, Study
from reviewapp.own_answers import current_answers, write_own_answers
from reviewapp.studies import People, create_study
from tests.reviewapp.cohort import ANSWER, Sample

pytestmark = pytest.mark.django_db
TEXT = "Was this delineation drawn by the model or by hand?"


@pytest.fixture
def asking(sample: Sample, people: dict[str, User]) -> Study:
    """Give a study that asks it."""
    data = {**paper_questionnaire().as_dict(), "guessed_source": {"text": TEXT}}
    crew = People((people["anna"],), people["researcher"])
    questions = parse_questionnaire(data)
    return create_study("asking", sample.rois, sample.scans, crew, questionnaire=questions)


def first_of(study: Study) -> Assignment:
    return Assignment.objects.filter(membership__study=study).order_by("position")[0]


def post(study: Study, people: dict[str, User], **change: Any) -> Any:
    anna = Client()
    anna.force_login(people["anna"])
    return anna.post(
        f"/api/v1/assignments/{first_of(study).pk}/answers/",
        {**ANSWER, **change},
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )


@pytest.mark.parametrize("guess", ["model", "hand", "don't know"])
def test_a_guess_is_stored_shown_again_and_exported(
    asking: Study, people: dict[str, User], tmp_path: Path, guess: str
) -> None:
    assert post(asking, people, guessed_source=guess).status_code == 201
    first = first_of(asking)
    anna = Client()
    anna.force_login(people["anna"])
    told = anna.get(f"/api/v1/assignments/{first.pk}/").json()
    assert told["answer"]["guessed_source"] == guess
    assert export_answers(asking, tmp_path / "answers.tsv", interim=True) == 1
    table = read_table(tmp_path / "answers.tsv", ANSWERS)
    assert table.guessed_source.tolist() == [guess]
    assert table.drawn_in.tolist() == [first.roi.drawn_in]
    own = write_own_answers(current_answers(asking, people["anna"].pk)).tsv.decode()
    assert guess in own.splitlines()[1]
    assert first.roi.drawn_in not in own


@pytest.mark.parametrize("guess", [None, "", "computer", 1, ["model"]])
def test_where_it_is_asked_it_must_be_answered(
    asking: Study, people: dict[str, User], guess: Any
) -> None:
    response = post(asking, people, guessed_source=guess)
    assert response.status_code == 400
    assert set(response.json()["errors"]) == {"guessed_source"}


def test_where_it_is_not_asked_no_guess_is_taken_or_shown(
    study: Study, people: dict[str, User]
) -> None:
    assert post(study, people, guessed_source="model").status_code == 400
    assert post(study, people).status_code == 201
    assert "guessed_source" not in AnswerRevision.objects.get().as_answer()


def test_the_same_key_with_another_guess_is_another_answer(asking: Study) -> None:
    key, first = uuid.uuid4(), first_of(asking)
    answers.record(first, {**ANSWER, "guessed_source": "hand"}, key)
    assert not answers.record(first, {**ANSWER, "guessed_source": "hand"}, key).created
    with pytest.raises(answer_errors.ReusedKeyError):
        answers.record(first, {**ANSWER, "guessed_source": "model"}, key)


def test_the_database_refuses_another_word(asking: Study) -> None:
    answers.record(first_of(asking), {**ANSWER, "guessed_source": "hand"}, uuid.uuid4())
    row = AnswerRevision.objects.get()
    row.pk, row.number, row.idempotency_key, row.guessed_source = None, 2, uuid.uuid4(), "nobody"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_page_gets_the_question_and_its_options(asking: Study, people: dict[str, User]) -> None:
    assert asking.parsed_questionnaire().as_dict()["guessed_source"] == {
        "text": TEXT,
        "options": ["model", "hand", "don't know"],
    }
    anna = Client()
    anna.force_login(people["anna"])
    assert TEXT in anna.get(f"/studies/{asking.pk}/review/").content.decode()
