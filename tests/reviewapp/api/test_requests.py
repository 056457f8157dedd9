"""Whom a request is from, and for whom the page that sent it was opened."""

import json
import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp.models import AnswerRevision, Assignment
from tests.reviewapp.cohort import ANSWER

pytestmark = pytest.mark.django_db

SignIn = Callable[[str], Client]


@pytest.mark.parametrize(("opened_for", "status"), [("anna", 201), ("ben", 401), (None, 201)])
def test_a_page_of_another_account_can_do_nothing_under_this_session(
    client_of: SignIn, first: Assignment, opened_for: str | None, status: int
) -> None:
    account = str(User.objects.get(username=opened_for).pk) if opened_for else None
    headers = {"Idempotency-Key": str(uuid.uuid4()), **({"X-Account": account} if account else {})}
    url = f"/api/v1/assignments/{first.pk}/answers/"
    body = json.dumps(ANSWER)
    reply = client_of("anna").post(url, body, content_type="application/json", headers=headers)
    assert reply.status_code == status
    assert AnswerRevision.objects.count() == (1 if status == 201 else 0)
