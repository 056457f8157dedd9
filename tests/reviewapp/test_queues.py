"""The part of a queue that the page gets has every open ROI that the rater can meet next."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp.models import Assignment, Membership, Study
from reviewapp.own_answers import PAGE, answers_page, current_answers
from reviewapp.queues import N_OPEN, WINDOW, read_queue
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.large import add_study

pytestmark = pytest.mark.django_db
N = 700


@pytest.fixture
def scattered(study: Study) -> Callable[[set[int]], Membership]:
    """Give a function that adds a rater of 700 ROIs who has answered those at some places."""

    def add(answered: set[int]) -> Membership:
        rows = [{"lesion_id": f"roi-{i}", "participant_id": f"sub-{i % 20}"} for i in range(N)]
        order = [(i, ANSWER if i + 1 in answered else None) for i in range(N)]
        large = add_study(study, "long", rows, [("clara", order)])
        return large.memberships.get(role="rater")

    return add


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1.0])
def test_every_open_roi_is_there_from_the_place_on_and_round(
    scattered: Callable[[set[int]], Membership], share: float
) -> None:
    rng = random.Random(7)
    answered = {place for place in range(1, N + 1) if rng.random() < share}
    member = scattered(answered)
    for at in (None, 1, 2, 130, 350, 699, 700, 10_000):
        queue = read_queue(member, at)
        listed = {item["position"] for item in queue.items}
        assert (queue.n, queue.n_answered) == (N, len(answered))
        assert [item["position"] for item in queue.items] == sorted(listed)
        assert {p for p in listed if p in answered} == {
            item["position"] for item in queue.items if item["answered"]
        }
        assert all(item["classes"] for item in queue.items if item["answered"])
        here = min(queue.at, N + 1)
        round_trip = [*range(here, N + 1), *range(1, here)]
        until = queue.until or round_trip[-1]
        met = round_trip[: round_trip.index(until) + 1]
        assert {p for p in met if p not in answered} <= listed
        assert (queue.until is None) == (len({*range(1, N + 1)} - answered) < N_OPEN)
        assert len(queue.items) <= WINDOW + 2 * N_OPEN
        near = range(max(1, min(here - 100, N - 200)), min(N, here + 100) + 1)
        assert {*near} <= listed
        if at is None:
            assert queue.at == min({*range(1, N + 1)} - answered, default=1)


def test_a_short_queue_comes_whole(study: Study, answered: Callable[..., None]) -> None:
    answered("anna", 3)
    queue = read_queue(study.memberships.get(user__username="anna"), 20)
    assert [item["position"] for item in queue.items] == list(range(1, 27))
    assert queue.until is None


def test_own_answers_come_in_pages(scattered: Callable[[set[int]], Membership]) -> None:
    answered = {*range(3, 500, 2)}
    member = scattered(answered)
    start, found = 1, []
    while True:
        page = answers_page(member, start)
        assert len(page.answers) <= PAGE
        found += [answer.assignment.position for answer in page.answers]
        if page.later is None:
            break
        start = page.later
    assert found == sorted(answered)
    assert [a.assignment.position for a in current_answers(member.study, member.user_id)] == found
    assert page.earlier is not None
    before = answers_page(member, page.earlier)
    assert before.later == page.answers[0].assignment.position


def test_pages_of_own_answers_are_linked(
    scattered: Callable[[set[int]], Membership], client: Client
) -> None:
    member = scattered({*range(1, 251)})
    client.force_login(member.user)
    address = f"/studies/{member.study_id}/answers/"
    first = client.get(address).content.decode()
    assert 'href="?from=101"' in first
    assert "Earlier answers" not in first
    last = client.get(f"{address}?from=201").content.decode()
    assert 'href="?from=101"' in last
    assert "Later answers" not in last
    assert "No answer from here on" in client.get(f"{address}?from=251").content.decode()
    for bad in ("x", "0", "-1", "1.5", "", "9" * 30):
        assert client.get(f"{address}?from={bad}").status_code == 404, bad


@pytest.mark.parametrize("at", ["0", "-1", "x", "", "2147483648"])
def test_a_place_that_is_none_is_refused(
    study: Study, client_of: Callable[[str], Client], at: str
) -> None:
    response = client_of("anna").get(f"/api/v1/studies/{study.pk}/queue/?at={at}")
    assert response.status_code == 400
    assert "at" in response.json()["errors"]


def test_neighbours_of_an_roi_are_named(study: Study, client_of: Callable[[str], Client]) -> None:
    own = Assignment.objects.filter(membership__study=study, membership__user__username="anna")
    ids = [str(pk) for pk in own.order_by("position").values_list("pk", flat=True)]
    told: list[Any] = [
        client_of("anna").get(f"/api/v1/assignments/{ids[i]}/").json() for i in (0, 5, 25)
    ]
    assert [(one["previous"], one["next"]) for one in told] == [
        (None, ids[1]), (ids[4], ids[6]), (ids[24], None)
    ]  # fmt: skip
    assert {one["n"] for one in told} == {26}


def test_a_rater_of_another_study_gets_no_place(
    study: Study, people: dict[str, User], client_of: Callable[[str], Client]
) -> None:
    for name in ("stranger", "researcher"):
        response = client_of(name).get(f"/api/v1/studies/{study.pk}/queue/?at=1")
        assert response.status_code == 404
