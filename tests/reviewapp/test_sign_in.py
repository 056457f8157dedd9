"""Signing in and out, passwords, and what the site gives away before."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviewapp.models import Study

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def sign_in(client: Client, **more: str) -> Any:
    data = {"username": "anna", "password": "pass of anna", **more}
    return client.post(reverse("login"), data)


@pytest.mark.parametrize(
    "goal",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "https:evil.example",
    ],
)
def test_signing_in_leads_to_this_site_alone(people: dict[str, User], goal: str) -> None:
    response = sign_in(Client(), next=goal)
    assert (response.status_code, response["Location"]) == (302, "/")


def test_signing_in_leads_back_to_the_page_that_asked_for_it(
    people: dict[str, User], study: Study
) -> None:
    client = Client()
    asked = client.get(reverse("done", args=[study.pk]))
    html = client.get(asked["Location"]).content.decode()
    assert f'name="next" value="{reverse("done", args=[study.pk])}"' in html
    assert sign_in(client, next=reverse("done", args=[study.pk]))["Location"].endswith("/done/")


def test_who_is_signed_in_and_opens_the_sign_in_page_goes_home(client_of: SignIn) -> None:
    anna = client_of("anna")
    for goal in ("", "?next=/accounts/login/", "?next=https://evil.example/"):
        response = anna.get(reverse("login") + goal)
        assert (response.status_code, response["Location"]) == (302, "/")


def test_a_session_made_before_signing_in_is_worth_nothing_after(people: dict[str, User]) -> None:
    attacker = Client()
    attacker.get("/")
    session = attacker.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    victim = Client()
    victim.cookies["sessionid"] = planted
    sign_in(victim)
    assert victim.cookies["sessionid"].value != planted
    attacker.cookies["sessionid"] = planted
    assert attacker.get("/").status_code == 302


def test_signing_out_ends_the_session_and_needs_a_post(people: dict[str, User]) -> None:
    client = Client()
    sign_in(client)
    old = client.cookies["sessionid"].value
    assert client.get(reverse("logout")).status_code == 405
    assert client.get("/").status_code == 200
    client.post(reverse("logout"))
    client.cookies["sessionid"] = old
    assert client.get("/").status_code == 302


def test_a_new_password_signs_other_devices_out_and_keeps_this_one(
    people: dict[str, User], client_of: SignIn
) -> None:
    here, elsewhere = client_of("anna"), client_of("anna")
    form = {
        "old_password": "pass of anna",
        "new_password1": "grey matter ribbon",
        "new_password2": "grey matter ribbon",
    }
    assert here.post(reverse("password_change"), form).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    people["anna"].refresh_from_db()
    assert people["anna"].check_password("grey matter ribbon")


@pytest.mark.parametrize(
    "new", ["short", "fourteen chars", "1234567890123456", "1q2w3e4r5t6y7u8i9o0p"]
)
def test_a_weak_password_is_refused(people: dict[str, User], client_of: SignIn, new: str) -> None:
    form = {"old_password": "pass of anna", "new_password1": new, "new_password2": new}
    response = client_of("anna").post(reverse("password_change"), form)
    assert response.status_code == 200
    people["anna"].refresh_from_db()
    assert people["anna"].check_password("pass of anna")


@pytest.mark.parametrize("page", ["login", "logout", "password_change", "results"])
def test_no_form_is_taken_without_its_token(
    people: dict[str, User], study: Study, page: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["researcher"])
    address = reverse(page, args=[study.pk] if page == "results" else [])
    form = {"reason": "I would like to know", "confirm": "on"}
    response = client.post(address, form)
    assert response.status_code == 403
    assert b"Nothing was changed" in response.content
    assert client.get("/").status_code == 200
    assert not study.unblindings.exists()


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    people: dict[str, User],
) -> None:
    client = Client()
    cookie = sign_in(client).cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_wrong_names_and_wrong_passwords_sound_the_same(people: dict[str, User]) -> None:
    said = [
        sign_in(Client(), **wrong).context["form"].non_field_errors()
        for wrong in ({"username": "nobody"}, {"password": "wrong"})
    ]
    assert said[0] == said[1]
    assert said[0]
