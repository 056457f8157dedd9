"""A study over the API: each act writes the step that the page writes."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from reviewapp import invitations
from reviewapp.models import Invitation, Study
from reviewapp.protocol import settings_of
from reviewapp.studies import People
from reviewapp.study_drafts import create_draft
from tests.reviewapp.api.conftest import Script
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db
API = "/api/v1"
WHY = "Both raters have agreed to it."


@pytest.fixture
def draft(study: Study, sample: Sample, people: dict[str, User]) -> Study:
    return create_draft(
        "sketch", sample.rois, sample.scans, People((people["anna"],), people["researcher"])
    )


def url(study: Study, act: str) -> str:
    return f"{API}/studies/{study.pk}/{act}/"


def post(script: Script, study: Study, act: str, body: Any) -> Any:
    return script.post(url(study, act), body, If_Match="*")


def test_a_draft_lives_its_life_over_the_api(
    script: Script, draft: Study, people: dict[str, User]
) -> None:
    etag = script.get(f"{API}/studies/{draft.pk}/")["ETag"]
    for act, body, state in (
        ("freeze", {}, "frozen"),
        ("open", {"reason": WHY}, "open"),
        ("close", {"reason": WHY}, "closed"),
        ("reopen", {"reason": WHY}, "open"),
    ):
        response = script.post(url(draft, act), body, If_Match=etag)
        assert (response.status_code, response.json()["state"]) == (200, state), act
        assert response["ETag"] != etag
        etag = response["ETag"]
    told = [(step.kind, step.by.username, step.reason) for step in draft.steps.order_by("pk")]
    assert told == [
        ("created", "researcher", ""),
        ("frozen", "researcher", ""),
        ("opened", "researcher", WHY),
        ("closed", "researcher", WHY),
        ("reopened", "researcher", WHY),
    ]
    assert draft.memberships.get(user=people["anna"]).tally.n_showings == 26


@pytest.mark.parametrize("act", ["freeze", "open", "reopen"])
def test_an_act_out_of_turn_changes_nothing(script: Script, study: Study, act: str) -> None:
    n_steps = study.steps.count()
    refused = post(script, study, act, {"reason": WHY})
    assert (refused.status_code, refused.json()["type"]) == (409, f"{API}/problems/wrong-state/")
    assert "only a study that is" in refused.json()["detail"]
    assert study.steps.count() == n_steps


def test_an_amendment_is_a_new_version_with_its_reason(script: Script, study: Study) -> None:
    before = study.protocol_sha256
    changes = {"break_after_min": 30, "class_rule": "primary", "n_raters": None}
    response = post(script, study, "amend", {**changes, "reason": WHY})
    assert response.status_code == 200
    study.refresh_from_db()
    found = settings_of(study)
    assert (found.break_after_min, found.class_rule, found.n_raters) == (30, "primary", None)
    assert response.json()["protocol_sha256"] == study.protocol_sha256 != before
    version = study.protocol_versions.get(number=2)
    assert (version.reason, version.by.username) == (WHY, "researcher")
    step = study.steps.get(kind="amended")
    assert (step.reason, step.protocol_sha256) == (WHY, version.sha256)
    again = post(script, study, "amend", {**changes, "reason": WHY})
    assert "changes nothing" in str(again.json()["errors"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"),
        ({"reason": "short"}, "reason"),
        ({"reason": WHY}, "study"),
        ({"reason": WHY, "seed": 5}, "seed"),
        ({"reason": WHY, "break_after_min": "30"}, "break_after_min"),
        ({"reason": WHY, "break_after_min": 241}, "break_after_min"),
        ({"reason": WHY, "radiological": 0}, "radiological"),
        ({"reason": WHY, "class_rule": "mine"}, "class_rule"),
        ({"reason": WHY, "hypotheses": ""}, "hypotheses"),
        ({"reason": WHY, "hypotheses": "a NUL \0"}, "hypotheses"),
        ({"reason": WHY, "n_raters": 0}, "n_raters"),
    ],
)
def test_a_bad_amendment_changes_nothing(
    script: Script, study: Study, body: dict[str, Any], field: str
) -> None:
    refused = post(script, study, "amend", body)
    assert (refused.status_code, refused.json()["type"]) == (400, f"{API}/problems/broken-rule/")
    assert field in refused.json()["errors"]
    assert study.protocol_versions.count() == 1


def test_an_invited_person_joins_by_the_link(
    script: Script, study: Study, people: dict[str, User], client: Client
) -> None:
    told = post(script, study, "invitations", {"note": "Dr Ito", "days": 3}).json()
    made = Invitation.objects.get(study=study)
    assert (made.note, made.made_by.username) == ("Dr Ito", "researcher")
    assert (made.expires_at - timezone.now()).days == 2
    token = told["link"].rstrip("/").rpartition("/")[2]
    assert client.get(told["link"]).status_code == 200
    member = invitations.join(token, people["stranger"])
    assert member.tally.n_showings == 26
    step = study.steps.get(kind="rater added")
    assert step.rater == people["stranger"]


@pytest.mark.parametrize(
    "body",
    [{"days": 0}, {"days": 91}, {"days": "3"}, {"days": True}, {"note": 5}, {"note": "x" * 201},
     {"note": "two\nlines"}, {"who": "ben"}],
)  # fmt: skip
def test_a_bad_invitation_makes_no_link(script: Script, study: Study, body: dict[str, Any]) -> None:
    refused = post(script, study, "invitations", body)
    assert (refused.status_code, refused.json()["type"]) == (400, f"{API}/problems/broken-rule/")
    assert not Invitation.objects.exists()


def test_a_withdrawn_rater_has_no_access_and_the_step_says_why(
    script: Script, study: Study, people: dict[str, User], client: Client
) -> None:
    client.force_login(people["ben"])
    assert client.get(f"{API}/studies/{study.pk}/queue/").status_code == 200
    assert post(script, study, "withdraw", {"rater": "ben", "reason": WHY}).status_code == 200
    assert client.get(f"{API}/studies/{study.pk}/queue/").status_code == 404
    step = study.steps.get(kind="rater withdrawn")
    assert (step.rater, step.by, step.reason) == (people["ben"], people["researcher"], WHY)
    for name in ("ben", "researcher", "nobody", "", 5, None):
        refused = post(script, study, "withdraw", {"rater": name, "reason": WHY})
        assert refused.status_code == 400, name
    assert study.steps.filter(kind="rater withdrawn").count() == 1


@pytest.mark.parametrize(
    "act", ["freeze", "open", "close", "reopen", "unblind", "amend", "invitations", "withdraw"]
)
def test_acts_need_the_study_as_it_was_read_and_a_token_that_writes(
    script: Script, reader: Script, study: Study, act: str
) -> None:
    body = {"reason": WHY}
    n_steps = study.steps.count()
    assert script.post(url(study, act), body).status_code == 428
    assert script.post(url(study, act), body, If_Match='"old"').status_code == 412
    refused = reader.post(url(study, act), body, If_Match="*")
    assert refused.json()["type"] == f"{API}/problems/read-only-token/"
    assert study.steps.count() == n_steps
    assert not Invitation.objects.exists()
