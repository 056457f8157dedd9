"""Researchers see every ROI as raters do: without its group, and without a way to save."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviewapp import preview_pages
from reviewapp.addresses import preview_key
from reviewapp.api import previews
from reviewapp.models import AnswerRevision, Assignment, PracticeAnswer, Study
from reviewapp.raters import People
from reviewapp.studies import create_study
from reviewapp.study_drafts import create_draft
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.practice_block import take_block

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


def test_a_preview_begins_at_the_place_that_is_asked_for(
    study: Study, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    researcher, page = client_of("researcher"), reverse("preview", args=[study.pk])
    ids = [str(pk) for pk in study.rois.order_by("pk").values_list("pk", flat=True)]
    monkeypatch.setattr(previews, "WINDOW", 5)
    for at, first, until in ((1, 1, 5), (12, 10, 14), (24, 20, 24)):
        start = researcher.get(page, {"at": at}).context["start"]
        assert (start["queue"]["at"], start["queue"]["until"]) == (at, until)
        places = [(item["position"], item["id"]) for item in start["queue"]["items"]]
        assert places == [(n, ids[n - 1]) for n in range(first, until + 1)]
        assert (start["assignment"]["id"], start["assignment"]["position"]) == (ids[at - 1], at)
    for wrong in ("0", "25", "x", "-1", "9" * 30):
        assert researcher.get(page, {"at": wrong}).status_code == 404


def test_the_list_leads_to_the_preview_of_each_roi_and_tells_no_group(
    study: Study, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview_pages, "PAGE", 10)
    researcher, page = client_of("researcher"), reverse("rois", args=[study.pk])
    seen: dict[int, str] = {}
    for at, earlier, later in ((1, None, 11), (11, 1, 21), (21, 11, None), (99, 89, None)):
        response = researcher.get(page, {"at": at})
        assert (response.context["earlier"], response.context["later"]) == (earlier, later)
        seen |= {place: roi.scan.participant_id for place, roi in response.context["rois"]}
        text = response.content.decode()
        assert not re.search("FPL|FNL|TPL|mimic|reference|prediction", text)
        assert (f"preview/?at={at}" in text) == (at < 25)
    assert sorted(seen) == list(range(1, 25))
    for place in (1, 24):
        shown = researcher.get(reverse("preview", args=[study.pk]), {"at": place})
        roi = study.rois.get(pk=shown.context["start"]["assignment"]["id"])
        assert roi.scan.participant_id == seen[place]


def test_practice_rois_are_previewed_as_raters_see_them_without_an_answer(
    sample: Sample, people: dict[str, User], client_of: Callable[[str], Client]
) -> None:
    block = take_block(sample)
    crew = People((people["anna"],), people["researcher"])
    study = create_study("p", sample.rois, sample.scans, crew, practice=block)
    researcher, anna = client_of("researcher"), client_of("anna")
    page = reverse("preview_practice", args=[study.pk])
    listed = researcher.get(reverse("rois", args=[study.pk])).content.decode()
    for roi in study.practice_rois.all():
        assert f"{page}?at={roi.position}" in listed
        shown = researcher.get(page, {"at": roi.position}).context["start"]["assignment"]
        assert (shown["id"], shown["position"], shown["n"]) == (str(roi.pk), roi.position, 3)
        assert researcher.get(reverse("api:preview", args=[roi.pk])).json() == shown
        to_rater = anna.get(reverse("api:practice", args=[roi.pk])).json()
        for kind in ("crop", "mask", "scan"):
            sent = [
                client.get(told[kind]["url"])
                for client, told in ((researcher, shown), (anna, to_rater))
            ]
            assert sent[0].content == sent[1].content
            assert anna.get(shown[kind]["url"]).status_code == 404
    assert [researcher.get(page, {"at": 4}).status_code, anna.get(page).status_code] == [404, 404]
    assert not PracticeAnswer.objects.exists()


def test_a_study_without_practice_has_no_preview_of_it(
    study: Study, client_of: Callable[[str], Client]
) -> None:
    page = reverse("preview_practice", args=[study.pk])
    assert client_of("researcher").get(page).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("", 401), ("anna", 404), ("stranger", 404)])
def test_a_preview_is_the_researchers_alone(
    study: Study, client_of: Callable[[str], Client], name: str, status: int
) -> None:
    roi = study.rois.order_by("row")[0]
    client = client_of(name)
    assert client.get(reverse("api:preview", args=[roi.pk])).status_code == status
    address = reverse("api:preview_volume", args=[roi.pk, "mask", preview_key(roi, "mask")])
    assert client.get(address).status_code == status
