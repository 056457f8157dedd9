"""A token opens what its account leads, and nothing else: one table."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from reviewapp import tokens
from reviewapp.addresses import crop_url, mask_url, practice_key, preview_key, scan_url
from reviewapp.api.urls import urlpatterns
from reviewapp.invitations import invite
from reviewapp.models import Assignment, Study
from reviewapp.raters import add_rater
from reviewapp.studies import People, create_study
from tests.reviewapp.api.conftest import Script
from tests.reviewapp.api.fuzzing import an_order
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.practice_block import take_block

pytestmark = pytest.mark.django_db
API = "/api/v1"
#: Whose session or token. `leader` leads another study; `both` leads another and rates this one;
#: `reader` and `script` are tokens of the researcher, of scope read and write; `spent` is revoked.
PEOPLE = (
    "nobody", "anna", "researcher", "leader", "both", "superuser",
    "reader", "script", "token of leader", "token of both", "spent",
)  # fmt: skip
OWN = (401, 404, 200, 404, 404, 404, 200, 200, 404, 404, 401)
ANYBODY = (401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401)
BLINDED = (401, 404, 403, 404, 404, 404, 403, 403, 404, 404, 401)
CHANGE = (401, 404, 428, 404, 404, 404, 403, 428, 404, 404, 401)
#: The rater's addresses take no token: an answer comes from the page.
PAGE = (401, 200, 404, 404, 404, 404, 401, 401, 401, 401, 401)
PREVIEW = (401, 404, 200, 404, 404, 404, 401, 401, 401, 401, 401)
#: Of who rates the study: so does `both`, by a session.
RATED = (401, 200, 404, 404, 200, 404, 401, 401, 401, 401, 401)
#: What the account itself ordered; a token of scope `read` changes nothing.
ORDERED = (401, 404, 200, 404, 404, 404, 403, 200, 404, 404, 401)
ACTS = (
    "freeze", "open", "close", "reopen", "unblind", "amend", "withdraw", "look", "change", "delete",
)  # fmt: skip
TABLE: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "account"): ANYBODY,
    ("GET", "studies"): ANYBODY,
    ("GET", "study"): OWN,
    ("GET", "progress"): OWN,
    ("GET", "raters"): OWN,
    ("GET", "rois"): OWN,
    ("GET", "study_answers"): BLINDED,
    ("GET", "study_results"): BLINDED,
    ("GET", "study_files"): BLINDED,
    ("GET", "study_file"): BLINDED,
    ("POST", "freeze"): CHANGE,
    ("POST", "open"): CHANGE,
    ("POST", "close"): CHANGE,
    ("POST", "reopen"): CHANGE,
    ("POST", "unblind"): CHANGE,
    ("POST", "amend"): CHANGE,
    ("POST", "invite"): CHANGE,
    ("POST", "withdraw"): CHANGE,
    ("POST", "look"): CHANGE,
    ("POST", "change_study"): CHANGE,
    ("POST", "delete_study"): CHANGE,
    ("POST", "revoke"): CHANGE,
    ("GET", "steps"): OWN,
    ("GET", "versions"): OWN,
    ("GET", "balance"): OWN,
    ("GET", "cohorts"): ANYBODY,
    ("GET", "build"): OWN,
    ("POST", "stop_build"): ORDERED,
    # Of a cohort that is shared with the researcher: to all others there is no such cohort.
    ("POST", "order_study"): (401, 400, 202, 400, 400, 400, 403, 202, 400, 400, 401),
    ("GET", "queue"): RATED,
    ("GET", "own_answers"): RATED,
    ("GET", "own_answers_file"): RATED,
    ("GET", "receipt"): RATED,
    ("GET", "guidelines"): (401, 200, 200, 404, 200, 404, 401, 401, 401, 401, 401),
    ("GET", "own_studies"): (401, 200, 200, 200, 200, 200, 401, 401, 401, 401, 401),
    # Nobody has answered it yet.
    ("GET", "practice_key"): (401, 404, 404, 404, 404, 404, 401, 401, 401, 401, 401),
    ("GET", "assignment"): PAGE,
    ("POST", "answers"): (401, 201, 404, 404, 404, 404, 401, 401, 401, 401, 401),
    ("POST", "opened"): (401, 204, 404, 404, 404, 404, 401, 401, 401, 401, 401),
    ("DELETE", "draft"): (401, 204, 404, 404, 404, 404, 401, 401, 401, 401, 401),
    ("GET", "crop"): PAGE,
    ("GET", "mask"): PAGE,
    ("GET", "scan"): PAGE,
    ("GET", "preferences"): (401, 200, 200, 200, 200, 200, 401, 401, 401, 401, 401),
    # Of a practice ROI, no answer is counted; a preview is for those who lead the study.
    ("GET", "practice"): PAGE,
    ("GET", "practice_volume"): PAGE,
    ("POST", "practice_answers"): (401, 201, 404, 404, 404, 404, 401, 401, 401, 401, 401),
    ("GET", "preview"): PREVIEW,
    ("GET", "preview_volume"): PREVIEW,
    ("GET", "nowhere"): (404,) * len(PEOPLE),
    ("GET", "schema"): (200,) * len(PEOPLE),
    ("GET", "problem"): (200,) * len(PEOPLE),
}
#: What is sent as JSON.
BODIES: dict[str, dict[str, Any]] = {
    "answers": ANSWER,
    "practice_answers": ANSWER,
    "order_study": {"name": "another", "cohort": "Site D"},
    "stop_build": {},
}


@pytest.fixture
def urls(
    study: Study, first: Assignment, sample: Sample, people: dict[str, User]
) -> dict[str, str]:
    own, led = f"{API}/assignments/{first.pk}", f"{API}/studies/{study.pk}"
    rated = f"{API}/own/studies/{study.pk}"
    ends = {"answers": "answers/", "answers_file": "own-answers.tsv"}
    crew = People((people["anna"],), people["researcher"])
    block = take_block(sample)
    practised = create_study("practised", sample.rois, sample.scans, crew, practice=block)
    roi = practised.practice_rois.first()
    assert roi is not None
    member = practised.memberships.get(user=people["anna"])
    practice, preview = f"{API}/practice/{roi.pk}", f"{API}/previews/{first.roi_id}"
    order, invitation = an_order(study), invite(study, people["researcher"])[0]
    return {
        "practice": f"{practice}/",
        "practice_key": f"{practice}/key/",
        "practice_answers": f"{practice}/answers/",
        "practice_volume": f"{practice}/crop/{practice_key(roi, member, 'crop')}.nii",
        "preview": f"{preview}/",
        "preview_volume": f"{preview}/crop/{preview_key(first.roi, 'crop')}.nii",
        "nowhere": f"{API}/nothing/",
        "account": f"{API}/account/",
        "studies": f"{API}/studies/",
        "study": f"{led}/",
        **{name: f"{led}/{name}/" for name in ("progress", "raters", "rois", *ACTS)},
        **{name: f"{led}/{name}/" for name in ("steps", "versions", "balance")},
        **{f"{name}_study": f"{led}/{name}/" for name in ("change", "delete")},
        "invite": f"{led}/invitations/",
        "revoke": f"{led}/invitations/{invitation.pk}/revoke/",
        "cohorts": f"{API}/cohorts/",
        "order_study": f"{API}/studies/order/",
        "build": f"{API}/builds/{order.pk}/",
        "stop_build": f"{API}/builds/{order.pk}/stop/",
        "own_studies": f"{API}/own/studies/",
        **{f"own_{name}": f"{rated}/{end}" for name, end in ends.items()},
        **{name: f"{rated}/{name}/" for name in ("receipt", "guidelines")},
        **{f"study_{name}": f"{led}/{name}/" for name in ("answers", "results", "files")},
        "study_file": f"{led}/files/answers.tsv",
        "queue": f"{led}/queue/",
        "assignment": f"{own}/",
        **{name: f"{own}/{name}/" for name in ("answers", "opened", "draft")},
        "crop": crop_url(first),
        "mask": mask_url(first),
        "scan": scan_url(first),
        "preferences": f"{API}/preferences/",
        "schema": f"{API}/schema/",
        "problem": f"{API}/problems/blinded/",
    }


@pytest.fixture
def enter(
    study: Study, sample: Sample, people: dict[str, User], client_of: Callable[[str], Client]
) -> Callable[[str], Any]:
    """Give a function that gives somebody's client or script."""
    people["leader"] = User.objects.create_user("leader")
    people["both"] = User.objects.create_user("both")
    people["superuser"] = User.objects.create_superuser("superuser")
    for name in ("leader", "both"):
        create_study(name, sample.rois, sample.scans, People((people["ben"],), people[name]))
    add_rater(study, people["researcher"], people["both"])

    def made(who: str) -> Any:
        if who in ("reader", "script"):
            scope = "read" if who == "reader" else "write"
            return Script(tokens.create(people["researcher"], who, scope)[1])
        if who.startswith("token of "):
            return Script(tokens.create(people[who.removeprefix("token of ")], who, "write")[1])
        if who == "spent":
            row, text = tokens.create(people["researcher"], who, "write")
            tokens.revoke(row)
            return Script(text)
        return client_of("" if who == "nobody" else who)

    return made


