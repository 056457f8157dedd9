"""The same voxels leave the server as the same bytes, whoever wrote the cohort's files and how."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import SimpleITK
from django.contrib.auth.models import User
from django.test import Client

from lesions.foreground import MaskError
from lesions.nifti import read_image
from lesions.nifti_header import DATA_OFFSET
from reviewapp.models import Assignment, Study
from reviewapp.studies import People, create_study
from tests.reviewapp.cohort import AFFINES, SUBJECTS, Sample, build_sample, mask_array

pytestmark = pytest.mark.django_db
Array = np.ndarray[Any, Any]
Write = Callable[[Path, Array, Array], None]


def nibabel_as(dtype: str) -> Write:
    def write(path: Path, array: Array, affine: Array) -> None:
        image = nib.Nifti1Image(array.astype(dtype), affine)
        image.header["descrip"] = b"drawn by a person"
        image.header.set_xyzt_units("mm", "sec")
        nib.save(image, path)

    return write


def nibabel_scaled(path: Path, array: Array, affine: Array) -> None:
    """Store twice each value, with a scl_slope of 0.5."""
    plain = bytearray(nib.Nifti1Image(2 * array.astype(np.int16), affine).to_bytes())
    plain[112:116] = np.array(0.5, "<f4").tobytes()
    path.write_bytes(gzip.compress(bytes(plain)))
    assert nib.load(path).dataobj.slope == 0.5


def nibabel_big_endian(path: Path, array: Array, affine: Array) -> None:
    header = nib.Nifti1Header(endianness=">")
    header.set_data_dtype(">i2")
    nib.save(nib.Nifti1Image(array.astype(">i2"), affine, header), path)


def nibabel_qform_alone(path: Path, array: Array, affine: Array) -> None:
    image = nib.Nifti1Image(array.astype(np.int16), affine)
    image.set_qform(affine, code=1)
    image.set_sform(None, code=0)
    nib.save(image, path)


def nibabel_sform_alone(path: Path, array: Array, affine: Array) -> None:
    image = nib.Nifti1Image(array.astype(np.int16), affine)
    image.set_sform(affine, code=2)
    image.set_qform(None, code=0)
    nib.save(image, path)


def nibabel_nifti_2(path: Path, array: Array, affine: Array) -> None:
    nib.save(nib.Nifti2Image(array.astype(np.int16), affine), path)


def gzipped_at(level: int) -> Write:
    def write(path: Path, array: Array, affine: Array) -> None:
        plain = nib.Nifti1Image(array.astype(np.int16), affine).to_bytes()
        path.write_bytes(gzip.compress(plain, level, mtime=level))

    return write


def simpleitk_as(dtype: str) -> Write:
    def write(path: Path, array: Array, affine: Array) -> None:
        image = SimpleITK.GetImageFromArray(np.ascontiguousarray(array.T.astype(dtype)))
        spacing = np.linalg.norm(affine[:3, :3], axis=0)
        flip = np.diag([-1.0, -1, 1])
        image.SetSpacing(spacing.tolist())
        image.SetDirection((flip @ (affine[:3, :3] / spacing)).ravel().tolist())
        image.SetOrigin((flip @ affine[:3, 3]).tolist())
        SimpleITK.WriteImage(image, str(path), useCompression=True)

    return write


WRITERS: dict[str, Write] = {
    **{f"nibabel {dtype}": nibabel_as(dtype) for dtype in ("u2", "i2", "i4", "f4", "f8")},
    **{f"SimpleITK {dtype}": simpleitk_as(dtype) for dtype in ("i2", "f4", "f8")},
    **{f"gzip level {level}": gzipped_at(level) for level in (0, 1, 9)},
    "nibabel scaled": nibabel_scaled,
    "nibabel big endian": nibabel_big_endian,
    "nibabel qform alone": nibabel_qform_alone,
    "nibabel sform alone": nibabel_sform_alone,
    "NIfTI-2": nibabel_nifti_2,
}
MASK_WRITERS: dict[str, Write] = {
    **WRITERS,
    "nibabel uint8": nibabel_as("u1"),
    "SimpleITK uint8": simpleitk_as("u1"),
    "label 7": lambda path, mask, affine: nibabel_as("i2")(path, 7 * mask, affine),
    "probability 0.5": lambda path, mask, affine: nibabel_as("f4")(path, mask / 2, affine),
}
#: They round the grid of the last, oblique scan themselves, for all ROIs of the scan alike.
GRID_ROUNDED = {"SimpleITK i2", "SimpleITK f4", "SimpleITK f8", "nibabel qform alone"}
#: Two of the four components of each mask are looked at.
LAST_LABEL = 2


def rewrite(sample: Sample, names: tuple[str, ...], write: Write, suffix: str) -> None:
    """Write files of the cohort anew, with the same values."""
    table = sample.scans.read_text()
    for subject, affine in zip(SUBJECTS, AFFINES, strict=True):
        for name in names:
            path = sample.folder / subject / f"{subject}_{name}.nii.gz"
            array = read_image(path).array.astype(np.int16)
            path.unlink()
            written = path.with_name(f"{subject}_{name}{suffix}")
            write(written, array, affine)
            table = table.replace(path.name, written.name)
    sample.scans.write_text(table)


@pytest.fixture
def written_by(people: dict[str, User], tmp_path: Path) -> Callable[..., Study]:
    """Give a function that makes a study of the cohort with files that another program wrote."""

    def make(names: tuple[str, ...], write: Write, suffix: str = ".nii.gz") -> Study:
        sample = build_sample(tmp_path / "again")
        rewrite(sample, names, write, suffix)
        crew = People((people["anna"],), people["researcher"])
        return create_study("again", sample.rois, sample.scans, crew)

    return make


@pytest.fixture
def sent(client_of: Callable[[str], Client]) -> Callable[..., list[tuple[bytes, str]]]:
    """Give a function that gives what anna is sent of a study's volumes: packed bytes and size."""
    anna = client_of("anna")

    def fetch(study: Study, *names: str) -> list[tuple[bytes, str]]:
        shown = Assignment.objects.filter(membership__study=study, repeat=0)
        own = shown.filter(membership__user__username="anna", roi__label__lte=LAST_LABEL)
        ids = own.order_by("roi__row").values_list("pk", flat=True)
        told = [anna.get(f"/api/v1/assignments/{pk}/").json() for pk in ids]
        urls = [one[name]["url"] for one in told for name in names]
        responses = [anna.get(url, headers={"Accept-Encoding": "gzip"}) for url in urls]
        assert {response.status_code for response in responses} == {200}
        return [(response.content, response["Content-Length"]) for response in responses]

    return fetch


