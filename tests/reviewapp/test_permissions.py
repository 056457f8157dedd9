"""Who gets which status where: one table."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp import studies
from reviewapp.models import Assignment, Study
from reviewapp.studies import People, create_study
from tests.reviewapp.cohort import ANSWER, Sample

pytestmark = pytest.mark.django_db

#: Object and method -> status for each person. `anna` owns the assignment; `ben` rates the same
#: study; `carla` rates another study of the same scans; `closed` is anna after the closing.
PEOPLE = ("nobody", "anna", "ben", "carla", "researcher", "inactive", "superuser", "closed")
TABLE = {
    ("GET", "queue"): (401, 200, 200, 404, 404, 401, 404, 200),
    ("GET", "assignment"): (401, 200, 404, 404, 404, 401, 404, 200),
    ("POST", "answers"): (401, 201, 404, 404, 404, 401, 404, 403),
    ("GET", "answers"): (401, 405, 405, 405, 405, 401, 405, 405),
    ("PUT", "draft"): (401, 200, 404, 404, 404, 401, 404, 403),
    ("DELETE", "draft"): (401, 204, 404, 404, 404, 401, 404, 403),
    ("POST", "opened"): (401, 204, 404, 404, 404, 401, 404, 204),
    ("GET", "crop"): (401, 200, 404, 404, 404, 401, 404, 200),
    ("GET", "mask"): (401, 200, 404, 404, 404, 401, 404, 200),
    ("GET", "scan"): (401, 200, 200, 404, 404, 401, 404, 200),
    ("GET", "crop of another ROI"): (401, 404, 404, 404, 404, 401, 404, 404),
    ("GET", "scan under another hash"): (401, 404, 404, 404, 404, 401, 404, 404),
    ("GET", "preferences"): (401, 200, 200, 200, 200, 401, 200, 200),
    ("PUT", "preferences"): (401, 200, 200, 200, 200, 401, 200, 200),
    ("GET", "review"): (302, 200, 200, 404, 404, 302, 404, 200),
    ("GET", "progress"): (302, 404, 404, 404, 200, 302, 404, 404),
    ("GET", "results"): (302, 404, 404, 404, 200, 302, 404, 404),
}
#: What is sent.
BODIES: dict[str, dict[str, Any]] = {
    "answers": ANSWER,
    "draft": {"draft": {}, "revises": 0, "client": str(uuid.UUID(int=7)), "based_on": 0},
    "preferences": {"theme": "light"},
}


@pytest.fixture
def urls(study: Study, first: Assignment) -> dict[str, str]:
    other = Assignment.objects.filter(membership=first.membership).exclude(
        roi__mask=first.roi.mask
    )[0]
    api, own = "/api/v1", f"/api/v1/assignments/{first.pk}"
    return {
        "queue": f"{api}/studies/{study.pk}/queue/",
        "assignment": f"{own}/",
        "answers": f"{own}/answers/",
        "draft": f"{own}/draft/",
        "opened": f"{own}/opened/",
        "preferences": f"{api}/preferences/",
        "crop": f"{own}/crop/{first.roi.crop_id}.nii",
        "mask": f"{own}/mask/{first.roi.mask_id}.nii",
        "scan": f"{api}/scans/{first.roi.scan_id}/{first.roi.scan.volume_id}.nii",
        "crop of another ROI": f"{own}/crop/{other.roi.mask_id}.nii",
        "scan under another hash": f"{api}/scans/{first.roi.scan_id}/{first.roi.mask_id}.nii",
        "review": f"/studies/{study.pk}/review/",
        "progress": f"/studies/{study.pk}/progress/",
        "results": f"/studies/{study.pk}/results/",
    }


@pytest.fixture
def sign_in(
    study: Study, sample: Sample, people: dict[str, User], client_of: Callable[[str], Client]
) -> Callable[[str], Client]:
    carla = User.objects.create_user("carla")
    crew = People((carla,), people["stranger"])
    create_study("other", sample.rois, sample.scans, crew)
    people |= {
        "carla": carla,
        "superuser": User.objects.create_superuser("superuser"),
        "inactive": people["anna"],
        "closed": people["anna"],
    }

    def enter(who: str) -> Client:
        client = client_of("" if who == "nobody" else who)
        User.objects.filter(username="anna").update(is_active=who != "inactive")
        if who == "closed":
            studies.close(study)
        return client

    return enter


@pytest.mark.parametrize(("method", "what"), TABLE)
def test_who_gets_what(
    urls: dict[str, str],
    sign_in: Callable[[str], Client],
    new_key: Callable[[], str],
    method: str,
    what: str,
) -> None:
    found = {}
    for who in PEOPLE:
        client = sign_in(who)
        send: Any = getattr(client, method.lower())
        extra = {"data": BODIES[what], "content_type": "application/json"} if what in BODIES else {}
        extra = extra if method != "GET" else {}
        found[who] = send(urls[what], headers={"Idempotency-Key": new_key()}, **extra).status_code
    assert found == dict(zip(PEOPLE, TABLE[method, what], strict=True))
