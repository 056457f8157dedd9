"""Who gets which status where: every row of docs/permissions.md, every address, every method."""

import copy
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from reviewapp import cohorts, studies, tokens
from reviewapp.addresses import crop_key, mask_key, preview_key, scan_key
from reviewapp.builds.plan import StudyPlan
from reviewapp.models import Assignment, Build, SharedCohort, Study
from reviewapp.studies import People, create_study
from tests.reviewapp import permission_table
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.headers import HEADERS
from tests.reviewapp.permission_table import METHODS, PEOPLE

pytestmark = pytest.mark.django_db
ROWS = permission_table.rows()
#: What is sent with POST and PUT: JSON to the API, forms to pages.
BODIES: dict[str, dict[str, Any]] = {
    "api:answers": ANSWER,
    "api:draft": {"draft": {}, "revises": 0, "client": str(uuid.UUID(int=7)), "based_on": 0},
    "api:preferences": {"theme": "light"},
    "api:close": {"reason": "all is answered"},
    "api:unblind": {"reason": "both have finished"},
    "api:reopen": {"reason": "ben has more to say"},
    "api:amend": {"reason": "raters asked for it", "break_after_min": 30},
    "api:withdraw": {"reason": "is ill for long", "rater": "anna"},
    "api:look": {"reason": "as it was planned"},
    "api:order_study": {"name": "another", "cohort": "Site D"},
    "results": {"reason": "I would like to know", "confirm": "on"},
}
_UUID = "[0-9a-f]{8}-[0-9a-f-]{27}"
#: Another each time, in every form.
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
Send = Callable[[str, str, str], Any]


@pytest.fixture
def clients(
    study: Study, sample: Sample, people: dict[str, User], client_of: Callable[[str], Client]
) -> dict[str, Client]:
    """Sign everybody in, into a world of two studies of the same scans."""
    for name in ("carla", "diana"):
        people[name] = User.objects.create_user(name)
    people["root"] = User.objects.create_superuser("root")
    create_study("other", sample.rois, sample.scans, People((people["carla"],), people["diana"]))
    cohorts.share("Site D", sample.scans, [people["researcher"]])
    names = ("", "anna", "ben", "carla", "researcher", "diana", "root", "anna")
    return {who: client_of(name) for who, name in zip(PEOPLE, names, strict=True)}


@pytest.fixture
def urls(
    study: Study, first: Assignment, people: dict[str, User], clients: dict[str, Client]
) -> dict[str, str]:
    """Give the address of each row: of anna's first ROI, and of the study."""
    scan = first.roi.scan
    other = Assignment.objects.filter(membership=first.membership).exclude(pk=first.pk)[0]
    volumes = {
        "api:crop": [first.pk, crop_key(first)],
        "api:mask": [first.pk, mask_key(first)],
        "api:scan": [scan.pk, scan_key(first)],
        "api:preview": [first.roi_id],
        "api:preview_volume": [first.roi_id, "crop", preview_key(first.roi, "crop")],
    }
    volumes |= {f"api:practice{part}": [PRACTISED, *args] for part, args in _OF_PRACTICE.items()}
    plain = {
        **{name: [first.pk] for name in ("assignment", "answers", "draft", "opened")},
        **{name: [study.pk] for name in _OF_STUDY_IN_API},
        **{name: [] for name in ("preferences", "account", "studies", "schema")},
        **{name: [] for name in ("cohorts", "order_study", "own_studies")},
        "revoke": [study.pk, 0], "practice_key": [PRACTISED],
        "study_file": [study.pk, "answers.tsv"], "problem": ["blinded"], "nowhere": ["who/knows"],
    }  # fmt: skip
    found = {name: reverse(name, args=args) for name, args in volumes.items()}
    found |= {f"api:{name}": reverse(f"api:{name}", args=args) for name, args in plain.items()}
    found |= {name: reverse(name) for name in _WITHOUT_STUDY}
    found |= {name: reverse(name, args=[study.pk]) for name in _OF_STUDY}
    found["results_file"] = reverse("results_file", args=[study.pk, "answers.tsv"])
    found["study_act"] = reverse("study_act", args=[study.pk, "close"])
    found |= {name: reverse(name, args=[study.pk]) for name in ("amend", "invite", "interim_look")}
    found["withdraw"] = reverse("withdraw", args=[study.pk, first.membership_id])
    token, _ = tokens.create(people["researcher"], "figures", "read")
    found["revoke_token"] = reverse("revoke_token", args=[token.pk])
    found["revoke"] = reverse("revoke", args=[study.pk, 0])
    found["practice_feedback"] = reverse("practice_feedback", args=[study.pk, PRACTISED])
    made = Build.objects.create(
        by=people["researcher"],
        cohort=SharedCohort.objects.get(),
        study_name="yet another",
        plan=StudyPlan().as_json(),
        state="failed",
        error="it was refused",
    )
    for name in ("build", "stop_build", "retry_build", "api:build", "api:stop_build"):
        found[name] = reverse(name, args=[made.pk])
    found["change_study"] = reverse("change_study", args=[study.pk])
    found["remove_rater"] = reverse("remove_rater", args=[study.pk, first.membership_id])
    found["join"] = reverse("join", args=["no-such-token"])
    found["api:crop of another ROI"] = reverse("api:crop", args=[first.pk, crop_key(other)])
    found["api:mask of another ROI"] = reverse("api:mask", args=[first.pk, mask_key(other)])
    found["api:scan under another key"] = reverse("api:scan", args=[scan.pk, mask_key(other)])
    return found


