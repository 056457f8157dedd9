"""A second factor: set up, asked for at sign-in, each code once, never guessed, never a trap."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from reviewapp import second_factor, second_step
from reviewapp.models import RecoveryCode, Study

pytestmark = pytest.mark.django_db
PAGE, CODE = "/accounts/second-factor/", "/accounts/code/"
STEP_S = 30


class Phone:
    """An authenticator app, and the clock of both."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        """Give the time for whoever asks."""
        return self.now

    def code(self, name: str = "anna", later_s: float = STEP_S) -> str:
        """Wait for the next code and read it."""
        self.now += later_s
        device = TOTPDevice.objects.get(user__username=name)
        steps = int(self.now) // STEP_S * STEP_S
        return f"{totp(device.bin_key, STEP_S, t0=int(time_now()) - steps):06d}"


time_now = time.time


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    phone = Phone()
    monkeypatch.setattr("django_otp.plugins.otp_totp.models.time", phone)
    return phone


@pytest.fixture
def codes(people: dict[str, User], client_of: Callable[[str], Client], phone: Phone) -> list[str]:
    """Turn anna's second factor on, by the page; give her recovery codes."""
    anna = client_of("anna")
    assert anna.post(PAGE, {"action": "begin"}).status_code == 302
    form = {"action": "confirm", "code": phone.code(), "password": "pass of anna"}
    html = anna.post(PAGE, form).content.decode()
    return re.findall(r"<li><code>([a-z2-7-]{19})</code>", html)


def password(client: Client, **more: str) -> Any:
    form = {"username": "anna", "password": "pass of anna", **more}
    return client.post(reverse("login"), form)


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_setting_up_shows_the_secret_and_takes_a_code_and_the_password(
    people: dict[str, User], client_of: Callable[[str], Client], phone: Phone
) -> None:
    anna = client_of("anna")
    anna.post(PAGE, {"action": "begin"})
    device = TOTPDevice.objects.get()
    assert second_factor.secret_text(device) in anna.get(PAGE).content.decode()
    wrong = (
        {"code": phone.code(), "password": "not hers"},
        {"code": "000000", "password": "pass of anna"},
        {"code": "", "password": "pass of anna"},
    )
    for form in wrong:
        assert anna.post(PAGE, {"action": "confirm", **form}).status_code == 200
        assert not second_factor.is_on(people["anna"])
    phone.now += 60
    form = {"action": "confirm", "code": phone.code(), "password": "pass of anna"}
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    assert "Your recovery codes" in anna.post(PAGE, form).content.decode()
    assert second_factor.is_on(people["anna"])
    assert anna.get(reverse("second_factor_qr")).status_code == 404


