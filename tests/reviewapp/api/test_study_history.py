"""Steps, versions, balance, invitations and drafts over the API, as the study page has them."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from django.contrib.auth.models import User

from lesions.questionnaire import paper_questionnaire
from reviewapp import invitations
from reviewapp.models import Study
from reviewapp.protocol import amend
from reviewapp.raters import People, withdraw_rater
from reviewapp.sample_balance import sample_balance
from reviewapp.study_drafts import create_draft
from tests.reviewapp.api.conftest import Script
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(sample: Sample, people: dict[str, User]) -> Study:
    crew = People((people["anna"], people["ben"]), people["researcher"])
    return create_draft("a draft", sample.rois, sample.scans, crew)


def address(study: Study, rest: str = "") -> str:
    return f"/api/v1/studies/{study.pk}/{rest}"


def change(script: Script, study: Study, rest: str, body: Any) -> Any:
    etag = script.get(address(study))["ETag"]
    return script.post(address(study, rest), body, If_Match=etag)


def test_steps_say_who_when_and_why(reader: Script, study: Study, people: dict[str, User]) -> None:
    withdraw_rater(study, people["researcher"], people["ben"], "is ill for long")
    items = reader.get(address(study, "steps/")).json()["items"]
    assert [one["step"] for one in items] == ["created", "frozen", "opened", "rater withdrawn"]
    last = items[-1]
    assert (last["by"], last["rater"], last["reason"]) == ("researcher", "ben", "is ill for long")
    assert last["protocol_sha256"] == study.protocol_sha256


def test_versions_of_the_protocol_are_all_there(
    reader: Script, study: Study, people: dict[str, User]
) -> None:
    amend(study, people["researcher"], "raters asked for it", {"break_after_min": 30})
    first, second = reader.get(address(study, "versions/")).json()["items"]
    assert (first["number"], first["reason"], second["number"]) == (1, "", 2)
    assert second["protocol"]["settings"]["break_after_min"] == 30
    assert second["sha256"] == study.protocol_sha256 != first["sha256"]


def test_the_balance_is_that_of_the_page(reader: Script, study: Study) -> None:
    items = reader.get(address(study, "balance/")).json()["items"]
    assert items == [asdict(row) for row in sample_balance(study)]


def test_invitations_are_listed_without_their_links_and_taken_back(
    script: Script, study: Study, people: dict[str, User]
) -> None:
    made, token = invitations.invite(study, people["researcher"], note="for carla")
    listed = script.get(address(study, "invitations/"))
    (found,) = listed.json()["items"]
    assert (found["id"], found["note"], found["is_open"]) == (made.pk, "for carla", True)
    assert token not in listed.content.decode()
    assert change(script, study, f"invitations/{made.pk}/revoke/", {}).status_code == 200
    (found,) = script.get(address(study, "invitations/")).json()["items"]
    assert found["is_open"] is False
    assert change(script, study, f"invitations/{made.pk}/revoke/", {}).status_code == 400


def test_a_draft_is_changed_by_field(script: Script, draft: Study) -> None:
    questions = paper_questionnaire().as_dict() | {"version": "mine"}
    body = {
        "name": "renamed",
        "settings": {"block_size": 6, "radiological": False},
        "questionnaire": questions,
        "raters": ["ben"],
    }
    changed = change(script, draft, "change/", body)
    assert changed.status_code == 200, changed.json()
    draft.refresh_from_db()
    settings = draft.protocol["settings"]
    assert (draft.name, settings["block_size"], settings["seed"]) == ("renamed", 6, 42)
    assert draft.questionnaire["version"] == "mine"
    assert draft.protocol["raters"] == ["ben"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"size": 3}, "size"),
        ({"settings": {"block_size": "6"}}, "settings.block_size"),
        ({"settings": {"block_size": -6}}, "block_size"),
        ({"questionnaire": {"version": 3}}, "questionnaire"),
        ({"raters": ["researcher"]}, "raters"),
        ({"raters": "ben"}, "raters"),
        ({"questionnaire": paper_questionnaire().as_dict() | {"version": "\0"}}, "questionnaire"),
        ({"name": ""}, "study"),
    ],
)
def test_a_change_that_breaks_a_rule_changes_nothing(
    script: Script, draft: Study, body: dict[str, Any], field: str
) -> None:
    before = script.get(address(draft)).json()
    refused = change(script, draft, "change/", body)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert script.get(address(draft)).json() == before


def test_a_draft_is_deleted_and_a_frozen_study_is_not(
    script: Script, draft: Study, study: Study
) -> None:
    assert change(script, draft, "delete/", {}).status_code == 204
    assert not Study.objects.filter(pk=draft.pk).exists()
    assert change(script, study, "delete/", {}).status_code == 409
    assert change(script, study, "change/", {"name": "x"}).status_code == 409


def test_an_interim_look_gives_the_results_and_leaves_the_study_open(
    script: Script, study: Study, answered: Callable[..., None]
) -> None:
    assert change(script, study, "look/", {"reason": "as it was planned"}).status_code == 409
    answered("anna", 20)
    answered("ben", 20)
    assert change(script, study, "look/", {"reason": "short"}).status_code == 400
    looked = change(script, study, "look/", {"reason": "as it was planned"})
    assert looked.status_code == 200
    assert looked.json()["provenance"]["interim"] is True
    told = script.get(address(study)).json()
    assert (told["state"], told["blinded"]) == ("open", True)
    (look,) = told["unblindings"]
    assert (look["interim"], look["reason"], look["n_answers"]) == (True, "as it was planned", 40)
    assert script.get(address(study, "results/")).status_code == 403
    assert script.get(address(study, "rois/")).json()["n_interim_looks"] == 1
