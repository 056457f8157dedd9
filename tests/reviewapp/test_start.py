"""What the review page hands over to begin with: the same that the API would have given."""

import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviewapp.models import Assignment, Study

pytestmark = pytest.mark.django_db


def review_page(client: Client, study: Study) -> tuple[str, dict[str, Any]]:
    """Give the page and what its scripts begin with."""
    html = client.get(reverse("review", args=[study.pk])).content.decode()
    found = re.search(r'<script id="start" type="application/json">(.*?)</script>', html)
    assert found is not None
    return html, json.loads(found[1])


def test_the_page_hands_over_what_the_api_gives(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    answered("anna", 2)
    client = client_of("anna")
    _, start = review_page(client, study)
    third = Assignment.objects.get(membership__user__username="anna", position=3)
    assert start["assignment"] == client.get(f"/api/v1/assignments/{third.pk}/").json()
    assert start["queue"] == client.get(f"/api/v1/studies/{study.pk}/queue/").json()


def test_the_page_asks_for_the_first_image_before_its_scripts_run(
    study: Study, client_of: Callable[[str], Client]
) -> None:
    html, start = review_page(client_of("anna"), study)
    for name in ("crop", "mask"):
        url = start["assignment"][name]["url"]
        link = f'<link rel="preload" as="fetch" crossorigin fetchpriority="high" href="{url}">'
        assert html.index(link) < html.index("main.js")


def test_two_raters_are_handed_their_own_rois(
    study: Study, client_of: Callable[[str], Client]
) -> None:
    anna, ben = (
        {item["id"] for item in review_page(client_of(name), study)[1]["queue"]["items"]}
        for name in ("anna", "ben")
    )
    assert anna
    assert not anna & ben


def test_what_was_handed_over_counts_as_sent(
    study: Study, client_of: Callable[[str], Client], first: Assignment
) -> None:
    _, start = review_page(client_of("anna"), study)
    first.refresh_from_db()
    assert start["assignment"]["id"] == str(first.pk)
    assert first.opened_at is not None
    before = first.opened_at
    review_page(client_of("anna"), study)
    first.refresh_from_db()
    assert first.opened_at == before


def test_a_rater_who_has_answered_all_is_handed_the_first(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    answered("anna", 26)
    _, start = review_page(client_of("anna"), study)
    assert start["assignment"]["position"] == 1
    assert start["assignment"]["answer"] is not None


def test_the_page_is_packed_and_kept_out_of_caches(
    study: Study, client_of: Callable[[str], Client]
) -> None:
    address = reverse("review", args=[study.pk])
    response = client_of("anna").get(address, headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert "no-store" in response["Cache-Control"]
    assert b'id="start"' in gzip.decompress(response.content)