def test_the_qr_code_holds_the_secret_and_no_style_or_script(
    people: dict[str, User], client_of: Callable[[str], Client]
) -> None:
    anna = client_of("anna")
    anna.post(PAGE, {"action": "begin"})
    response = anna.get(reverse("second_factor_qr"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert response.content.startswith(b"<?xml")
    assert not re.search(rb"style|script|class|href", response.content)
    assert "no-store" in response["Cache-Control"]
    url = TOTPDevice.objects.get().config_url
    assert url.startswith("otpauth://totp/Second%20Look%3Aanna?secret=")


def test_signing_in_takes_the_code_too(codes: list[str], phone: Phone, study: Study) -> None:
    client = Client()
    goal = reverse("review", args=[study.pk])
    response = password(client, next=goal)
    assert (response.status_code, response["Location"]) == (302, CODE)
    assert not is_in(client)
    assert client.get(f"/api/v1/studies/{study.pk}/queue/").status_code == 401
    assert 'name="code"' in client.get(CODE).content.decode()
    response = client.post(CODE, {"code": phone.code()})
    assert (response.status_code, response["Location"]) == (302, goal)
    assert is_in(client)


def test_each_code_counts_once(codes: list[str], phone: Phone) -> None:
    code = phone.code()
    for expected in (True, False):
        client = Client()
        password(client)
        client.post(CODE, {"code": code})
        assert is_in(client) == expected


@pytest.mark.parametrize("code", ["", "12345", "1234567", "+12345", "1_2345", "١٢٣٤٥٦", "x" * 41])
def test_what_is_no_code_is_refused(codes: list[str], phone: Phone, code: str) -> None:
    client = Client()
    password(client)
    assert client.post(CODE, {"code": code}).status_code == 200
    assert not is_in(client)


def test_ten_recovery_codes_sign_in_once_each_and_are_stored_as_hashes(
    codes: list[str], people: dict[str, User]
) -> None:
    assert len(set(codes)) == 10
    kept = RecoveryCode.objects.values_list("sha256", flat=True)
    assert not any(code.replace("-", "") in "".join(kept) for code in codes)
    for expected, typed in ((True, codes[0].upper()), (False, codes[0]), (True, codes[1])):
        client = Client()
        password(client)
        client.post(CODE, {"code": typed.replace("-", " ")})
        assert is_in(client) == expected
    assert second_factor.n_recovery_codes(people["anna"]) == 8
    assert not second_factor.check(people["ben"], codes[2])


def test_wrong_codes_are_counted_like_wrong_passwords(codes: list[str], phone: Phone) -> None:
    client = Client()
    password(client)
    found = [client.post(CODE, {"code": "000000"}).status_code for _ in range(5)]
    assert found == [200] * 4 + [429]
    response = client.post(CODE, {"code": phone.code()})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 800
    assert password(Client()).status_code == 429
    assert not is_in(client)


def test_a_right_password_alone_takes_no_wrong_tries_back(codes: list[str], phone: Phone) -> None:
    for _ in range(2):
        client = Client()
        assert password(client)["Location"] == CODE
        assert client.post(CODE, {"code": "000000"}).status_code == 200
        assert client.post(CODE, {"code": "000000"}).status_code == 200
    client = Client()
    assert password(client)["Location"] == CODE
    assert client.post(CODE, {"code": "000000"}).status_code == 429


def test_guesses_from_many_addresses_shut_the_owner_out_for_minutes_at_most(
    codes: list[str], phone: Phone, people: dict[str, User]
) -> None:
    TOTPDevice.objects.update(throttling_failure_count=40)
    assert not second_factor.check(people["anna"], "000000")
    device = TOTPDevice.objects.get()
    allowed, details = device.verify_is_allowed()
    assert not allowed
    wait = details["locked_until"] - device.throttling_failure_timestamp
    assert wait.total_seconds() == 1024


def test_a_right_password_waits_five_minutes_for_its_code(
    codes: list[str], phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    password(client)
    monkeypatch.setattr(second_step, "LIMIT_S", 0)
    response = client.post(CODE, {"code": phone.code()})
    assert (response.status_code, response["Location"]) == (302, reverse("login"))


def test_a_new_password_or_a_closed_account_ends_the_waiting(
    codes: list[str], phone: Phone, people: dict[str, User]
) -> None:
    first, second = Client(), Client()
    password(first)
    people["anna"].set_password("another long password")
    people["anna"].save()
    assert first.post(CODE, {"code": phone.code()})["Location"] == reverse("login")
    password(second, password="another long password")
    User.objects.filter(username="anna").update(is_active=False)
    assert second.post(CODE, {"code": phone.code()})["Location"] == reverse("login")


def test_the_waiting_session_is_not_one_that_was_planted(codes: list[str], phone: Phone) -> None:
    client, attacker = Client(), Client()
    session = attacker.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = attacker.cookies["sessionid"] = str(session.session_key)
    password(client)
    assert attacker.get(CODE)["Location"] == reverse("login")


def test_turning_it_off_or_making_new_codes_takes_a_code(
    codes: list[str], phone: Phone, client_of: Callable[[str], Client], people: dict[str, User]
) -> None:
    anna = client_of("anna")
    for action in ("off", "codes", "begin"):
        anna.post(PAGE, {"action": action, "code": "000000"})
        assert second_factor.check(people["anna"], codes.pop())
    html = anna.post(PAGE, {"action": "codes", "code": codes.pop()}).content.decode()
    fresh = re.findall(r"<li><code>([a-z2-7-]{19})</code>", html)
    assert not second_factor.check(people["anna"], codes.pop())
    assert anna.post(PAGE, {"action": "off", "code": fresh[0]}).status_code == 302
    assert not second_factor.is_on(people["anna"])
    assert not RecoveryCode.objects.exists()
    assert password(Client())["Location"] == "/"


def test_whoever_runs_the_server_can_remove_it(codes: list[str]) -> None:
    call_command("remove_second_factor", "anna")
    assert password(Client())["Location"] == "/"
    with pytest.raises(CommandError, match="anna has no second factor"):
        call_command("remove_second_factor", "anna")
    with pytest.raises(CommandError, match='no account "nobody"'):
        call_command("remove_second_factor", "nobody")
