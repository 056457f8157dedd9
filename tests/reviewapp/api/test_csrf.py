"""Whatever changes something needs the CSRF token."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("put", "/api/v1/assignments/{}/draft/"),
        ("delete", "/api/v1/assignments/{}/draft/"),
        ("post", "/api/v1/assignments/{}/opened/"),
        ("put", "/api/v1/preferences/"),
    ],
)
def test_whatever_changes_something_needs_the_csrf_token(
    people: dict[str, User], first: Assignment, method: str, address: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["anna"])
    response = getattr(client, method)(address.format(first.pk), content_type="application/json")
    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]
