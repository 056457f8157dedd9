"""Tokens: who may have one, how long it opens what, and what is kept of it."""

import hashlib
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviewapp import tokens
from reviewapp.models import ApiToken, Study

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def researcher(study: Study, people: dict[str, User]) -> User:
    return people["researcher"]


def move_clock(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    then = timezone.now() + by
    monkeypatch.setattr(timezone, "now", lambda: then)


def test_of_a_token_only_its_hash_is_stored(researcher: User) -> None:
    row, text = tokens.create(researcher, "figures", "read")
    assert re.fullmatch(r"sl_[\w-]{43}", text)
    assert row.sha256 == hashlib.sha256(text.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM reviewapp_apitoken")
        assert not any(text in str(value) for stored in cursor.fetchall() for value in stored)


def test_a_token_is_found_until_it_expires(
    researcher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, text = tokens.create(researcher, "figures", "read", days=2)
    assert tokens.find(text) == row
    assert tokens.find(text[:-1]) is None
    move_clock(monkeypatch, timedelta(days=2, seconds=1))
    assert tokens.find(text) is None
    assert row.state(timezone.now()) == "expired"


def test_a_revoked_token_or_one_of_an_inactive_account_opens_nothing(researcher: User) -> None:
    row, text = tokens.create(researcher, "figures", "read")
    _, other = tokens.create(researcher, "more figures", "read")
    tokens.revoke(row)
    once = row.revoked_at
    tokens.revoke(row)
    assert (tokens.find(text), row.revoked_at) == (None, once)
    User.objects.filter(pk=researcher.pk).update(is_active=False)
    assert tokens.find(other) is None


def test_the_last_use_is_noted_once_an_hour(
    researcher: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    row, text = tokens.create(researcher, "figures", "read")
    with django_assert_num_queries(2):
        tokens.find(text)
    row.refresh_from_db()
    noted = row.last_used_at
    move_clock(monkeypatch, timedelta(minutes=59))
    with django_assert_num_queries(1):
        tokens.find(text)
    move_clock(monkeypatch, timedelta(minutes=2))
    tokens.find(text)
    row.refresh_from_db()
    assert noted is not None
    assert row.last_used_at == timezone.now()


@pytest.mark.parametrize("name", ["anna", "stranger"])
def test_who_leads_no_study_gets_no_token(
    study: Study, people: dict[str, User], client_of: SignIn, name: str
) -> None:
    with pytest.raises(tokens.TokenError, match="must lead a study"):
        tokens.create(people[name], "figures", "read")
    assert client_of(name).get(reverse("tokens")).status_code == 404
    assert client_of("").get(reverse("tokens")).status_code == 302


@pytest.mark.parametrize(
    ("name", "scope", "days", "said"),
    [
        ("", "read", 90, "1 to 80"),
        ("x" * 81, "read", 90, "1 to 80"),
        ("a\nb", "read", 90, "printable"),
        ("a", "all", 90, 'not "all"'),
        ("a", "read", 0, "not 0"),
        ("a", "read", 366, "not 366"),
    ],
)
def test_a_bad_token_is_refused(
    researcher: User, name: str, scope: str, days: int, said: str
) -> None:
    with pytest.raises(tokens.TokenError, match=said):
        tokens.create(researcher, name, scope, days)


def test_an_account_has_so_many_valid_tokens_at_most(researcher: User) -> None:
    made = [tokens.create(researcher, str(n), "read")[0] for n in range(tokens.MAX_TOKENS)]
    with pytest.raises(tokens.TokenError, match="revoke one first"):
        tokens.create(researcher, "one more", "read")
    tokens.revoke(made[0])
    tokens.create(researcher, "one more", "read")


@pytest.mark.parametrize(
    "change", [{"scope": "all"}, {"name": ""}, {"expires_at": "2001-01-01 00:00Z"}]
)
def test_the_database_refuses_a_bad_row(researcher: User, change: dict[str, str]) -> None:
    tokens.create(researcher, "figures", "read")
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.update(**change)


def test_the_page_shows_a_token_once_and_revokes_it(researcher: User, client_of: SignIn) -> None:
    client = client_of("researcher")
    assert reverse("tokens") in client.get("/").content.decode()
    form = {"name": "figures", "scope": "write", "days": 30}
    page = client.post(reverse("tokens"), form)
    (text,) = re.findall(r"sl_[\w-]{43}", page.content.decode())
    assert "no-store" in page["Cache-Control"]
    row = tokens.find(text)
    assert row is not None
    assert (row.name, row.scope) == ("figures", "write")
    again = client.get(reverse("tokens")).content.decode()
    assert "figures" in again
    assert "sl_" not in again
    client.post(reverse("revoke_token", args=[row.pk]))
    assert tokens.find(text) is None
    assert "revoked" in client.get(reverse("tokens")).content.decode()


def test_the_page_says_what_is_wrong(researcher: User, client_of: SignIn) -> None:
    form = {"name": "", "scope": "write", "days": 366}
    page = client_of("researcher").post(reverse("tokens"), form)
    assert page.status_code == 400
    assert not ApiToken.objects.exists()


def test_nobody_revokes_the_token_of_another(
    researcher: User, client_of: SignIn, people: dict[str, User]
) -> None:
    row, text = tokens.create(researcher, "figures", "read")
    for name in ("anna", "stranger"):
        assert client_of(name).post(reverse("revoke_token", args=[row.pk])).status_code == 404
    assert client_of("researcher").get(reverse("revoke_token", args=[row.pk])).status_code == 405
    assert tokens.find(text) == row


def manage(*args: object) -> str:
    out = io.StringIO()
    call_command("api_token", *map(str, args), stdout=out)
    return out.getvalue().strip()


def test_the_command_makes_lists_and_revokes(researcher: User) -> None:
    text = manage("create", "researcher", "--name", "figures", "--days", 3)
    row = tokens.find(text)
    assert row is not None
    fields = manage("list", "researcher").split("\t")
    assert fields[:5] == [str(row.pk), "researcher", "figures", "read", "valid"]
    assert "is revoked" in manage("revoke", row.pk)
    assert "revoked" in manage("list")
    assert manage("list", "anna") == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("create",), "takes an ACCOUNT"),
        (("create", "anna", "--name", "x"), "must lead a study"),
        (("create", "researcher"), "1 to 80"),
        (("create", "nobody", "--name", "x"), "no account"),
        (("revoke",), "takes the ID"),
        (("revoke", "7000"), 'no token "7000"'),
        (("revoke", "x"), 'no token "x"'),
    ],
)
def test_the_command_says_what_is_wrong(researcher: User, args: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        manage(*args)
