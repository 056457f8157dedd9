"""Preferences: who likes the page how."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp.models import Preferences, Study

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
URL = "/api/v1/preferences/"
DEFAULTS = {
    "keys": {"profile": "itk-snap", "changes": {}},
    "theme": "dark",
    "break_after_min": 45,
}


def put(client: Client, data: Any) -> Any:
    return client.put(URL, data, content_type="application/json")


def test_who_has_changed_nothing_gets_the_defaults(
    people: dict[str, User], client_of: SignIn
) -> None:
    assert client_of("anna").get(URL).json() == DEFAULTS
    assert not Preferences.objects.exists()


def test_changes_are_kept_for_the_account_alone(people: dict[str, User], client_of: SignIn) -> None:
    response = put(client_of("anna"), {"theme": "light", "break_after_min": 0})
    assert response.json() == {**DEFAULTS, "theme": "light", "break_after_min": 0}
    assert client_of("anna").get(URL).json() == response.json()
    assert client_of("ben").get(URL).json() == DEFAULTS


def test_what_is_left_out_stays(people: dict[str, User], client_of: SignIn) -> None:
    anna = client_of("anna")
    put(anna, {"theme": "system"})
    put(anna, {"keys": {"profile": "ohif", "changes": {}}})
    found = anna.get(URL).json()
    assert (found["theme"], found["keys"]["profile"]) == ("system", "ohif")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"theme": "pink"}, "theme"),
        ({"theme": None}, "theme"),
        ({"theme": []}, "theme"),
        ({"break_after_min": -1}, "break_after_min"),
        ({"break_after_min": 241}, "break_after_min"),
        ({"break_after_min": 4.5}, "break_after_min"),
        ({"break_after_min": True}, "break_after_min"),
        ({"keys": {"profile": "emacs", "changes": {}}}, "keys"),
        ({"keys": None}, "keys"),
        ({"user": 2}, "user"),
    ],
)
def test_what_breaks_a_rule_is_refused_whole(
    people: dict[str, User], client_of: SignIn, data: dict[str, Any], field: str
) -> None:
    response = put(client_of("anna"), {"theme": "light", **data})
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Preferences.objects.exists()


def test_pages_bear_the_theme_and_the_review_page_all(study: Study, client_of: SignIn) -> None:
    anna = client_of("anna")
    put(anna, {"theme": "light"})
    html = anna.get(f"/studies/{study.pk}/review/").content.decode()
    assert '<html lang="en" data-theme="light">' in html
    handed = html.partition('id="preferences" type="application/json">')[2].partition("<")[0]
    assert json.loads(handed) == {**DEFAULTS, "theme": "light"}
    assert 'data-theme="light"' in anna.get("/").content.decode()
    assert 'data-theme="light"' in anna.get("/nothing").content.decode()
    assert 'data-theme="dark"' in client_of("").get("/accounts/login/").content.decode()


def test_preferences_that_changed_meanwhile_are_not_changed_unseen(
    client_of: Callable[[str], Client], study: Study
) -> None:
    anna, address = client_of("anna"), "/api/v1/preferences/"
    seen = anna.get(address)["ETag"]
    assert anna.get(address, headers={"If-None-Match": seen}).status_code == 304
    light, dark = {"theme": "light"}, {"theme": "dark"}
    assert anna.put(address, light, "application/json").status_code == 200
    stale = anna.put(address, dark, "application/json", headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["title"]) == (412, "It changed since it was read")
    assert anna.get(address).json()["theme"] == "light"
