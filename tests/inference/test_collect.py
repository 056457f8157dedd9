"""From nnU-Net's predictions to a cohort with prediction_mask filled."""

import hashlib
import json

import nibabel as nib
import numpy as np
import pytest

from inference.__main__ import main
from lesions.nifti import read_image, read_mask
from lesions.scans import read_scans
from tests.inference.conftest import SHAPE, Lab

MASK_NAME = "sub-01_ses-01_acq-MP2RAGE_label-lesion_desc-prediction_mask"


@pytest.fixture
def collect(lab, capsys):
    """Run the command; give exit code, words and the folder that it wrote."""

    def run(*options):
        out = lab.folder / "collected"
        argv = ["collect", str(lab.predictions), str(lab.table), "--out", str(out), *options]
        code = main(argv)
        captured = capsys.readouterr()
        return code, captured.out + captured.err, out

    return run


def refused(collect, match):
    """Check that the command says why in one line and leaves nothing behind."""
    code, words, out = collect()
    lines = [line for line in words.splitlines() if line.startswith("error: ")]
    assert (code, len(lines)) == (1, 1)
    assert match in lines[0]
    assert not list(out.parent.glob("*collected*"))


def test_masks_lie_on_the_grid_of_their_images(lab, collect):
    code, words, out = collect()
    assert code == 0
    assert "masks: 2" in words
    cohort = read_scans(out / "scans.tsv")
    for index, scan in enumerate(cohort.scans):
        assert scan.prediction_mask is not None
        mask = read_mask(scan.prediction_mask)
        np.testing.assert_array_equal(mask.array, lab.mask(index))
        np.testing.assert_allclose(mask.affine, read_image(scan.image).affine, atol=1e-4)


def test_masks_are_bids_named_and_paths_relative(lab, collect):
    _, _, out = collect()
    mask = f"sub-01/ses-01/anat/{MASK_NAME}.nii.gz"
    assert (out / mask).is_file()
    text = (out / "scans.tsv").read_text()
    assert mask in text
    assert "../cohort/sub-01_T1w.nii.gz" in text
    assert str(lab.folder) not in text


def test_the_sidecar_names_source_and_model(lab, collect):
    (lab.predictions / "plans.json").write_text('{"plans_name": "nnUNetPlans"}')
    (lab.predictions / "dataset.json").write_text('{"name": "CorticalLesions", "labels": {}}')
    _, _, out = collect()
    sidecar = json.loads((out / f"sub-01/ses-01/anat/{MASK_NAME}.json").read_text())
    source = (lab.predictions / "sub-01_ses-01_acq-MP2RAGE.nii.gz").read_bytes()
    plans = (lab.predictions / "plans.json").read_bytes()
    assert sidecar["SourceSHA256"] == hashlib.sha256(source).hexdigest()
    assert sidecar["Model"]["plans.json"] == {
        "sha256": hashlib.sha256(plans).hexdigest(),
        "plans_name": "nnUNetPlans",
    }
    assert sidecar["Model"]["dataset.json"]["name"] == "CorticalLesions"
    assert sidecar["Synthetic"] is False


def test_phantoms_stay_synthetic(tmp_path):
    (tmp_path / "phantoms").mkdir()
    lab = Lab(tmp_path / "phantoms", prefix="sub-synth")
    lab.write()
    lab.predict(0)
    lab.predict(1)
    out = lab.folder / "collected"
    assert main(["collect", str(lab.predictions), str(lab.table), "--out", str(out)]) == 0
    assert read_scans(out / "scans.tsv").synthetic
    sidecars = list(out.glob("sub-*/ses-01/anat/*.json"))
    assert len(sidecars) == 2
    assert all(json.loads(path.read_text())["Synthetic"] for path in sidecars)


def test_a_missing_prediction_is_refused_unless_allowed(lab, collect):
    (lab.predictions / "sub-02_ses-01_acq-MP2RAGE.nii.gz").unlink()
    refused(collect, "expected sub-02_ses-01_acq-MP2RAGE.nii.gz")
    code, words, out = collect("--allow-missing")
    assert code == 0
    assert "scans without a mask: sub-02_ses-01_acq-MP2RAGE" in words
    assert [scan.prediction_mask is None for scan in read_scans(out / "scans.tsv").scans] == [
        False,
        True,
    ]


def test_a_mask_of_no_scan_is_refused(lab, collect):
    path = lab.predictions / "sub-01_ses-01_acq-MP2RAGE.nii.gz"
    path.rename(path.with_name("sub-09_ses-01_acq-MP2RAGE.nii.gz"))
    refused(collect, "came sub-09_ses-01_acq-MP2RAGE")


def test_an_empty_folder_is_refused(lab, collect):
    for path in lab.predictions.iterdir():
        path.unlink()
    refused(collect, "expected masks such as <case>.nii.gz, came none")


def test_labels_beside_0_and_1_are_refused(lab, collect):
    lab.predict(1, (np.arange(np.prod(SHAPE)).reshape(SHAPE) % 3).astype(np.uint8))
    refused(collect, "sub-02_ses-01_acq-MP2RAGE.nii.gz")


def test_a_mask_on_another_grid_is_refused(lab, collect):
    path = lab.predictions / "sub-02_ses-01_acq-MP2RAGE.nii.gz"
    affine = nib.nifti1.Nifti1Image.from_filename(path).affine.copy()
    affine[2, 3] += 50
    nib.save(nib.Nifti1Image(lab.mask(1).astype(np.uint8), affine), path)
    refused(collect, "lie up to 50 mm away")


def test_a_truncated_mask_is_refused(lab, collect):
    path = lab.predictions / "sub-02_ses-01_acq-MP2RAGE.nii.gz"
    path.write_bytes(path.read_bytes()[:-20])
    refused(collect, "sub-02_ses-01_acq-MP2RAGE.nii.gz")


def test_a_broken_model_file_is_refused(lab, collect):
    (lab.predictions / "plans.json").write_text("{")
    refused(collect, "plans.json: expected JSON")


def test_the_same_predictions_give_the_same_bytes(lab, collect):
    _, _, first = collect()
    again = lab.folder / "again"
    assert main(["collect", str(lab.predictions), str(lab.table), "--out", str(again)]) == 0
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(files) == 6
    for file in files:
        assert (first / file).read_bytes() == (again / file).read_bytes(), file


def test_what_stands_at_out_is_never_replaced(lab, collect):
    (lab.folder / "collected").mkdir()
    code, words, out = collect()
    assert (code, list(out.iterdir())) == (1, [])
    assert "expected no file or folder at" in words
