"""Researchers see every ROI as raters do: without its group, and without a way to save."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviewapp.addresses import preview_key
from reviewapp.models import AnswerRevision, Assignment, Study
from reviewapp.raters import People
from reviewapp.study_drafts import create_draft
from tests.reviewapp.cohort import ANSWER, Sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(sample: Sample, people: dict[str, User]) -> Study:
    crew = People((people["anna"],), people["researcher"])
    return create_draft("cortex", sample.rois, sample.scans, crew)


def test_every_roi_of_a_draft_can_be_seen(draft: Study, client_of: Callable[[str], Client]) -> None:
    researcher = client_of("researcher")
    start = researcher.get(reverse("preview", args=[draft.pk])).context["start"]
    ids = [item["id"] for item in start["queue"]["items"]]
    assert sorted(ids) == sorted(str(pk) for pk in draft.rois.values_list("pk", flat=True))
    assert start["assignment"]["id"] == ids[0]
    for position, pk in enumerate(ids, start=1):
        shown = researcher.get(reverse("api:preview", args=[pk])).json()
        assert (shown["id"], shown["position"], shown["answer"]) == (pk, position, None)
        beside = [ids[position - 2] if position > 1 else None, (ids[position:] or [None])[0]]
        assert [shown["previous"], shown["next"]] == beside
        for kind in ("crop", "mask", "scan"):
            assert researcher.get(shown[kind]["url"]).status_code == 200
        # The mask's content under the crop's address, and the other way round.
        assert researcher.get(shown["crop"]["url"].replace("/crop/", "/mask/")).status_code == 404


def test_a_preview_has_the_form_of_an_assignment_and_no_more(
    study: Study, first: Assignment, client_of: Callable[[str], Client]
) -> None:
    preview = client_of("researcher").get(reverse("api:preview", args=[first.roi_id])).json()
    shown = client_of("anna").get(reverse("api:assignment", args=[first.pk])).json()
    assert list(preview) == list(shown)
    for name in ("crop", "mask", "scan"):
        own = {"url": "", "key": ""}
        assert {**preview[name], **own} == {**shown[name], **own}
        assert set(preview[name]) == set(shown[name])
    assert preview["focus_mm"] == shown["focus_mm"]


def test_nothing_can_be_saved_by_a_preview(
    study: Study, first: Assignment, client_of: Callable[[str], Client]
) -> None:
    researcher = client_of("researcher")
    address = reverse("api:preview", args=[first.roi_id])
    for method in ("post", "put", "patch", "delete"):
        assert getattr(researcher, method)(address).status_code == 405
    for pk in (first.pk, first.roi_id):
        sent = researcher.post(f"/api/v1/assignments/{pk}/answers/", ANSWER, "application/json")
        assert sent.status_code == 404
    assert not AnswerRevision.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("", 401), ("anna", 404), ("stranger", 404)])
def test_a_preview_is_the_researchers_alone(
    study: Study, client_of: Callable[[str], Client], name: str, status: int
) -> None:
    roi = study.rois.order_by("row")[0]
    client = client_of(name)
    assert client.get(reverse("api:preview", args=[roi.pk])).status_code == status
    address = reverse("api:preview_volume", args=[roi.pk, "mask", preview_key(roi, "mask")])
    assert client.get(address).status_code == status
