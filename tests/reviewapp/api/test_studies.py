"""A researcher's studies over the API: reading, closing, unblinding."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp import studies
from reviewapp.models import Study
from reviewapp.studies import People, create_study
from reviewapp.study_drafts import create_draft
from tests.reviewapp.api.conftest import Script
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db
API = "/api/v1"
REASON = {"reason": "Both raters have finished."}


def url(study: Study, rest: str = "") -> str:
    return f"{API}/studies/{study.pk}/{rest}"


def test_the_account_says_whose_token_it_is(reader: Script, people: dict[str, User]) -> None:
    told = reader.get(f"{API}/account/").json()
    assert (told["id"], told["username"]) == (people["researcher"].pk, "researcher")
    assert (told["token"]["name"], told["token"]["scope"]) == ("tests", "read")


def test_a_study_tells_its_protocol_and_counts_and_no_group(reader: Script, study: Study) -> None:
    response = reader.get(url(study))
    told = response.json()
    assert (told["name"], told["state"], told["blinded"]) == ("cortex", "open", True)
    assert (told["n_rois"], told["n_scans"], told["n_raters"]) == (24, 3, 2)
    assert told["protocol"] == study.protocol
    assert told["protocol_sha256"] == study.protocol_sha256
    assert told["questionnaire"]["version"]
    assert (told["unblindings"], told["closed_at"]) == ([], None)
    for word in (b"FPL", b"FNL", b"TPL", b"mimic"):
        assert word not in response.content


def test_the_list_has_the_studies_that_the_account_leads(
    reader: Script, study: Study, sample: Sample, people: dict[str, User]
) -> None:
    for name, leader in (("atrium", "researcher"), ("other", "stranger")):
        crew = People((people["anna"],), people[leader])
        create_study(name, sample.rois, sample.scans, crew)
    studies.close(study, people["researcher"], "all is answered")
    listed = reader.get(f"{API}/studies/").json()
    assert [found["name"] for found in listed["items"]] == ["atrium", "cortex"]
    assert listed["next"] is None
    for query, names in (
        ("state=open", ["atrium"]),
        ("state=closed", ["cortex"]),
        ("name=cortex", ["cortex"]),
        ("name=other", []),
    ):
        found = reader.get(f"{API}/studies/?{query}").json()["items"]
        assert [one["name"] for one in found] == names, query


def test_lists_take_a_fixed_number_of_queries(
    reader: Script,
    study: Study,
    sample: Sample,
    people: dict[str, User],
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(4):
        crew = People((people["anna"],), people["researcher"])
        made = create_study(f"study {number}", sample.rois, sample.scans, crew)
        studies.unblind(made, people["researcher"], "to have one")
    reader.get(f"{API}/account/")  # notes the use of the token
    with django_assert_max_num_queries(5):
        assert len(reader.get(f"{API}/studies/").json()["items"]) == 5


def test_what_did_not_change_is_not_sent_again(
    reader: Script, study: Study, people: dict[str, User]
) -> None:
    etag = reader.get(url(study))["ETag"]
    again = reader.get(url(study), If_None_Match=etag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert reader.get(url(study), If_None_Match=f"W/{etag}").status_code == 304
    studies.close(study, people["researcher"], "all is answered")
    changed = reader.get(url(study), If_None_Match=etag)
    assert (changed.status_code, changed.json()["state"]) == (200, "closed")


def test_answers_leave_the_study_s_etag_as_it_is(
    reader: Script, study: Study, answered: Callable[..., None]
) -> None:
    etag = reader.get(url(study))["ETag"]
    answered("anna", 3)
    assert reader.get(url(study))["ETag"] == etag


@pytest.mark.parametrize("act", ["close", "unblind"])
def test_a_change_needs_the_study_as_it_was_read(
    script: Script, study: Study, people: dict[str, User], answered: Callable[..., None], act: str
) -> None:
    answered("anna", 1)
    etag = script.get(url(study))["ETag"]
    without = script.post(url(study, f"{act}/"), REASON)
    assert (without.status_code, without.json()["type"]) == (428, f"{API}/problems/no-if-match/")
    studies.unblind(study, people["researcher"], "a look in between", interim=True)
    stale = script.post(url(study, f"{act}/"), REASON, If_Match=etag)
    assert (stale.status_code, stale.json()["type"]) == (412, f"{API}/problems/changed-meanwhile/")
    study.refresh_from_db()
    assert study.is_open
    assert not study.is_unblinded


def test_closing_ends_the_answers_once(script: Script, study: Study) -> None:
    etag = script.get(url(study))["ETag"]
    closed = script.post(url(study, "close/"), REASON, If_Match=etag)
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert closed["ETag"] == script.get(url(study))["ETag"] != etag
    again = script.post(url(study, "close/"), REASON, If_Match=closed["ETag"])
    assert (again.status_code, again.json()["type"]) == (409, f"{API}/problems/wrong-state/")
    step = study.steps.get(kind="closed")
    assert (step.by.username, step.reason) == ("researcher", REASON["reason"])


@pytest.mark.parametrize("act", ["close", "unblind"])
def test_a_draft_is_its_researcher_s_to_read_and_not_to_change(
    script: Script, sample: Sample, people: dict[str, User], act: str
) -> None:
    crew = People((people["anna"],), people["researcher"])
    draft = create_draft("sketch", sample.rois, sample.scans, crew)
    assert script.get(url(draft)).json()["state"] == "draft"
    refused = script.post(url(draft, f"{act}/"), REASON, If_Match="*")
    assert (refused.status_code, refused.json()["type"]) == (409, f"{API}/problems/wrong-state/")
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_unblinding_is_logged_and_closes_the_study(
    script: Script, study: Study, answered: Callable[..., None]
) -> None:
    answered("anna", 5)
    done = script.post(url(study, "unblind/"), REASON, If_Match="*")
    told = done.json()
    assert (done.status_code, told["state"], told["blinded"]) == (200, "unblinded", False)
    (look,) = told["unblindings"]
    assert {**look, "at": ""} == {
        "at": "",
        "by": "researcher",
        **REASON,
        "interim": False,
        "n_answers": 5,
    }
    again = script.post(url(study, "unblind/"), REASON, If_Match=done["ETag"])
    assert again.status_code == 409
    assert study.unblindings.count() == 1


def test_a_study_without_answers_is_not_unblinded(script: Script, study: Study) -> None:
    response = script.post(url(study, "unblind/"), REASON, If_Match="*")
    assert (response.status_code, response.json()["type"]) == (409, f"{API}/problems/no-answers/")
    assert not study.unblindings.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": ""},
        {"reason": "short"},
        {"reason": " " * 40},
        {"reason": "x" * 2001},
        {"reason": 12345678901},
        {"reason": "a NUL \0 in the middle"},
        {**REASON, "interim": True},
    ],
)
def test_a_bad_reason_closes_and_unblinds_nothing(
    script: Script, study: Study, answered: Callable[..., None], body: dict[str, Any]
) -> None:
    answered("anna", 1)
    for act in ("close/", "unblind/"):
        told = script.post(url(study, act), body, If_Match="*")
        assert (told.status_code, told.json()["type"]) == (400, f"{API}/problems/broken-rule/")
        assert told.json()["errors"]
    study.refresh_from_db()
    assert study.is_open
    assert not study.unblindings.exists()


def test_a_token_that_may_read_changes_nothing(reader: Script, study: Study) -> None:
    for act in ("close", "unblind"):
        response = reader.post(url(study, f"{act}/"), REASON, If_Match="*")
        assert response.status_code == 403
        assert response.json()["type"] == f"{API}/problems/read-only-token/"
    study.refresh_from_db()
    assert study.is_open


def test_a_page_changes_a_study_with_its_csrf_token_alone(
    study: Study, people: dict[str, User], client_of: Callable[[str], Client]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["researcher"])
    sent: Any = {"data": REASON, "content_type": "application/json", "headers": {"If-Match": "*"}}
    refused = client.post(url(study, "close/"), **sent)
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]
    done = client_of("researcher").post(url(study, "close/"), **sent)
    assert done.status_code == 200
