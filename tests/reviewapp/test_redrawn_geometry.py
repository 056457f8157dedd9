"""A redrawn mask lies where it was drawn, to the voxel, on every kind of grid.

The page draws on the crop; the expected mask is found from the crop's own file, through world
millimetres and nibabel alone.
"""

import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from django.contrib.auth.models import User
from django.test import Client

from lesions.formats import CORRECTIONS, ROIS
from lesions.lesion_table import build_lesion_table
from lesions.scans import Scan, read_scans, write_scans
from lesions.tsv import read_table, write_table
from reviewapp import answers, studies
from reviewapp.corrections import export_corrections
from reviewapp.mask_runs import runs_of
from reviewapp.models import Assignment, Study
from reviewapp.studies import People, create_study
from tests.reviewapp.cohort import ANSWER

pytestmark = pytest.mark.django_db
_T = np.deg2rad(17)
TURN = np.array([[np.cos(_T), -np.sin(_T), 0], [np.sin(_T), np.cos(_T), 0], [0, 0, 1]]) @ np.array(
    [[1, 0, 0], [0, np.cos(_T), -np.sin(_T)], [0, np.sin(_T), np.cos(_T)]]
)
SWAP = np.array([[0, 0, -1.0], [1, 0, 0], [0, 1, 0]])
GRIDS = {
    "RAS 1 mm": np.eye(3),
    "LAS 1 mm": np.diag([-1.0, 1, 1]),
    "LPS 1 mm": np.diag([-1.0, -1, 1]),
    "oblique 1 mm": TURN,
    "anisotropic": np.diag([0.8, 1.0, 1.6]),
    "axes swapped": SWAP,
    "oblique, swapped, anisotropic": TURN @ SWAP @ np.diag([0.9, 1.1, 1.3]),
    "LPS 0.5 mm": np.diag([-0.5, -0.5, 0.5]),
    "oblique and swapped 0.5 mm": TURN @ SWAP * 0.5,
}
LESION = (slice(40, 44), slice(9, 12), slice(50, 55))


@pytest.fixture(params=GRIDS, name="one_roi")
def _one_roi(request: Any, tmp_path: Path, people: dict[str, User]) -> tuple[Study, Path]:
    """Give a study of one ROI near the border of a scan larger than the crop, and the scan."""
    matrix = GRIDS[request.param]
    fine = np.linalg.norm(matrix[:, 0]) < 0.6
    shape = (140, 134, 137) if fine else (81, 70, 77)
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = matrix, [-31.25, 17.5, 40]
    folder = tmp_path / "grid"
    folder.mkdir()
    rng = np.random.default_rng(3)
    mask = np.zeros(shape, np.uint8)
    mask[LESION] = 1
    for name, array in (("T1w", rng.integers(0, 900, shape).astype(np.int16)), ("mask", mask)):
        nib.save(nib.Nifti1Image(array, affine), folder / f"{name}.nii.gz")
    image, drawn = folder / "T1w.nii.gz", folder / "mask.nii.gz"
    empty = folder / "empty.nii.gz"
    nib.save(nib.Nifti1Image(np.zeros_like(mask), affine), empty)
    scan = Scan("sub-1", "ses-a", "MP2RAGE", "MS", None, 3.0, None, image, drawn, empty)
    write_scans([scan], folder / "scans.tsv")
    table = build_lesion_table(read_scans(folder / "scans.tsv"), 1)
    rois = pd.DataFrame(table).assign(group="FNL", stratum="FNL", sampling_weight=1.0)
    rois = rois[[column.name for column in ROIS.columns]]
    write_table(rois, folder / "rois.tsv", ROIS)
    crew = People((people["anna"],), people["researcher"])
    return create_study("grid", folder / "rois.tsv", folder / "scans.tsv", crew), image


def draw(crop: np.ndarray[Any, Any], shown: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give a ragged mask on the crop's grid that keeps a voxel of what was shown."""
    rng = np.random.default_rng(11)
    mask = rng.random(crop.shape) < 0.01
    mask[tuple(np.argwhere(shown)[0])] = True
    mask[0, 0, 0] = mask[-1, -1, -1] = True
    return mask


def test_what_was_drawn_on_the_crop_is_what_nibabel_reads_on_the_scan(
    one_roi: tuple[Study, Path], client_of: Callable[[str], Client], tmp_path: Path
) -> None:
    study, image = one_roi
    assignment = Assignment.objects.get(membership__study=study, repeat=0)
    anna = client_of("anna")
    told = anna.get(f"/api/v1/assignments/{assignment.pk}/").json()
    crop, shown = (
        nib.Nifti1Image.from_stream(io.BytesIO(anna.get(told[name]["url"]).content))
        for name in ("crop", "mask")
    )
    mask = draw(np.asarray(crop.dataobj), np.asarray(shown.dataobj))
    correction = {
        "shape": list(crop.shape),
        "offset_ijk": told["crop"]["offset_ijk"],
        "mask_key": told["mask"]["key"],
        "runs": runs_of(np.flatnonzero(mask.ravel(order="F"))),
        "tools": ["brush"],
        "confirmed": [],
    }
    answer = {**ANSWER, "needs_correction": True, "correction": correction}
    answers.record(assignment, answer, uuid.uuid4())
    studies.close(study, study.created_by, "all is answered")
    out = tmp_path / "out"
    assert export_corrections(study, out, interim=True) == 2
    table = read_table(out / "corrections.tsv", CORRECTIONS)
    row = table[table.drawn_by == "anna"].iloc[0]
    exported, scan = nib.load(out / row["mask"]), nib.load(image)
    expected = np.zeros(scan.shape, bool)
    ras_mm = nib.affines.apply_affine(crop.affine, np.argwhere(mask))
    ijk = nib.affines.apply_affine(np.linalg.inv(scan.affine), ras_mm)
    assert np.abs(ijk - np.rint(ijk)).max() < 1e-3
    expected[tuple(np.rint(ijk).astype(int).T)] = True
    np.testing.assert_array_equal(np.asarray(exported.dataobj) > 0, expected)
    np.testing.assert_allclose(exported.affine, scan.affine, atol=1e-5)
    assert row["n_voxels"] == expected.sum()
    side = abs(np.linalg.det(scan.affine[:3, :3]))
    assert row["volume_mm3"] == pytest.approx(expected.sum() * side, rel=1e-5)
