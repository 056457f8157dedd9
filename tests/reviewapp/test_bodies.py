"""What a request may bring: its length, its packing, and what a browser can upload."""

import gzip
import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviewapp.api.requests import MAX_ANSWER_BODY
from reviewapp.bodies import MAX_REQUEST_BODY
from reviewapp.models import Assignment
from tests.reviewapp.cohort import ANSWER

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client_of: Callable[[str], Client], first: Assignment, new_key: Callable[[], str]) -> Any:
    """Give a function that sends bytes as anna's first answer."""

    def send(body: bytes, **headers: str) -> Any:
        return client_of("anna").post(
            reverse("api:answers", args=[first.pk]),
            body,
            content_type="application/json",
            headers={"Idempotency-Key": new_key(), **headers},
        )

    return send


def correction(roi: Any, runs: list[Any], shape: Any = None) -> bytes:
    drawn = {
        "shape": shape or roi.crop_shape, "offset_ijk": roi.crop_offset_ijk,
        "mask_sha256": roi.mask_id, "runs": runs, "tools": ["brush"], "confirmed": [],
    }  # fmt: skip
    return json.dumps({**ANSWER, "needs_correction": True, "correction": drawn}).encode()


def test_a_packed_body_is_refused_whatever_it_holds(post: Any) -> None:
    bomb = gzip.compress(bytes(1_000_000))
    response = post(bomb, **{"Content-Encoding": "gzip"})
    assert (response.status_code, response["Content-Type"]) == (415, "application/problem+json")
    assert "without Content-Encoding" in response.json()["detail"]
    assert post(json.dumps(ANSWER).encode(), **{"Content-Encoding": "identity"}).status_code == 201


def test_a_body_that_is_too_long_is_refused_before_anything_reads_it(
    client: Client, tmp_path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    for address in (reverse("login"), "/api/v1/nowhere", "/nothing"):
        big = SimpleUploadedFile("scan.nii.gz", bytes(MAX_REQUEST_BODY))
        response = client.post(address, {"username": "anna", "file": big})
        assert response.status_code == 413
        assert str(MAX_REQUEST_BODY) in response.json()["detail"]
    assert not list(tmp_path.glob("*.upload*"))


def test_an_answer_of_more_than_its_limit_is_refused(post: Any, first: Assignment) -> None:
    response = post(json.dumps({**ANSWER, "comment": "x" * MAX_ANSWER_BODY}).encode())
    assert response.status_code == 400
    assert f"at most {MAX_ANSWER_BODY} bytes" in response.json()["detail"]
    assert not first.revisions.exists()


HOSTILE: dict[str, Callable[[Any], bytes]] = {
    "nested lists": lambda roi: b"[" * 500_000,
    "nested runs": lambda roi: correction(roi, [[[]]] * 1000),
    "a number of a million digits": lambda roi: b'{"confidence": 1' + b"0" * 900_000 + b"}",
    "too many runs": lambda roi: correction(roi, [1, 1] * 65_537),
    "runs that overlap": lambda roi: correction(roi, [0, 9000] * 60_000),
    "a run beyond the grid": lambda roi: correction(roi, [0, 10**12]),
    "a negative run": lambda roi: correction(roi, [-1, 2]),
    "runs of floats": lambda roi: correction(roi, [0.0, 2.0]),
    "runs of bools": lambda roi: correction(roi, [True, True]),
    "a huge grid": lambda roi: correction(roi, [0, 10**9], [10**4, 10**4, 10**4]),
    "an empty grid": lambda roi: correction(roi, [], [0, 0, 0]),
    "a grid of text": lambda roi: correction(roi, [], "x" * 100_000),
    "no UTF-8": lambda roi: b"\xff" * 900_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_answers_are_refused_quickly_and_in_little_memory(
    post: Any, first: Assignment, case: str
) -> None:
    body = HOSTILE[case](first.roi)
    assert len(body) < MAX_ANSWER_BODY
    tracemalloc.start()
    start = time.process_time()
    response = post(body)
    took_s = time.process_time() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response.status_code == 400
    assert len(response.content) < 1000
    assert not first.revisions.exists()
    assert took_s < 5
    assert peak < 50 * 2**20
