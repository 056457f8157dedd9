"""Serving volumes: bytes, headers, and one form for all masks."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from django.test import Client

from lesions.nifti import read_image
from reviewapp.models import Assignment, Study
from reviewapp.stores.folder import path_of
from tests.reviewapp.cohort import Sample, mask_array

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def fetch(client: Client, assignment: Assignment, name: str, **headers: str) -> Any:
    data = client.get(f"/api/v1/assignments/{assignment.pk}/").json()
    return client.get(data[name]["url"], headers=headers)


def as_image(content: bytes, folder: Path) -> Any:
    path = folder / "served.nii"
    path.write_bytes(content)
    return nib.load(path)


@pytest.mark.parametrize("name", ["crop", "mask", "scan"])
def test_a_volume_is_sent_packed_and_may_be_kept_for_good(
    client_of: SignIn, first: Assignment, name: str
) -> None:
    response = fetch(client_of("anna"), first, name, **{"Accept-Encoding": "gzip, br"})
    assert response.status_code == 200
    assert response["Content-Encoding"] == "gzip"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Accept-Encoding" in response["Vary"]
    assert response["Content-Length"] == str(len(response.content))
    roi = first.roi
    sha256 = {"crop": roi.crop_id, "mask": roi.mask_id, "scan": roi.scan.volume_id}[name]
    assert hashlib.sha256(gzip.decompress(response.content)).hexdigest() == sha256
    assert response.content[4:8] == b"\0\0\0\0"  # no time in the gzip header


def test_a_client_without_gzip_gets_the_plain_file(client_of: SignIn, first: Assignment) -> None:
    anna = client_of("anna")
    packed = fetch(anna, first, "mask", **{"Accept-Encoding": "gzip"})
    plain = fetch(anna, first, "mask", **{"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]


def test_what_the_browser_has_is_not_sent_again(client_of: SignIn, first: Assignment) -> None:
    anna = client_of("anna")
    etag = fetch(anna, first, "crop", **{"Accept-Encoding": "gzip"})["ETag"]
    again = fetch(anna, first, "crop", **{"Accept-Encoding": "gzip", "If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_head_tells_the_size_that_get_sends(
    client_of: SignIn, first: Assignment, encoding: str
) -> None:
    anna = client_of("anna")
    whole = fetch(anna, first, "scan", **{"Accept-Encoding": encoding})
    url = whole.request["PATH_INFO"]
    head = anna.head(url, headers={"Accept-Encoding": encoding})
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == whole["Content-Length"]
    assert head["ETag"] == whole["ETag"]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_lost_volume_is_a_problem_that_is_logged_and_not_cached(
    client_of: SignIn, first: Assignment, encoding: str, caplog: pytest.LogCaptureFixture
) -> None:
    path_of(first.roi.crop_id).unlink()
    response = fetch(client_of("anna"), first, "crop", **{"Accept-Encoding": encoding})
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "The server has lost this image. Tell the researcher."
    assert "no-store" in response["Cache-Control"]
    assert first.roi.crop_id in caplog.text


def test_the_crop_and_the_mask_show_the_scan_and_the_roi(
    client_of: SignIn, study: Study, tmp_path: Path, sample: Sample
) -> None:
    anna = client_of("anna")
    for assignment in Assignment.objects.filter(membership__user__username="anna"):
        roi = assignment.roi
        subject = roi.scan.participant_id
        source = read_image(sample.folder / subject / f"{subject}_T1w.nii.gz")
        crop = as_image(fetch(anna, assignment, "crop").content, tmp_path)
        at = tuple(
            slice(o, o + n) for o, n in zip(roi.crop_offset_ijk, roi.crop_shape, strict=True)
        )
        np.testing.assert_array_equal(crop.get_fdata(), source.array[at])
        start = source.affine @ [*roi.crop_offset_ijk, 1]
        np.testing.assert_allclose(crop.affine[:, 3], start, atol=1e-5)
        mask = as_image(fetch(anna, assignment, "mask").content, tmp_path)
        np.testing.assert_allclose(mask.affine, crop.affine, atol=1e-6)
        assert mask.get_data_dtype() == np.uint8
        assert int(mask.get_fdata().sum()) == roi.n_voxels
        assert not (mask.get_fdata() > 0)[~mask_array(roi.drawn_in)[at]].any()
