"""Guessing passwords is slow, and shuts nobody else out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client, RequestFactory
from django.urls import reverse

from reviewapp.client_address import UNKNOWN, client_address
from reviewapp.sign_in_limits import ADDRESS_LIMIT, NAME_LIMIT

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"
WRONG = "wrong"
Try = Callable[..., Any]


@pytest.fixture
def attempt(people: dict[str, User]) -> Try:
    """Give a function that tries a password for a name, from an address."""

    def send(name: str = "anna", password: str = WRONG, at: str = HERE, **headers: str) -> Any:
        form = {"username": name, "password": password}
        return Client().post(reverse("login"), form, REMOTE_ADDR=at, headers=headers)

    return send


def let_pass(**time: float) -> None:
    """Make all attempts older."""
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(**time))


def statuses(attempt: Try, n: int, **more: str) -> list[int]:
    return [attempt(**more).status_code for _ in range(n)]


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(attempt: Try) -> None:
    assert statuses(attempt, NAME_LIMIT) == [200] * 4 + [429]
    response = attempt(password="pass of anna")
    assert response.status_code == 429
    assert 14 * 60 < int(response["Retry-After"]) <= 15 * 60
    page = response.content.decode()
    assert '<p class="message message-error" role="alert">Too many wrong tries' in page
    assert "Wait 15 minutes, then sign in again." in page
    let_pass(minutes=14.5)
    assert "Wait 1 minute, then" in attempt(password="pass of anna").content.decode()
    let_pass(minutes=1)
    assert attempt(password="pass of anna").status_code == 302


def test_ten_wrong_passwords_elsewhere_leave_the_owner_free(attempt: Try) -> None:
    assert statuses(attempt, 10, at=ELSEWHERE)[-1] == 429
    assert attempt(password="pass of anna", at=HERE).status_code == 302
    assert attempt(password="pass of anna", at=ELSEWHERE).status_code == 429


def test_another_name_at_the_same_address_is_free(attempt: Try) -> None:
    statuses(attempt, NAME_LIMIT)
    assert attempt("ben", "pass of ben").status_code == 302


def test_a_right_password_takes_the_wrong_ones_back(attempt: Try) -> None:
    for _ in range(3):
        assert statuses(attempt, NAME_LIMIT - 1) == [200] * (NAME_LIMIT - 1)
        assert attempt(password="pass of anna").status_code == 302


def test_the_wait_doubles_up_to_an_hour_and_is_over_within_it(attempt: Try) -> None:
    statuses(attempt, NAME_LIMIT)
    for minutes in (15, 30, 60, 60, 60):
        response = attempt(password="pass of anna")
        assert (minutes - 1) * 60 < int(response["Retry-After"]) <= minutes * 60
        let_pass(minutes=minutes)
        assert attempt().status_code == 429
    let_pass(hours=1)
    assert attempt(password="pass of anna").status_code == 302


def test_trying_while_one_has_to_wait_makes_the_wait_no_longer(attempt: Try) -> None:
    statuses(attempt, NAME_LIMIT)
    let_pass(minutes=10)
    statuses(attempt, 20)
    assert int(attempt()["Retry-After"]) <= 5 * 60


def test_one_address_can_not_go_through_many_names(attempt: Try) -> None:
    found = [attempt(f"nobody{n}").status_code for n in range(ADDRESS_LIMIT)]
    assert found == [200] * (ADDRESS_LIMIT - 1) + [429]
    assert attempt("ben", "pass of ben").status_code == 429
    assert attempt("ben", "pass of ben", at=ELSEWHERE).status_code == 302


def test_an_own_account_does_not_take_back_wrong_passwords_for_others(attempt: Try) -> None:
    for n in range(ADDRESS_LIMIT - 1):
        attempt(f"nobody{n % 12}")
        if n % 12 == 11:
            assert attempt("ben", "pass of ben").status_code == 302
    assert attempt("nobody50").status_code == 429


def test_another_browser_at_the_address_is_the_same(attempt: Try) -> None:
    found = [attempt(**{"User-Agent": f"browser {n}"}).status_code for n in range(NAME_LIMIT)]
    assert found[-1] == 429


def test_nothing_that_was_typed_is_kept_but_the_name(attempt: Try) -> None:
    attempt(password="my other password")
    kept = AccessAttempt.objects.get()
    assert (kept.username, kept.get_data, kept.post_data) == ("anna", "", "")


def test_a_header_that_anybody_can_send_changes_nothing_without_a_proxy(attempt: Try) -> None:
    found = [
        attempt(**{"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(NAME_LIMIT)
    ]
    assert found[-1] == 429


def test_behind_a_proxy_what_it_wrote_counts_and_no_more(attempt: Try, settings: Any) -> None:
    settings.PROXIES = 1
    found = [
        attempt(at="10.0.0.1", **{"X-Forwarded-For": f"203.0.113.{n}, {HERE}"}).status_code
        for n in range(NAME_LIMIT)
    ]
    assert found[-1] == 429
    other = attempt(password="pass of anna", at="10.0.0.1", **{"X-Forwarded-For": ELSEWHERE})
    assert other.status_code == 302


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, HERE, "10.0.0.1"),
        (1, HERE, HERE),
        (1, f"spoofed, {HERE}", HERE),
        (2, f"spoofed, {HERE}, 10.0.0.2", HERE),
        (2, HERE, "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "<script>", UNKNOWN),
        (1, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
    ],
)
def test_the_address_that_counts(settings: Any, proxies: int, header: str, expected: str) -> None:
    settings.PROXIES = proxies
    headers = {"X-Forwarded-For": header} if header else {}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers=headers)
    assert client_address(request) == expected


class CountingHasher(MD5PasswordHasher):
    """Count how often a password is hashed."""

    algorithm = "counted"
    n = 0

    def encode(self, password: str, salt: str) -> str:
        """Hash once more."""
        type(self).n += 1
        return super().encode(password, salt)


def test_unknown_names_take_as_much_work_as_known_ones(settings: Any, people: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    people["anna"].set_password("pass of anna")
    people["anna"].save()
    people["ben"].set_password("pass of ben")
    people["ben"].is_active = False
    people["ben"].save()
    found = {}
    for name in ("anna", "ben", "no such person"):
        before = CountingHasher.n
        Client().post(reverse("login"), {"username": name, "password": "wrong"})
        found[name] = CountingHasher.n - before
    assert found == {"anna": 1, "ben": 1, "no such person": 1}
