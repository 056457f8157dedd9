"""What a rater's pages show of the rater's own is under /api/v1/own/ too, and equal to it."""

import hashlib
import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviewapp.models import AccessLog, Assignment, Study
from reviewapp.progress import rater_progress
from reviewapp.raters import People
from reviewapp.studies import close, create_study
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.practice_block import FEEDBACK, take_block

pytestmark = pytest.mark.django_db
OWN = "/api/v1/own/studies/"


@pytest.fixture
def anna(study: Study, answered: Callable[..., None], client_of: Callable[[str], Client]) -> Client:
    answered("anna", 5)
    return client_of("anna")


def test_own_studies_come_with_how_far_they_are(
    anna: Client, study: Study, people: dict[str, User]
) -> None:
    (found,) = anna.get(OWN).json()["items"]
    assert (found["id"], found["name"], found["is_open"]) == (str(study.pk), "cortex", True)
    assert (found["n"], found["n_answered"], found["practice"]) == (26, 5, None)
    (far,) = rater_progress(study.memberships.filter(user=people["anna"]))
    assert found["total_s"] == pytest.approx(far.total_s)
    close(study, people["researcher"], "all is answered")
    assert anna.get(OWN).json()["items"][0]["is_open"] is False


def test_a_researcher_has_no_own_studies(study: Study, client_of: Callable[[str], Client]) -> None:
    assert client_of("researcher").get(OWN).json() == {"items": []}


def test_own_answers_are_those_of_the_page(anna: Client, study: Study) -> None:
    page = anna.get(f"{OWN}{study.pk}/answers/").json()
    own = Assignment.objects.filter(membership__user__username="anna").order_by("position")
    assert [row["id"] for row in page["items"]] == [str(one.pk) for one in own[:5]]
    assert [row["position"] for row in page["items"]] == [1, 2, 3, 4, 5]
    assert (page["earlier"], page["later"]) == (None, None)
    later = anna.get(f"{OWN}{study.pk}/answers/?from=4").json()
    assert ([row["position"] for row in later["items"]], later["earlier"]) == ([4, 5], 1)
    assert anna.get(f"{OWN}{study.pk}/answers/?from=0").status_code == 400


def test_the_receipt_has_the_checksum_of_the_file(anna: Client, study: Study) -> None:
    told = anna.get(f"{OWN}{study.pk}/receipt/").json()
    file = anna.get(f"{OWN}{study.pk}/own-answers.tsv")
    assert told["sha256"] == hashlib.sha256(file.content).hexdigest()
    assert file.content == anna.get(reverse("own_answers_file", args=[study.pk])).content
    assert (told["n"], told["n_answered"], told["n_redrawn"]) == (26, 5, 0)
    noted = AccessLog.objects.filter(what="own-answers.tsv").values_list("who", flat=True)
    assert list(noted) == ["anna", "anna"]


def test_the_guidelines_are_those_of_the_page(anna: Client, study: Study) -> None:
    told = anna.get(f"{OWN}{study.pk}/guidelines/").json()
    assert told["html"] in anna.get(reverse("guidelines", args=[study.pk])).content.decode()
    assert told["panel"] == anna.get(reverse("guidelines_panel", args=[study.pk])).json()


def test_what_did_not_change_is_not_sent_again(anna: Client, study: Study) -> None:
    for rest in ("", f"{study.pk}/answers/", f"{study.pk}/receipt/", f"{study.pk}/guidelines/"):
        etag = anna.get(OWN + rest)["ETag"]
        assert anna.get(OWN + rest, headers={"If-None-Match": etag}).status_code == 304


def test_the_key_of_a_practice_roi_comes_after_its_answer(
    sample: Sample, people: dict[str, User], client_of: Callable[[str], Client]
) -> None:
    block = take_block(sample)
    crew = People((people["anna"], people["ben"]), people["researcher"])
    study = create_study("p", sample.rois, sample.scans, crew, practice=block)
    anna = client_of("anna")
    roi = anna.get(OWN).json()["items"][0]["practice"]
    key = f"/api/v1/practice/{roi}/key/"
    assert anna.get(key).status_code == 404
    given = anna.post(
        f"/api/v1/practice/{roi}/answers/",
        {**ANSWER, "classes": ["Vessel"]},
        "application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert given.status_code == 201
    told = anna.get(key).json()
    assert (told["classes"], told["feedback"], told["agrees"]) == (["Vessel"], FEEDBACK, True)
    assert told["next"] == anna.get(OWN).json()["items"][0]["practice"] != roi
    assert client_of("ben").get(key).status_code == 404
    assert study.practice_rois.count() == 3