#: A practice ROI that there isn't: the study has no practice.
PRACTISED = uuid.UUID(int=5)
_OF_PRACTICE = {"": [], "_answers": [], "_volume": ["crop", "0" * 32]}


_WITHOUT_STUDY = (
    "home", "login", "logout", "password_change", "sign_in_code", "second_factor",
    "second_factor_qr", "report_stylesheet", "tokens", "new_study",
)  # fmt: skip
_OF_STUDY = (
    "review", "own_answers", "own_answers_file", "done", "guidelines", "guidelines_panel",
    "progress", "results", "study", "preview", "practice",
)  # fmt: skip
_OF_STUDY_IN_API = (
    "queue", "study", "progress", "raters", "rois", "study_answers", "study_results", "study_files",
    "freeze", "open", "close", "reopen", "unblind", "amend", "invite", "withdraw", "look",
    "change_study", "delete_study", "steps", "versions", "balance", "own_answers",
    "own_answers_file", "receipt", "guidelines",
)  # fmt: skip


@pytest.fixture
def send(clients: dict[str, Client], urls: dict[str, str], people: dict[str, User]) -> Send:
    """Give a function that sends one request and takes back what it did."""

    def one(who: str, method: str, address: str) -> Any:
        body = BODIES.get(address, {}) if method in ("POST", "PUT") else {}
        is_json = address.startswith("api:")
        form = {"content_type": "application/json"} if is_json and method != "GET" else {}
        client = clients[who]
        headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": "*"}
        cookies = copy.deepcopy(client.cookies)
        with transaction.atomic():
            User.objects.filter(username="anna").update(is_active=who != "inactive")
            response = getattr(client, method.lower())(
                urls[address], data=body, headers=headers, **form
            )
            transaction.set_rollback(True)
        assert dict(response.items()).items() >= HEADERS.items(), (who, method, address)
        client.cookies = cookies
        return response

    return one


@pytest.fixture
def reach(
    study: Study, people: dict[str, User], answered: Callable[..., None]
) -> Callable[[str], None]:
    """Give a function that takes the study to a state of its life."""

    def go(state: str) -> None:
        answered("ben", 3)
        if state == "closed":
            studies.close(study, people["researcher"], "all is answered")
        elif state == "unblinded":
            studies.unblind(study, people["researcher"], "both have finished")
        else:
            assert state == "open"

    return go


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    in_table = {row.address.partition(" ")[0] for row in ROWS}
    assert in_table == permission_table.addresses()


def test_no_method_of_an_address_has_two_rows_in_one_state() -> None:
    named = [(row.address, row.state, method) for row in ROWS for method in row.methods]
    assert sorted(named) == sorted(set(named))
    assert {method for *_, method in named} <= set(METHODS)


@pytest.mark.parametrize("state", permission_table.states())
def test_who_gets_what(state: str, send: Send, reach: Callable[[str], None]) -> None:
    reach(state)
    wrong = []
    for row in (row for row in ROWS if row.state == state):
        for method in row.methods:
            found = {who: send(who, method, row.address).status_code for who in PEOPLE}
            wrong += [(row.address, method, found)] if found != row.statuses else []
    assert wrong == []


def test_what_has_no_row_is_refused(send: Send, reach: Callable[[str], None]) -> None:
    reach("open")
    wrong = []
    for address in permission_table.addresses():
        named = {m for row in ROWS if row.address == address for m in row.methods}
        for method in set(METHODS) - named:
            found = {who: send(who, method, address).status_code for who in PEOPLE}
            right = permission_table.refused(address)
            wrong += [(address, method, found)] if found != right else []
    assert wrong == []


def test_pages_ask_a_visitor_to_sign_in_and_lead_back(send: Send, urls: dict[str, str]) -> None:
    for address in ("home", "password_change", "tokens", *_OF_STUDY):
        for who in ("nobody", "inactive"):
            location = send(who, "GET", address)["Location"]
            assert location == f"{reverse('login')}?next={urls[address]}"


def test_what_is_another_accounts_looks_like_what_does_not_exist(
    clients: dict[str, Client], urls: dict[str, str]
) -> None:
    carla = clients["rater elsewhere"]
    for address in ("review", "results", "api:assignment", "api:queue", "api:scan"):
        elsewhere = re.sub(_UUID, str(uuid.uuid4()), urls[address])
        its, no_such = carla.get(urls[address]), carla.get(elsewhere)
        assert its.status_code == no_such.status_code == 404
        assert dict(its.items()) == dict(no_such.items())
        told = _TOKEN.sub(b"", no_such.content).replace(elsewhere.encode(), urls[address].encode())
        assert _TOKEN.sub(b"", its.content) == told


def test_only_its_researcher_can_unblind_a_study(
    send: Send, reach: Callable[[str], None], clients: dict[str, Client], study: Study
) -> None:
    reach("open")
    address = reverse("results", args=[study.pk])
    for who in set(PEOPLE) - {"researcher", "inactive"}:
        clients[who].post(address, BODIES["results"])
    study.refresh_from_db()
    assert study.is_open
    assert not study.unblindings.exists()
