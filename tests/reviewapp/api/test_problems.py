"""Whatever goes wrong under /api/ is a problem as RFC 9457 has it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from rest_framework.decorators import api_view
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp.api.problem_types import PROBLEM_TYPES
from reviewapp.api.problems import handle
from reviewapp.models import Assignment
from reviewapp.urls import handler400, handler403, handler404, handler500, urlpatterns
from tests.reviewapp.cohort import ANSWER

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]

API = "/api/v1"
__all__ = ["handler400", "handler403", "handler404", "handler500"]  # this module is a URLconf below


def fault(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the secret of the traceback")


@api_view(["GET"])
def fault_in_api(request: Request) -> Response:
    raise RuntimeError("the secret of the traceback")


urlpatterns = [  # the real ones, and two that fail
    path("fault/", fault),
    path("api/v1/fault/", fault_in_api),
    *urlpatterns,
]


def check(response: Any, status: int, address: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) >= {"type", "title", "status", "detail", "instance"}
    assert (body["status"], body["instance"]) == (status, address)
    return body


@pytest.mark.parametrize("who", ["", "anna", "researcher"])
@pytest.mark.parametrize("address", ["/api/", "/api/v2/studies/", f"{API}/nothing/", f"{API}/q ü/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_unknown_address_is_a_problem_for_every_method(
    client_of: SignIn, who: str, address: str, method: str
) -> None:
    known = client_of(who)
    client = Client(enforce_csrf_checks=True)
    client.cookies = known.cookies
    escaped = address.replace(" ", "%20").replace("ü", "%C3%BC")
    check(getattr(client, method)(address), 404, escaped)


def test_a_wrong_method_names_the_right_ones(client_of: SignIn, first: Assignment) -> None:
    url = f"{API}/assignments/{first.pk}/answers/"
    response = client_of("anna").get(url)
    assert check(response, 405, url)["title"] == "Method Not Allowed"
    assert set(response["Allow"].split(", ")) == {"POST", "OPTIONS"}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_type_of_body_is_a_415(client_of: SignIn, first: Assignment, kind: str) -> None:
    url = f"{API}/assignments/{first.pk}/draft/"
    response = client_of("anna").generic("PUT", url, b'{"draft": {}}', content_type=kind)
    check(response, 415, url)


def test_nobody_is_asked_to_sign_in(client: Client, first: Assignment) -> None:
    url = f"{API}/assignments/{first.pk}/"
    response = client.get(url)
    check(response, 401, url)
    assert response["WWW-Authenticate"]


def test_a_form_without_its_token_is_a_problem(client_of: SignIn, first: Assignment) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_of("anna").cookies
    url = f"{API}/assignments/{first.pk}/answers/"
    body = check(client.post(url, ANSWER, content_type="application/json"), 403, url)
    assert "CSRF" in body["detail"]


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_is_a_500_without_its_traceback(client_of: SignIn) -> None:
    client = client_of("anna")
    client.raise_request_exception = False
    response = client.get(f"{API}/fault/")
    check(response, 500, f"{API}/fault/")
    assert b"secret" not in response.content
    page = client.get("/fault/")
    assert page.status_code == 500
    assert page["Content-Type"].startswith("text/html")


def test_a_request_for_another_host_is_a_problem(client_of: SignIn) -> None:
    url = f"{API}/preferences/"
    check(client_of("anna").get(url, headers={"Host": "evil.example"}), 400, url)


def test_too_many_requests_say_when_to_come_again() -> None:
    response = handle(Throttled(wait=7), {})
    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (429, "7")
    assert response.content_type == "application/problem+json"


def test_each_type_of_ours_leads_to_its_advice(client: Client) -> None:
    for kind in PROBLEM_TYPES.values():
        told = client.get(kind.uri)
        assert told.status_code == 200
        assert told.json() == kind.as_dict()
    check(client.get(f"{API}/problems/nothing/"), 404, f"{API}/problems/nothing/")


def test_a_broken_rule_has_its_type(client_of: SignIn, first: Assignment) -> None:
    url = f"{API}/assignments/{first.pk}/draft/"
    put: Any = client_of("anna").put
    body = check(put(url, {"draft": 1}, content_type="application/json"), 400, url)
    assert body["type"] == f"{API}/problems/broken-rule/"
    assert set(body["errors"]) == {"draft", "revises", "client", "based_on"}
