"""The practice block: before the first ROI, with a key after each answer, and kept apart."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from lesions.formats import ANSWERS, ROIS
from lesions.tsv import TableError, read_table
from reviewapp import studies
from reviewapp.exports import export_answers
from reviewapp.models import AnswerRevision, Assignment, PracticeAnswer, PracticeRoi, Study
from reviewapp.practice import PracticePaths
from reviewapp.raters import People
from reviewapp.steps import StudyError
from reviewapp.studies import create_study
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.practice_block import FEEDBACK, take_block, write_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def block(sample: Sample) -> PracticePaths:
    """Take three ROIs out of the sample to practise on, and write their key."""
    return take_block(sample)


def make(sample: Sample, people: dict[str, User], block: PracticePaths, name: str = "p") -> Study:
    crew = People((people["anna"], people["ben"]), people["researcher"])
    return create_study(name, sample.rois, sample.scans, crew, practice=block)


def give(client: Client, roi: str, key: str, **changes: Any) -> Any:
    return client.post(
        f"/api/v1/practice/{roi}/answers/",
        {**ANSWER, **changes},
        "application/json",
        headers={"Idempotency-Key": key},
    )


def check_practice_first(refused: Any) -> None:
    told = (refused.status_code, refused.json()["type"])
    assert told == (403, "/api/v1/problems/practice-first/")


def test_practice_comes_first_and_the_key_after_each_answer(
    sample: Sample, people: dict[str, User], block: PracticePaths, client_of: Callable[..., Client]
) -> None:
    study, anna = make(sample, people, block), client_of("anna")
    review, practice = (reverse(name, args=[study.pk]) for name in ("review", "practice"))
    seen = []
    for place in (1, 2, 3):
        response = anna.get(review, follow=True)
        assert response.redirect_chain == [(practice, 302)]
        assert f"practice {place} of 3" in response.content.decode()
        assert FEEDBACK not in response.content.decode()
        shown = response.context["start"]["assignment"]
        for kind in ("crop", "mask", "scan"):
            assert anna.get(shown[kind]["url"]).status_code == 200
        after = response.context["page"]["done_url"]
        assert anna.get(after).status_code == 404  # no key before the answer
        given = give(anna, shown["id"], str(uuid.uuid4()), classes=["Vessel"])
        assert (given.status_code, given.json()["revision"]) == (201, 1)
        told = anna.get(after).content.decode()
        assert FEEDBACK in told
        assert "Your first class is that of the key." in told
        seen.append(shown["id"])
    assert "Begin the review" in told
    assert len(set(seen)) == 3
    assert anna.get(review).status_code == 200
    assert anna.get(practice)["Location"] == review
    # Ben has not practised yet, and meets the same ROIs in the same order.
    assert client_of("ben").get(practice).context["start"]["assignment"]["id"] == seen[0]


def test_no_answer_to_the_study_comes_before_the_practice(
    sample: Sample, people: dict[str, User], block: PracticePaths, client_of: Callable[..., Client]
) -> None:
    study, anna = make(sample, people, block), client_of("anna")
    shown = Assignment.objects.get(
        membership__study=study, membership__user__username="anna", position=1
    )

    def answer() -> Any:
        return anna.post(
            f"/api/v1/assignments/{shown.pk}/answers/",
            {**ANSWER, "revises": 0},
            "application/json",
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )

    for roi in PracticeRoi.objects.filter(study=study):
        check_practice_first(answer())
        assert not AnswerRevision.objects.exists()
        assert give(anna, str(roi.pk), str(uuid.uuid4())).status_code == 201
    assert answer().status_code == 201


def test_practice_answers_are_in_no_export_and_no_count(
    sample: Sample, people: dict[str, User], block: PracticePaths, client_of: Callable[..., Client]
) -> None:
    study = make(sample, people, block)
    roi = study.practice_rois.get(position=1)
    assert give(client_of("anna"), str(roi.pk), str(uuid.uuid4())).status_code == 201
    assert PracticeAnswer.objects.get().answer["classes"] == ANSWER["classes"]
    assert not AnswerRevision.objects.exists()
    assert study.rois.count() == 21
    studies.unblind(study, people["researcher"], "a test of the export")
    export_answers(study, sample.folder / "answers.tsv")
    assert read_table(sample.folder / "answers.tsv", ANSWERS).empty
    assert study.steps.get(kind="unblinded").n_answers == 0


def test_a_practice_answer_is_given_once(
    sample: Sample, people: dict[str, User], block: PracticePaths, client_of: Callable[..., Client]
) -> None:
    study, anna = make(sample, people, block), client_of("anna")
    roi, key = str(study.practice_rois.get(position=1).pk), str(uuid.uuid4())
    assert give(anna, roi, key, confidence=9).status_code == 400
    assert give(anna, roi, key).status_code == 201
    assert give(anna, roi, key).status_code == 200
    assert give(anna, roi, str(uuid.uuid4())).status_code == 409
    assert give(client_of("stranger"), roi, key).status_code == 404
    studies.close(study, people["researcher"], "all is answered")
    assert give(client_of("ben"), roi, key).status_code == 403
    assert PracticeAnswer.objects.count() == 1


def test_the_protocol_covers_the_practice_and_the_database_keeps_it(
    sample: Sample, people: dict[str, User], block: PracticePaths
) -> None:
    study = make(sample, people, block)
    assert study.protocol["settings"]["practice"] == 3
    write_key(sample, {r.lesion_id: ("Unknown",) for r in study.practice_rois.all()})
    other = make(sample, people, block, name="another key")
    assert other.protocol["practice_sha256"] != study.protocol["practice_sha256"]
    two = PracticePaths(block.rois, block.key, block.scans, 2)
    assert make(sample, people, two, name="two").practice_rois.count() == 2


def test_a_practice_block_that_does_not_fit_is_refused(
    sample: Sample, people: dict[str, User], block: PracticePaths, tmp_path: Path
) -> None:
    four = PracticePaths(block.rois, block.key, block.scans, 4)
    with pytest.raises(StudyError, match="must be 1 to 3, not 4"):
        make(sample, people, four)
    own = PracticePaths(sample.rois, block.key, block.scans)
    names = read_table(sample.rois, ROIS).lesion_id
    write_key(sample, dict.fromkeys(names, ("Vessel",)))
    with pytest.raises(StudyError, match="is of the study: practise on another ROI"):
        make(sample, people, own)
    with pytest.raises(StudyError, match="expected a row for"):
        make(sample, people, block)
    write_key(sample, dict.fromkeys(read_table(block.rois, ROIS).lesion_id, ("Kraken",)))
    with pytest.raises(StudyError, match="Kraken"):
        make(sample, people, block)
    with pytest.raises(TableError):
        make(sample, people, PracticePaths(block.rois, tmp_path / "none.tsv", block.scans))
    assert not Study.objects.exists()
