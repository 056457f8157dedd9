"""The queue, one ROI, and answering over HTTP."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp import studies
from reviewapp.models import AnswerRevision, Assignment, Study
from tests.reviewapp.cohort import ANSWER

pytestmark = pytest.mark.django_db

SignIn = Callable[[str], Client]


def post(client: Client, assignment: Assignment, data: Any, key: str | None = None) -> Any:
    body = data if isinstance(data, bytes | str) else json.dumps(data)
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    url = f"/api/v1/assignments/{assignment.pk}/answers/"
    return client.post(url, body, content_type="application/json", headers=headers)


@pytest.fixture
def anna(client_of: SignIn) -> Client:
    return client_of("anna")


def test_the_queue_lists_own_assignments_in_their_order(
    anna: Client, study: Study, first: Assignment
) -> None:
    post(anna, first, ANSWER)
    queue = anna.get(f"/api/v1/studies/{study.pk}/queue/").json()
    assert queue["study"] == {
        "id": str(study.pk),
        "name": "cortex",
        "synthetic": True,
        "radiological": True,
        "state": "open",
        "n": 26,
        "answered": 1,
    }
    assert (queue["at"], queue["until"]) == (2, None)
    assert [item["position"] for item in queue["items"]] == list(range(1, 27))
    assert queue["items"][0] == {
        "id": str(first.pk),
        "position": 1,
        "answered": True,
        "classes": ANSWER["classes"],
    }
    assert not any(item["answered"] for item in queue["items"][1:])


def test_an_assignment_gives_what_the_page_shows(anna: Client, first: Assignment) -> None:
    data = anna.get(f"/api/v1/assignments/{first.pk}/").json()
    second = Assignment.objects.get(membership=first.membership, position=2)
    assert (data["position"], data["n"], data["answer"]) == (1, 26, None)
    assert (data["previous"], data["next"]) == (None, str(second.pk))
    assert data["crop"]["shape"] == first.roi.crop_shape
    assert data["crop"]["offset_ijk"] == first.roi.crop_offset_ijk
    assert data["scan"]["shape"] == [24, 26, 44]
    assert data["focus_mm"] == first.roi.focus_ras_mm
    for name in ("crop", "mask", "scan"):
        assert data[name]["url"].endswith(".nii")


def test_the_time_of_the_first_opening_stays(anna: Client, first: Assignment) -> None:
    anna.get(f"/api/v1/assignments/{first.pk}/")
    opened = Assignment.objects.get(pk=first.pk).opened_at
    anna.get(f"/api/v1/assignments/{first.pk}/")
    assert opened is not None
    assert Assignment.objects.get(pk=first.pk).opened_at == opened


def test_an_answer_is_stored_with_what_was_shown(
    anna: Client, study: Study, first: Assignment
) -> None:
    response = post(anna, first, {**ANSWER, "comment": "near the hand knob"})
    assert response.status_code == 201
    assert {**response.json(), "answered_at": ""} == {
        "revision": 1,
        "answered_at": "",
        "answered": 1,
        "n": 26,
    }
    stored = AnswerRevision.objects.get()
    assert stored.classes == ANSWER["classes"]
    assert (stored.confidence, stored.comment) == (4, "near the hand knob")
    assert (stored.image_sha256, stored.mask_sha256) == (first.roi.crop_id, first.roi.mask_id)
    assert stored.protocol_sha256 == study.protocol_sha256


def test_a_changed_answer_is_a_new_revision(anna: Client, first: Assignment) -> None:
    post(anna, first, ANSWER)
    response = post(anna, first, {**ANSWER, "confidence": 2, "revises": 1})
    assert (response.status_code, response.json()["revision"]) == (201, 2)
    assert list(first.revisions.values_list("confidence", flat=True)) == [4, 2]
    answer = anna.get(f"/api/v1/assignments/{first.pk}/").json()["answer"]
    assert (answer["revision"], answer["confidence"]) == (2, 2)


def test_the_same_key_again_gives_the_same_receipt(anna: Client, first: Assignment) -> None:
    key = str(uuid.uuid4())
    once, again = post(anna, first, ANSWER, key), post(anna, first, ANSWER, key)
    assert (once.status_code, again.status_code) == (201, 200)
    assert once.json() == again.json()
    assert AnswerRevision.objects.count() == 1


def test_the_same_key_with_another_answer_is_refused(anna: Client, first: Assignment) -> None:
    key = str(uuid.uuid4())
    post(anna, first, ANSWER, key)
    response = post(anna, first, {**ANSWER, "confidence": 1}, key)
    assert response.status_code == 422
    assert first.revisions.get().confidence == 4


@pytest.mark.parametrize(("before", "revises"), [(1, 0), (0, 1), (2, 1), (1, 7)])
def test_an_answer_to_another_revision_is_a_conflict(
    anna: Client, first: Assignment, before: int, revises: int
) -> None:
    for number in range(before):
        assert post(anna, first, {**ANSWER, "revises": number}).status_code == 201
    response = post(anna, first, {**ANSWER, "confidence": 1, "revises": revises})
    assert (response.status_code, response.json()["current"]) == (409, before)
    assert AnswerRevision.objects.count() == before


def test_a_closed_study_takes_no_answer_but_gives_old_receipts(
    anna: Client, study: Study, first: Assignment, people: dict[str, User]
) -> None:
    key = str(uuid.uuid4())
    post(anna, first, ANSWER, key)
    studies.close(study, study.created_by, "all is answered")
    assert post(anna, first, ANSWER, key).status_code == 200
    response = post(anna, first, {**ANSWER, "revises": 1})
    assert response.status_code == 403
    assert "closed" in response.json()["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"classes": 5}, "classes"),
        ({"classes": []}, "classes"),
        ({"classes": None}, "classes"),
        ({"classes": [["Vessel"]]}, "classes"),
        ({"classes": ["Vessel", "Vessel"]}, "classes"),
        ({"classes": ["Other"]}, "classes"),
        ({"classes": ["Other: \ud800"]}, "classes"),
        ({"confidence": True}, "confidence"),
        ({"confidence": 0}, "confidence"),
        ({"confidence": 10**30}, "confidence"),
        ({"confidence": "4"}, "confidence"),
        ({"reasons": ["None", "Small lesion size"]}, "reasons"),
        ({"reasons": {"None": 1}}, "reasons"),
        ({"needs_correction": "no"}, "needs_correction"),
        ({"comment": 7}, "comment"),
        ({"comment": "a\0b"}, "comment"),
        ({"comment": "\udc00"}, "comment"),
        ({"comment": "x" * 2001}, "comment"),
        ({"active_s": -1}, "active_s"),
        ({"active_s": True}, "active_s"),
        ({"active_s": "3"}, "active_s"),
        ({"active_s": 10**400}, "active_s"),
        ({"revises": 0.5}, "revises"),
        ({"revises": True}, "revises"),
        ({"revises": -1}, "revises"),
        ({"revises": 10**12}, "revises"),
        ({"group": "TPL"}, "group"),
    ],
)
def test_a_broken_rule_names_its_field(
    anna: Client, first: Assignment, change: dict[str, Any], field: str
) -> None:
    response = post(anna, first, {**ANSWER, **change})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [field]
    assert not AnswerRevision.objects.exists()


@pytest.mark.parametrize("name", ["classes", "confidence", "reasons", "needs_correction"])
def test_an_unanswered_question_is_named(anna: Client, first: Assignment, name: str) -> None:
    response = post(anna, first, {key: v for key, v in ANSWER.items() if key != name})
    assert list(response.json()["errors"]) == [name]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"classes=Vessel",
        b"[]",
        b"null",
        b"5",
        b'{"classes":',
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"active_s": NaN}',
        b'{"active_s": ' + b"9" * 5000 + b"}",
        b'{"comment": "' + b"x" * 70_000 + b'"}',
        b"x" * 1_500_000,
    ],
)
def test_what_is_no_json_object_is_a_problem_and_no_crash(
    anna: Client, first: Assignment, body: bytes
) -> None:
    response = post(anna, first, body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert not AnswerRevision.objects.exists()


def test_a_whole_number_may_be_written_with_a_point(anna: Client, first: Assignment) -> None:
    body = json.dumps({**ANSWER, "confidence": 4.0, "revises": 0.0})
    assert '"confidence": 4.0' in body
    assert post(anna, first, body).status_code == 201
    assert first.revisions.get().confidence == 4


@pytest.mark.parametrize("key", ["", "7", "x" * 36])
def test_an_answer_needs_a_key(anna: Client, first: Assignment, key: str) -> None:
    url = f"/api/v1/assignments/{first.pk}/answers/"
    headers = {"Idempotency-Key": key} if key else {}
    response = anna.post(url, ANSWER, content_type="application/json", headers=headers)
    assert response.status_code == 400
    assert "Idempotency-Key" in response.json()["detail"]


def test_an_answer_needs_the_csrf_token(people: dict[str, User], first: Assignment) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["anna"])
    response = post(client, first, ANSWER)
    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]


def test_an_expired_session_is_a_401_problem(client_of: SignIn, first: Assignment) -> None:
    response = post(client_of(""), first, ANSWER)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_an_unknown_address_is_a_problem(anna: Client) -> None:
    response = anna.get("/api/v1/nothing/here/")
    assert (response.status_code, response.json()["title"]) == (404, "Not Found")
