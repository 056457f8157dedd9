"""What tests of the researcher's addresses share: scripts with tokens, an unblinded study."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from reviewapp import tokens
from reviewapp.models import Study
from reviewapp.studies import unblind


class Script:
    """A script of a researcher's: each request bears a token."""

    def __init__(self, token: str) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.token = token

    def get(self, url: str, **headers: str) -> Any:
        return self.client.get(url, headers=self._with(headers))

    def post(self, url: str, body: Any = None, **headers: str) -> Any:
        sent = {"data": body, "content_type": "application/json"} if body is not None else {}
        return self.client.post(url, headers=self._with(headers), **sent)

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"Authorization": f"Bearer {self.token}", **named}


@pytest.fixture
def script(study: Study, people: dict[str, User]) -> Script:
    """Give the researcher's script, which may write."""
    return Script(tokens.create(people["researcher"], "tests", "write")[1])


@pytest.fixture
def reader(study: Study, people: dict[str, User]) -> Script:
    """Give the researcher's script, which may read alone."""
    return Script(tokens.create(people["researcher"], "tests", "read")[1])


@pytest.fixture
def unblinded(study: Study, people: dict[str, User], answered: Callable[..., None]) -> Study:
    """Give the study with 26 answers of anna and 20 of ben, unblinded."""
    answered("anna", 26)
    answered("ben", 20, confidence=2)
    unblind(study, people["researcher"], "Both raters have finished.")
    return study


@pytest.fixture
def unblind_now(study: Study, people: dict[str, User]) -> Callable[[], None]:
    return lambda: unblind(study, people["researcher"], "Both raters have finished.") and None


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Let requests that reach the app through WSGI stay in the test's transaction.

    At both ends of a request Django drops a connection that is in a transaction. Its own test
    client keeps it from that in the same way.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)
