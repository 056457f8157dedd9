"""Serving volumes: bytes, headers, and one form for all masks."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import SimpleITK
from django.contrib.auth.models import User
from django.test import Client

from lesions.nifti import read_image
from reviewapp.models import Assignment, Roi, Study
from reviewapp.studies import People, create_study
from reviewapp.volumes import path_of
from tests.reviewapp.cohort import AFFINES, SUBJECTS, Sample, build_sample, mask_array

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
    sha256 = response.request["PATH_INFO"].split("/")[-1].removesuffix(".nii")
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


def write_with_nibabel(dtype: Any) -> Callable[[Path, Any, Any], None]:
    def write(path: Path, mask: Any, affine: Any) -> None:
        image = nib.Nifti1Image(mask.astype(dtype), affine)
        image.header["descrip"] = b"drawn by a person"
        image.header.set_xyzt_units("mm", "sec")
        nib.save(image, path)

    return write


def write_with_simpleitk(path: Path, mask: Any, affine: Any) -> None:
    image = SimpleITK.GetImageFromArray(np.ascontiguousarray(mask.T.astype(np.uint8)))
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    flip = np.diag([-1.0, -1, 1])
    image.SetSpacing(spacing.tolist())
    image.SetDirection((flip @ (affine[:3, :3] / spacing)).ravel().tolist())
    image.SetOrigin((flip @ affine[:3, 3]).tolist())
    SimpleITK.WriteImage(image, str(path), useCompression=True)


def write_positive_value(path: Path, mask: Any, affine: Any) -> None:
    nib.save(nib.Nifti1Image(mask.astype(np.int16) * 255, affine), path)


@pytest.mark.parametrize(
    "write",
    [
        write_with_nibabel(np.uint8),
        write_with_nibabel(np.float32),
        write_with_nibabel(np.int32),
        write_with_simpleitk,
        write_positive_value,
    ],
)
def test_masks_are_served_alike_whoever_wrote_the_file(
    study: Study, people: dict[str, User], tmp_path: Path, write: Any
) -> None:
    sample = build_sample(tmp_path / "again")
    for subject, affine in zip(SUBJECTS, AFFINES, strict=True):
        for drawn_in in ("reference", "prediction"):
            path = sample.folder / subject / f"{subject}_{drawn_in}.nii.gz"
            write(path, mask_array(drawn_in), affine)
    crew = People((people["anna"],), people["researcher"])
    other = create_study("again", sample.rois, sample.scans, crew)
    fields = ("lesion_id", "mask", "crop", "scan__volume", "crop_offset_ijk", "focus_ras_mm")
    given = Roi.objects.filter(study=study).values_list(*fields)
    assert list(Roi.objects.filter(study=other).values_list(*fields)) == list(given)


def test_masks_of_the_same_voxels_are_one_file_whichever_mask_they_came_from(
    study: Study, people: dict[str, User], tmp_path: Path
) -> None:
    sample = build_sample(tmp_path / "swapped")
    for subject in SUBJECTS:
        folder = sample.folder / subject
        reference = folder / f"{subject}_reference.nii.gz"
        (folder / f"{subject}_prediction.nii.gz").write_bytes(reference.read_bytes())
    crew = People((people["anna"],), people["researcher"])
    other = create_study("swapped", sample.rois, sample.scans, crew)
    drawn = {name: other.rois.filter(drawn_in=name) for name in ("reference", "prediction")}
    masks = {name: list(rois.values_list("mask", "crop")) for name, rois in drawn.items()}
    assert masks["reference"] == masks["prediction"]
