"""Drafts on the server: never lost to another tab in silence, gone with the answer."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from reviewapp import answers, drafts, studies
from reviewapp.models import Assignment, Draft, Study
from tests.reviewapp.cohort import ANSWER

pytestmark = pytest.mark.django_db
ONE, TWO = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
TYPED = {"classes": ["Vessel"], "comment": "half a sen", "correction": None}


@pytest.fixture
def put(first: Assignment, client_of: Callable[[str], Client]) -> Callable[..., Any]:
    """Give a function that sends a draft of anna's first assignment."""
    anna = client_of("anna")

    def send(client: str = ONE, based_on: int = 0, **change: Any) -> Any:
        body = {"draft": TYPED, "revises": 0, "client": client, "based_on": based_on, **change}
        url = f"/api/v1/assignments/{first.pk}/draft/"
        return anna.put(url, body, content_type="application/json")

    return send


@pytest.fixture
def shown(first: Assignment, client_of: Callable[[str], Client]) -> Callable[[], Any]:
    """Give a function that gets the draft as the page does."""
    anna = client_of("anna")
    return lambda: anna.get(f"/api/v1/assignments/{first.pk}/").json()["draft"]


def test_a_draft_comes_back_as_it_was_typed(put: Any, shown: Any) -> None:
    assert shown() is None
    sent = put()
    assert (sent.status_code, sent.json()["version"]) == (200, 1)
    assert shown() == {**sent.json(), "draft": TYPED, "revises": 0, "client": ONE}


def test_another_tab_is_told_and_shown_what_there_is(put: Any, shown: Any) -> None:
    put()
    refused = put(TWO, 0, draft={"comment": "other"})
    assert refused.status_code == 409
    assert refused.json()["current"] == shown()
    assert put(TWO, 1, draft={"comment": "other"}).json()["version"] == 2
    assert shown()["draft"] == {"comment": "other"}


def test_a_tab_may_replace_its_own_draft_whatever_it_is_based_on(put: Any) -> None:
    assert [put(ONE, based_on).json()["version"] for based_on in (0, 0, 2, 1)] == [1, 2, 3, 4]


def test_an_answer_takes_the_draft_with_it_and_versions_go_on(
    first: Assignment, put: Any, shown: Any
) -> None:
    put()
    answers.record(first, ANSWER, uuid.uuid4())
    assert shown() is None
    late = put()
    assert (late.status_code, late.json()["current"], late.json()["revision"]) == (409, None, 1)
    assert put(TWO, 0, revises=1).json()["version"] == 3


def test_a_draft_to_an_answer_that_waits_for_network_outlives_it(
    first: Assignment, put: Any, shown: Any
) -> None:
    assert put(revises=1).status_code == 200
    answers.record(first, ANSWER, uuid.uuid4())
    assert shown()["revises"] == 1


def test_a_tab_that_saw_a_removed_draft_is_told(
    first: Assignment, put: Any, shown: Any, client_of: Callable[[str], Client]
) -> None:
    put()
    assert client_of("anna").delete(f"/api/v1/assignments/{first.pk}/draft/").status_code == 204
    assert shown() is None
    refused = put(TWO, 1)
    assert (refused.status_code, refused.json()["current"]) == (409, None)
    assert put(TWO, 0).status_code == 200


def test_a_closed_study_takes_and_loses_no_draft(
    study: Study, first: Assignment, put: Any, shown: Any, client_of: Callable[[str], Client]
) -> None:
    put()
    studies.close(study, study.created_by, "all is answered")
    assert put().status_code == 403
    assert client_of("anna").delete(f"/api/v1/assignments/{first.pk}/draft/").status_code == 403
    assert shown()["version"] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"draft": []}, "draft"),
        ({"draft": {"comment": "x" * drafts.MAX_DRAFT}}, "draft"),
        ({"draft": {"comment": "\0"}}, "draft"),
        ({"draft": {"comment": "\ud800"}}, "draft"),
        ({"draft": json.loads("[" * 200 + "]" * 200)}, "draft"),
        ({"draft": {"deep": json.loads("[" * 200 + "]" * 200)}}, "draft"),
        ({"revises": -1}, "revises"),
        ({"based_on": True}, "based_on"),
        ({"client": "tab"}, "client"),
        ({"group": "FPL"}, "group"),
    ],
)
def test_a_draft_that_breaks_a_rule_is_refused(put: Any, change: Any, field: str) -> None:
    response = put(**change)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Draft.objects.exists()


@pytest.mark.parametrize("text", ["\\u0000", "Zürich 🧠", "‏עברית", "<script>"])
def test_any_text_that_a_person_types_is_kept(put: Any, shown: Any, text: str) -> None:
    assert put(draft={"comment": text}).status_code == 200
    assert shown()["draft"]["comment"] == text


def test_a_body_beyond_all_bounds_is_not_read(put: Any) -> None:
    assert put(draft={"comment": "x" * 600_000}).status_code == 400


def test_a_draft_of_another_tab_is_not_removed_unseen(
    client_of: Callable[[str], Client], first: Assignment
) -> None:
    anna = client_of("anna")
    address = f"/api/v1/assignments/{first.pk}/draft/"
    body = {"draft": {}, "revises": 0, "client": str(uuid.UUID(int=7)), "based_on": 0}
    seen = anna.put(address, body, "application/json")["ETag"]
    later = {**body, "draft": {"comment": "of the other tab"}, "based_on": 1}
    now = anna.put(address, later, "application/json")["ETag"]
    assert (seen, now) == ('"1"', '"2"')
    assert anna.delete(address, headers={"If-Match": seen}).status_code == 412
    assert Draft.objects.get(assignment=first).content == {"comment": "of the other tab"}
    assert anna.delete(address, headers={"If-Match": now}).status_code == 204
    assert Draft.objects.get(assignment=first).content is None