@pytest.mark.parametrize(("method", "what"), TABLE)
def test_who_gets_what(
    urls: dict[str, str],
    enter: Callable[[str], Any],
    new_key: Callable[[], str],
    method: str,
    what: str,
) -> None:
    found = []
    for who in PEOPLE:
        client = enter(who)
        headers = {"Idempotency-Key": new_key()}
        if isinstance(client, Script):
            headers["Authorization"] = f"Bearer {client.token}"
            client = client.client
        data = BODIES.get(what)
        body = {} if data is None else {"data": data, "content_type": "application/json"}
        send: Any = getattr(client, method.lower())
        with transaction.atomic():
            found.append(send(urls[what], headers=headers, **body).status_code)
            transaction.set_rollback(True)  # one order at a time is made
    assert dict(zip(PEOPLE, found, strict=True)) == dict(
        zip(PEOPLE, TABLE[method, what], strict=True)
    )


def test_the_table_has_every_address() -> None:
    names = {route.name for route in urlpatterns if isinstance(route, URLPattern) and route.name}
    assert names == {what for _, what in TABLE}


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer sl_nothing", "bearer \xff\xfe", "Bearer a b c"]
)
def test_what_is_no_token_is_a_401(client: Client, header: str) -> None:
    response = client.get(f"{API}/studies/", headers={"Authorization": header})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="Second Look"'
    assert response["Content-Type"] == "application/problem+json"


def test_a_rater_s_address_says_that_it_takes_no_token(script: Script, first: Assignment) -> None:
    response = script.post(f"{API}/assignments/{first.pk}/answers/", ANSWER)
    assert response.status_code == 401
    assert "no token" in response.json()["detail"]
