"""Every page and address takes a number of queries that doesn't grow with the study."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviewapp.models import Assignment, Study
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.large import add_plain_study

pytestmark = pytest.mark.django_db
#: ROIs, and answers of each rater: both have more than a page of the queue and of answers.
SIZES = {"small": (300, (150, 20)), "large": (900, (450, 300, 20, 0, 10))}

Ask = Callable[["Asked"], HttpResponseBase]


@dataclass
class Asked:
    """A study of some size, its first rater and its researcher, signed in."""

    study: Study
    rater: Client
    researcher: Client
    open_ones: list[Assignment]
    answered_ones: list[Assignment]

    def page(self, name: str, who: str = "rater", query: str = "") -> HttpResponseBase:
        """Open a page of the study."""
        return self._get(who, reverse(name, args=[self.study.pk]) + query)

    def api(self, path: str, who: str = "rater") -> HttpResponseBase:
        """Read an address of the study."""
        return self._get(who, f"/api/v1/studies/{self.study.pk}/{path}")

    def showing(self, path: str = "") -> str:
        """Give an address of the first open ROI."""
        return f"/api/v1/assignments/{self.open_ones[0].pk}/{path}"

    def send(self, method: str, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        """Send something about the first open ROI."""
        send = getattr(self.rater, method)
        return send(self.showing(path), body, content_type="application/json", headers=headers)

    def _get(self, who: str, path: str) -> HttpResponseBase:
        client: Client = getattr(self, who)
        return client.get(path)


def first_answer(asked: Asked) -> HttpResponseBase:
    response: HttpResponseBase = asked.send("post", "answers/", ANSWER, **key())
    asked.open_ones.pop(0)
    return response


def changed_answer(asked: Asked) -> HttpResponseBase:
    showing = asked.answered_ones.pop(0)
    address = f"/api/v1/assignments/{showing.pk}/answers/"
    body = {**ANSWER, "revises": 1, "comment": "a second look"}
    return asked.rater.post(address, body, "application/json", headers=key())


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


DRAFT = {"draft": {"comment": "near"}, "revises": 0, "client": str(uuid.uuid4()), "based_on": 0}
#: What is asked for, and how many queries it takes: reading and writing, transactions left out.
QUERIES: dict[str, tuple[Ask, int]] = {
    "home of a rater": (lambda a: a.rater.get("/"), 8),
    "review": (lambda a: a.page("review"), 22),
    "own answers": (lambda a: a.page("own_answers"), 8),
    "more own answers": (lambda a: a.page("own_answers", query="?from=101"), 8),
    "own answers as a file": (lambda a: a.page("own_answers_file"), 5),
    "receipt": (lambda a: a.page("done"), 7),
    "guidelines": (lambda a: a.page("guidelines"), 5),
    "guidelines beside the form": (lambda a: a.page("guidelines_panel"), 3),
    "queue": (lambda a: a.api("queue/"), 10),
    "queue around a place": (lambda a: a.api("queue/?at=200"), 9),
    "assignment": (lambda a: a.rater.get(a.showing()), 6),
    "opened": (lambda a: a.send("post", "opened/", {}), 4),
    "draft": (lambda a: a.send("put", "draft/", DRAFT), 8),
    "no draft": (lambda a: a.send("delete", "draft/", {}), 5),
    "first answer": (first_answer, 13),
    "changed answer": (changed_answer, 12),
    "home of a researcher": (lambda a: a.researcher.get("/"), 8),
    "study": (lambda a: a.page("study", "researcher"), 11),
    "progress": (lambda a: a.page("progress", "researcher"), 6),
    "preview": (lambda a: a.page("preview", "researcher"), 12),
    "blinded results": (lambda a: a.page("results", "researcher"), 7),
    "studies by script": (lambda a: a.researcher.get("/api/v1/studies/"), 4),
    "study by script": (lambda a: a.api("", "researcher"), 5),
    "progress by script": (lambda a: a.api("progress/", "researcher"), 5),
    "raters by script": (lambda a: a.api("raters/", "researcher"), 5),
    "ROIs by script": (lambda a: a.api("rois/", "researcher"), 5),
}


@pytest.fixture
def asked(request: pytest.FixtureRequest, study: Study) -> Asked:
    n_rois, answered = SIZES[request.param]
    large = add_plain_study(study, request.param, n_rois=n_rois, answered=answered)
    # One study alone: the one that it was made of is nobody's.
    study.memberships.update(withdrawn_at=large.created_at)
    rater, researcher = Client(), Client()
    member = large.memberships.filter(role="rater").order_by("pk")[0]
    rater.force_login(member.user)
    researcher.force_login(large.memberships.get(role="researcher").user)
    shown = Assignment.objects.filter(membership=member).order_by("position")
    open_ones, answered_ones = list(shown.open()[:10]), list(shown.answered()[:10])
    return Asked(large, rater, researcher, open_ones, answered_ones)


def n_queries(ask: Ask, asked: Asked) -> int:
    with CaptureQueriesContext(connection) as seen:
        response = ask(asked)
        b"".join(getattr(response, "streaming_content", ()))
    assert response.status_code in (200, 201, 204), response.status_code
    words = ("SELECT", "INSERT", "UPDATE", "DELETE")
    return sum(query["sql"].startswith(words) for query in seen.captured_queries)


@pytest.mark.parametrize("asked", SIZES, indirect=True)
def test_every_page_takes_as_many_queries_in_a_small_study_and_in_a_large_one(
    asked: Asked,
) -> None:
    for _ in range(2):  # the first time some things are looked up for good
        found = {name: n_queries(ask, asked) for name, (ask, _) in QUERIES.items()}
    assert found == {name: n for name, (_, n) in QUERIES.items()}
