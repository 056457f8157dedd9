"""A session ends without use, and after a working day; images fetched ahead are no use."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from reviewapp import session_limits
from reviewapp.addresses import crop_url
from reviewapp.models import Assignment, Study

pytestmark = pytest.mark.django_db
MINUTE_S, HOUR_S = 60, 3600


class Clock:
    """The time of the server, moved by the test."""

    now = 1_800_000_000.0

    def time(self) -> float:
        """Give it in seconds since 1970."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(session_limits, "time", clock)
    return clock


@pytest.fixture
def anna(client_of: Callable[[str], Client], clock: Clock) -> Client:
    client = client_of("anna")
    assert client.get("/").status_code == 200
    return client


def test_use_keeps_a_session_open_and_an_hour_without_ends_it(anna: Client, clock: Clock) -> None:
    for _ in range(5):
        clock.now += 59 * MINUTE_S
        assert anna.get("/").status_code == 200
    clock.now += 61 * MINUTE_S
    response = anna.get("/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/")
    assert anna.cookies["sessionid"].value == ""
    assert not Session.objects.exists()


def test_a_working_day_ends_it_whatever_was_done(anna: Client, clock: Clock) -> None:
    for _ in range(24):
        assert anna.get("/").status_code == 200
        clock.now += HOUR_S / 2
    assert anna.get("/").status_code == 200
    clock.now += 1
    assert anna.get("/").status_code == 302


def test_both_limits_are_settings(anna: Client, clock: Clock, settings: Any) -> None:
    settings.SESSION_IDLE_S = 10
    clock.now += 9
    assert anna.get("/").status_code == 200
    settings.SESSION_COOKIE_AGE = 12
    clock.now += 4
    assert anna.get("/").status_code == 302


def test_the_api_answers_401_and_stores_nothing_once_a_session_is_over(
    anna: Client, clock: Clock, first: Assignment
) -> None:
    clock.now += 61 * MINUTE_S
    response = anna.post(reverse("api:opened", args=[first.pk]))
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    first.refresh_from_db()
    assert first.shown_at is None


def test_images_and_failures_keep_no_session_open(
    anna: Client, clock: Clock, first: Assignment
) -> None:
    clock.now += 40 * MINUTE_S
    assert anna.get(crop_url(first)).status_code == 200
    draft = reverse("api:draft", args=[first.pk])
    assert anna.put(draft, {}, content_type="application/json").status_code == 400
    assert anna.get("/nothing").status_code == 404
    clock.now += 40 * MINUTE_S
    assert anna.get("/").status_code == 302


def test_work_on_the_page_keeps_it_open(anna: Client, clock: Clock, study: Study) -> None:
    own = Assignment.objects.filter(membership__user__username="anna")
    for assignment in own[:3]:
        clock.now += 40 * MINUTE_S
        address = reverse("api:assignment", args=[assignment.pk])
        assert anna.get(address).status_code == 200
        assert anna.post(reverse("api:opened", args=[assignment.pk])).status_code == 204


def test_a_session_is_written_once_a_minute_at_most(anna: Client, clock: Clock) -> None:
    address = reverse("api:preferences")
    anna.get(address)
    before = Session.objects.get().session_data
    for _ in range(5):
        clock.now += 10
        assert anna.get(address).status_code == 200
    assert Session.objects.get().session_data == before
    clock.now += 11
    anna.get(address)
    assert Session.objects.get().session_data != before


def test_a_session_that_ends_during_a_request_does_not_undo_it(
    anna: Client, clock: Clock, first: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now += 5 * MINUTE_S
    note = session_limits._note_use

    def sign_out_first(session: Any) -> None:
        Session.objects.all().delete()
        note(session)

    monkeypatch.setattr(session_limits, "_note_use", sign_out_first)
    assert anna.post(reverse("api:opened", args=[first.pk])).status_code == 204
    assert anna.get("/").status_code == 302