@pytest.mark.parametrize("writer", MASK_WRITERS)
def test_a_mask_leaves_alike_whoever_wrote_it(
    study: Study, written_by: Callable[..., Study], sent: Any, writer: str
) -> None:
    other = written_by(("reference", "prediction"), MASK_WRITERS[writer])
    assert sent(other, "mask", "crop") == sent(study, "mask", "crop")


@pytest.mark.parametrize("writer", WRITERS)
def test_an_image_leaves_alike_whoever_wrote_it(
    study: Study, written_by: Callable[..., Study], sent: Any, writer: str
) -> None:
    other = written_by(("T1w",), WRITERS[writer])
    for name in ("mask", "crop", "scan"):
        one, same = sent(other, name), sent(study, name)
        if writer not in GRID_ROUNDED:
            assert one == same
        n_straight = len(one) * 2 // 3
        assert one[:n_straight] == same[:n_straight]
        assert voxels_of(one) == voxels_of(same)


def voxels_of(packed: list[tuple[bytes, str]]) -> list[bytes]:
    return [gzip.decompress(content)[DATA_OFFSET:] for content, _ in packed]


def test_a_file_that_is_not_packed_leaves_alike(
    study: Study, written_by: Callable[..., Study], sent: Any
) -> None:
    other = written_by(("T1w", "reference", "prediction"), nibabel_as("i2"), ".nii")
    assert sent(other, "mask", "crop", "scan") == sent(study, "mask", "crop", "scan")


def test_a_mask_of_several_labels_is_refused_by_name(written_by: Callable[..., Study]) -> None:
    def write(path: Path, mask: Array, affine: Array) -> None:
        nibabel_as("i2")(path, mask * np.arange(1, 1 + mask.shape[1])[None, :, None], affine)

    with pytest.raises(MaskError, match=r"reference\.nii\.gz"):
        written_by(("reference",), write)


def test_masks_of_the_same_voxels_are_one_file_whichever_mask_they_came_from(
    written_by: Callable[..., Study], sent: Any
) -> None:
    def write(path: Path, _: Array, affine: Array) -> None:
        nibabel_as("u1" if "reference" in path.name else "f4")(
            path, mask_array("reference"), affine
        )

    swapped = written_by(("reference", "prediction"), write)
    rows = list(
        swapped.rois.filter(label__lte=LAST_LABEL)
        .order_by("row")
        .values_list("scan", "drawn_in", "label")
    )
    for name in ("mask", "crop"):
        volumes = dict(zip(rows, sent(swapped, name), strict=True))
        for scan, _, label in rows:
            assert volumes[scan, "reference", label] == volumes[scan, "prediction", label]
