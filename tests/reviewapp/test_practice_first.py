"""Before the practice is done nothing of the study is seen, and its answers keep their rules."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lesions.questionnaire import paper_questionnaire, parse_questionnaire
from reviewapp import studies
from reviewapp.addresses import crop_url, mask_url, practice_key, scan_url
from reviewapp.models import AccessLog, Assignment, Draft, PracticeAnswer, Study
from reviewapp.raters import People
from reviewapp.studies import create_study
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.practice_block import take_block

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
DRAFT = {"draft": {}, "revises": 0, "client": str(uuid.UUID(int=7)), "based_on": 0}


@pytest.fixture
def practised(sample: Sample, people: dict[str, User]) -> Study:
    """Give a study with three practice ROIs, which asks who drew the delineation."""
    block = take_block(sample)
    data = {**paper_questionnaire().as_dict(), "guessed_source": {"text": "Who drew it?"}}
    crew = People((people["anna"], people["ben"]), people["researcher"])
    questions = parse_questionnaire(data)
    return create_study(
        "p", sample.rois, sample.scans, crew, practice=block, questionnaire=questions
    )


def shown_to(study: Study, name: str) -> Assignment:
    own = Assignment.objects.filter(membership__study=study, membership__user__username=name)
    return own.select_related("roi__scan", "membership").get(position=1)


def addresses_of(shown: Assignment) -> dict[str, tuple[str, Any, int]]:
    """Give each address that shows or takes something of an ROI: method, body, status if taken."""
    own = f"/api/v1/assignments/{shown.pk}/"
    return {
        f"/api/v1/studies/{shown.membership.study_id}/queue/": ("get", None, 200),
        own: ("get", None, 200),
        f"{own}opened/": ("post", {}, 204),
        f"{own}draft/": ("put", DRAFT, 200),
        crop_url(shown): ("get", None, 200),
        mask_url(shown): ("head", None, 200),
        scan_url(shown): ("get", None, 200),
    }


def give(client: Client, roi: object, key: object, **changes: Any) -> Any:
    body = {**ANSWER, "guessed_source": "hand", **changes}
    address = f"/api/v1/practice/{roi}/answers/"
    return client.post(address, body, "application/json", headers={"Idempotency-Key": str(key)})


@pytest.mark.parametrize("is_open", [True, False])
def test_nothing_of_the_study_is_sent_before_the_practice(
    practised: Study, client_of: SignIn, people: dict[str, User], is_open: bool
) -> None:
    anna, shown = client_of("anna"), shown_to(practised, "anna")
    if not is_open:
        studies.close(practised, people["researcher"], "there is no time left")
    for address, (method, body, _) in addresses_of(shown).items():
        refused = getattr(anna, method)(address, body, content_type="application/json")
        assert refused.status_code == 403, address
        if method != "head":
            assert refused.json()["type"] == "/api/v1/problems/practice-first/"
    shown.refresh_from_db()
    assert (shown.opened_at, shown.shown_at) == (None, None)
    assert not AccessLog.objects.exists()
    assert not Draft.objects.exists()
    page = anna.get(reverse("review", args=[practised.pk]), follow=True)
    last, _ = page.redirect_chain[-1]
    assert last == reverse("practice" if is_open else "done", args=[practised.pk])


def test_the_last_practice_answer_opens_all_addresses_for_its_rater_alone(
    practised: Study, client_of: SignIn
) -> None:
    anna, ben = client_of("anna"), client_of("ben")
    for roi in practised.practice_rois.all():
        assert give(anna, roi.pk, uuid.uuid4()).status_code == 201
    for name, client, refused in (("anna", anna, False), ("ben", ben, True)):
        for address, (method, body, taken) in addresses_of(shown_to(practised, name)).items():
            response = getattr(client, method)(address, body, content_type="application/json")
            assert response.status_code == (403 if refused else taken), address


def test_the_guess_is_kept_with_the_practice_answer(practised: Study, client_of: SignIn) -> None:
    roi = practised.practice_rois.get(position=1)
    assert give(client_of("anna"), roi.pk, uuid.uuid4()).status_code == 201
    kept = PracticeAnswer.objects.get().answer
    assert kept["guessed_source"] == "hand"
    asked = {"classes", "confidence", "reasons", "needs_correction", "comment"}
    assert set(kept) == {*asked, "guessed_source"}


def test_a_key_that_came_with_another_practice_answer_is_refused(
    practised: Study, client_of: SignIn
) -> None:
    anna, key = client_of("anna"), uuid.uuid4()
    roi = practised.practice_rois.get(position=1).pk
    assert give(anna, roi, key).status_code == 201
    refused = give(anna, roi, key, guessed_source="model")
    assert (refused.status_code, refused.json()["type"]) == (422, "/api/v1/problems/reused-key/")
    # Times are of the sending, not of the answer.
    assert give(anna, roi, key, active_s=9.5).status_code == 200
    assert give(anna, roi, uuid.uuid4()).status_code == 409
    assert PracticeAnswer.objects.get().answer["guessed_source"] == "hand"


def test_a_rater_who_is_withdrawn_meanwhile_stores_no_practice_answer(
    practised: Study, client_of: SignIn, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the withdrawal come between the view's check and the lock."""
    roi = practised.practice_rois.get(position=1)
    lock = QuerySet.select_for_update

    def late(rows: Any, **options: Any) -> Any:
        practised.memberships.filter(user=people["anna"]).update(withdrawn_at=timezone.now())
        return lock(rows, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", late)
    assert give(client_of("anna"), roi.pk, uuid.uuid4()).status_code == 404
    assert not PracticeAnswer.objects.exists()


def test_no_address_of_a_practice_or_preview_volume_holds_the_hash_of_a_content(
    practised: Study, client_of: SignIn
) -> None:
    roi = practised.practice_rois.get(position=1)
    own = practised.rois.select_related("scan").order_by("pk")[0]
    cases = (
        ("anna", f"/api/v1/practice/{roi.pk}/", roi, roi.scan_id),
        ("researcher", f"/api/v1/previews/{own.pk}/", own, own.scan.volume_id),
    )
    for name, address, shown, scan in cases:
        client = client_of(name)
        told = client.get(address)
        sent = [told.content.decode()]
        for kind in ("crop", "mask", "scan"):
            volume = client.get(told.json()[kind]["url"], headers={"Accept-Encoding": "gzip"})
            assert volume.status_code == 200
            sent.append(str(volume.headers))
        for sha256 in (shown.crop_id, shown.mask_id, scan):
            assert not any(sha256[:8] in text for text in sent)


def test_the_address_of_a_practice_volume_is_one_raters(
    practised: Study, client_of: SignIn
) -> None:
    roi = practised.practice_rois.get(position=1)
    keys = [practice_key(roi, member, "mask") for member in practised.memberships.all()]
    assert len(set(keys)) == len(keys)
    url = client_of("ben").get(f"/api/v1/practice/{roi.pk}/").json()["mask"]["url"]
    assert client_of("ben").get(url).status_code == 200
    assert client_of("anna").get(url).status_code == 404
    assert client_of("ben").get(url.replace("/mask/", "/crop/")).status_code == 404
