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

from reviewapp.models import Study
from tests.reviewapp import permission_table
from tests.reviewapp.cohort import Sample
from tests.reviewapp.headers import HEADERS
from tests.reviewapp.permission_table import METHODS, PEOPLE, line
from tests.reviewapp.permission_world import (
    ACCOUNTS,
    BODIES,
    PAGES_OF_STUDY,
    STATES,
    World,
    build_world,
)

pytestmark = pytest.mark.django_db
ROWS = permission_table.rows()
_UUID = "[0-9a-f]{8}-[0-9a-f-]{27}"
#: Another each time, in every form.
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
Send = Callable[[str, str, str], Any]
SignIn = Callable[[str], Client]


class Visit:
    """Everybody's browser in the world, in one state of the study."""

    def __init__(self, world: World, sign_in: SignIn) -> None:
        self.world = world
        self.clients = {who: sign_in(name) for who, name in ACCOUNTS.items()}

    def send(self, who: str, method: str, address: str) -> Any:
        """Send one request, and take back what it did."""
        body = BODIES.get(address, {}) if method in ("POST", "PUT") else {}
        is_json = address.startswith("api:")
        form = {"content_type": "application/json"} if is_json and method != "GET" else {}
        client = self.clients[who]
        headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": "*"}
        cookies = copy.deepcopy(client.cookies)
        with transaction.atomic():
            if who == "inactive":
                User.objects.filter(username="anna").update(is_active=False)
            response = getattr(client, method.lower())(
                self.world.urls[address], data=body, headers=headers, **form
            )
            transaction.set_rollback(True)
        assert dict(response.items()).items() >= HEADERS.items(), (who, method, address)
        client.cookies = cookies
        return response

    def statuses(self, method: str, address: str) -> dict[str, int]:
        """Give what everybody gets."""
        return {who: self.send(who, method, address).status_code for who in PEOPLE}


@pytest.fixture
def enter(sample: Sample, people: dict[str, User], client_of: SignIn) -> Callable[[str], Visit]:
    """Give a function that enters the world with the study in a state."""
    return lambda state: Visit(build_world(sample, people, state), client_of)


@pytest.fixture
def visit(enter: Callable[[str], Visit]) -> Visit:
    return enter("open")


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    in_table = {row.address.partition(" ")[0] for row in ROWS}
    assert in_table == permission_table.addresses()
    assert tuple(ACCOUNTS) == PEOPLE


def test_no_method_of_an_address_has_two_rows_in_one_state() -> None:
    named = [(row.address, s, method) for row in ROWS for s in row.states for method in row.methods]
    assert sorted(named) == sorted(set(named))
    assert {method for *_, method in named} <= set(METHODS)
    assert {state for _, state, _ in named} == set(STATES)


def test_what_has_a_row_in_an_open_study_has_one_in_every_state_or_is_of_none() -> None:
    """Let no state be forgotten: what isn't of a study has rows for an open one alone."""
    states: dict[tuple[str, str], set[str]] = {}
    for row in ROWS:
        for method in row.methods:
            states.setdefault((row.address, method), set()).update(row.states)
    assert {frozenset(found) for found in states.values()} == {
        frozenset(STATES),
        frozenset({"open"}),
    }
    alone = {address for (address, _), found in states.items() if found == {"open"}}
    assert not {name for name in alone if "study_id" in permission_table.parts_of(name)}


@pytest.mark.parametrize("state", STATES)
def test_who_gets_what(state: str, enter: Callable[[str], Visit]) -> None:
    visit, wrong = enter(state), []
    for row in (row for row in ROWS if state in row.states):
        for method in row.methods:
            found = visit.statuses(method, row.address)
            if found != row.statuses:
                wrong.append(line(row.address, (state,), (method,), found))
    # As the table would have them.
    assert not wrong, "\n".join(["", *wrong])


def test_what_has_no_row_is_refused(visit: Visit) -> None:
    wrong = []
    for address in permission_table.addresses():
        named = {m for row in ROWS if row.address == address for m in row.methods}
        for method in set(METHODS) - named:
            found = visit.statuses(method, address)
            if found != permission_table.refused(address):
                wrong.append(line(address, ("open",), (method,), found))
    assert not wrong, "\n".join(["", *wrong])


def test_pages_ask_a_visitor_to_sign_in_and_lead_back(visit: Visit) -> None:
    for address in ("home", "password_change", "tokens", *PAGES_OF_STUDY):
        for who in ("nobody", "inactive"):
            location = visit.send(who, "GET", address)["Location"]
            assert location == f"{reverse('login')}?next={visit.world.urls[address]}"


def test_what_is_another_accounts_looks_like_what_does_not_exist(visit: Visit) -> None:
    carla = visit.clients["rater elsewhere"]
    for address in ("review", "results", "api:assignment", "api:queue", "api:scan"):
        url = visit.world.urls[address]
        elsewhere = re.sub(_UUID, str(uuid.uuid4()), url)
        its, no_such = carla.get(url), carla.get(elsewhere)
        assert its.status_code == no_such.status_code == 404
        assert dict(its.items()) == dict(no_such.items())
        told = _TOKEN.sub(b"", no_such.content).replace(elsewhere.encode(), url.encode())
        assert _TOKEN.sub(b"", its.content) == told


def test_only_its_researcher_can_unblind_a_study(visit: Visit) -> None:
    study: Study = visit.world.study
    for who in set(PEOPLE) - {"researcher", "inactive"}:
        visit.clients[who].post(visit.world.urls["results"], BODIES["results"])
    study.refresh_from_db()
    assert study.is_open
    assert not study.unblindings.exists()
