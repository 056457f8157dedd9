"""The model's predictions in the demo's cohort: of every patient, once, on their own grid."""

import json
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from lesions.geometry import GridError
from lesions.nifti import read_mask, write_nifti
from lesions.scans import read_scans
from phantom.demo import DERIVATIVE, DemoPredictionError, Predicted, take_predictions


@pytest.fixture
def table(cohort: Path, tmp_path: Path) -> Path:
    """Copy the tests' cohort."""
    shutil.copytree(cohort.parent, tmp_path / "cohort")
    return tmp_path / "cohort" / "scans.tsv"


@pytest.fixture
def predictions(table: Path, tmp_path: Path) -> Path:
    """Give predictions as the command writes them: here one voxel a scan."""
    folder = tmp_path / "predictions"
    for scan in read_scans(table).scans:
        found = Predicted.of(scan, folder)
        image = nib.load(scan.image)
        mask = np.zeros(image.shape, np.uint8)
        mask[3, 4, 5] = 1
        for path in (found.mask, found.probability):
            write_nifti(path, mask, image.affine)
        about = {"Model": {"Name": "tiny"}, "ImageSHA256": "another"}
        sidecar = found.mask.with_name(found.mask.name.replace(".nii.gz", ".json"))
        sidecar.write_text(json.dumps(about), "utf-8")
    return folder


def test_each_scan_gets_the_models_mask_and_keeps_its_other_files(
    table: Path, predictions: Path
) -> None:
    before = read_scans(table).scans
    assert take_predictions(table, predictions) == tuple(scan.name for scan in before)
    cohort = read_scans(table)
    assert cohort.synthetic
    for old, new in zip(before, cohort.scans, strict=True):
        assert new.prediction_mask is not None
        assert new.prediction_mask.is_relative_to(table.parent / DERIVATIVE)
        assert np.argwhere(read_mask(new.prediction_mask).array).tolist() == [[3, 4, 5]]
        assert (new.image, new.reference_mask) == (old.image, old.reference_mask)
    assert take_predictions(table, predictions)
    assert read_scans(table) == cohort


def test_a_scan_without_a_prediction_is_refused_and_nothing_is_left(
    table: Path, predictions: Path
) -> None:
    before = read_scans(table)
    Predicted.of(before.scans[1], predictions).mask.unlink()
    with pytest.raises(DemoPredictionError, match=before.scans[1].name):
        take_predictions(table, predictions)
    assert not (table.parent / DERIVATIVE).exists()
    assert read_scans(table) == before


def test_a_mask_on_another_grid_is_refused(table: Path, predictions: Path) -> None:
    found = Predicted.of(read_scans(table).scans[0], predictions)
    mask = read_mask(found.mask)
    write_nifti(found.mask, mask.array[1:], mask.affine)
    with pytest.raises(GridError):
        take_predictions(table, predictions)
    assert not (table.parent / DERIVATIVE).exists()
