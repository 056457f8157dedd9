"""`python -m inference predict`: from a model folder and a cohort to masks and probabilities."""

import json
import resource
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest

from inference.__main__ import main
from inference.cases import read_case
from inference.ensemble import predict_case
from lesions.checksums import sha256
from lesions.lesion_table import build_lesion_table
from lesions.nifti import read_image, read_mask, write_nifti
from lesions.scans import read_scans, write_scans
from lesions.uncertainty import read_lesion_uncertainty, read_scan_uncertainty
from tests.inference.conftest import oblique_affine
from tests.inference.models import as_volume, load, make_model, make_scan
from tests.model_files import ARCHITECTURE

SHAPE = (19, 21, 17)
AFFINE = oblique_affine()
#: A file that the system lets grow no further: masks fit, probabilities don't.
MOST_BYTES = 2_500
PREFIX = "{name}_ses-01_acq-MP2RAGE_label-lesion_desc-"


class Clinic:
    """A folder with a model, a cohort of three oblique scans, and a place for predictions."""

    def __init__(self, folder):
        self.folder, self.out = folder, folder / "out"
        self.model = make_model(folder / "model", patch_size=[16, 16, 16])
        self.scans = [
            make_scan(folder / f"cohort/sub-{n}_T1w.nii.gz", SHAPE, oblique_affine(), seed=n)
            for n in (1, 2, 3)
        ]
        write_scans(self.scans, self.table)

    @property
    def table(self):
        return self.folder / "cohort" / "scans.tsv"

    def file(self, name, what):
        prefix = PREFIX.format(name=name)
        return self.out / name / "ses-01" / "anat" / f"{prefix}{what}"

    def sidecar(self, name):
        return json.loads(self.file(name, "prediction_mask.json").read_text())

    def spoil(self, n, array, affine=None):
        path = self.scans[n - 1].image
        nib.save(nib.Nifti1Image(array, oblique_affine() if affine is None else affine), path)


@pytest.fixture
def clinic(tmp_path):
    return Clinic(tmp_path)


@pytest.fixture
def predict(clinic, capsys):
    """Run the command on the CPU; give exit code and words."""

    def run(*options):
        argv = ["predict", clinic.model, clinic.table, "--out", clinic.out, "--device", "cpu"]
        code = main([str(word) for word in [*argv, *options]])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


def test_masks_and_probabilities_are_written_and_listed(clinic, predict):
    code, words = predict("--fold-probabilities")
    assert code == 0
    assert "masks: 3, of them new: 3" in words
    cohort = read_scans(clinic.out / "scans.tsv")
    ensemble = load(clinic.model)
    for scan in cohort.scans:
        expected = predict_case(read_case(scan, ensemble), ensemble)
        mask = read_mask(scan.prediction_mask)
        np.testing.assert_array_equal(mask.array, as_volume(expected.mask, SHAPE))
        np.testing.assert_allclose(mask.affine, oblique_affine(), atol=1e-4)
        folds = [
            read_image(clinic.file(scan.participant_id, f"fold{fold}_probseg.nii.gz")).array
            for fold in (0, 1)
        ]
        mean = read_image(scan.probability_map).array
        np.testing.assert_allclose(mean, np.mean(folds, axis=0), atol=1e-3)
        for fold, values in enumerate(folds):
            path = clinic.file(scan.participant_id, f"fold{fold}_mask.nii.gz")
            np.testing.assert_array_equal(read_mask(path).array, values > 0.5)


def test_the_lesion_table_has_probability_and_uncertainty(clinic, predict):
    for scan in clinic.scans:
        reference = np.zeros(SHAPE, np.uint8)
        reference[5:9, 5:9, 5:9] = 1
        write_nifti(scan.image.with_name(f"{scan.participant_id}.nii.gz"), reference, AFFINE)
    references = [scan.image.with_name(f"{scan.participant_id}.nii.gz") for scan in clinic.scans]
    pairs = zip(clinic.scans, references, strict=True)
    write_scans([replace(scan, reference_mask=path) for scan, path in pairs], clinic.table)
    predict("--no-mirrors")
    table = build_lesion_table(read_scans(clinic.out / "scans.tsv"))
    predicted = table[table["drawn_in"] == "prediction"]
    assert table["mean_probability"].between(0, 1).all()
    assert predicted["uncertainty"].between(0, 1).all()
    assert table["scan_uncertainty"].between(0.001, 0.999).all()


def test_one_fold_is_certain(clinic, predict):
    predict("--no-mirrors", "--folds", "0")
    scan = read_scans(clinic.out / "scans.tsv").scans[0]
    assert read_scan_uncertainty(scan) == 0
    assert (read_lesion_uncertainty(scan) == 0).all()


def test_the_sidecar_says_which_model_how_and_where(clinic, predict):
    predict("--no-mirrors", "--folds", "1")
    found = clinic.sidecar("sub-1")
    assert found["Model"]["SHA256"] == sha256(clinic.model / "model.json")
    assert found["Model"]["Folds"] == {"1": sha256(clinic.model / "fold_1.safetensors")}
    assert found["ImageSHA256"] == sha256(clinic.scans[0].image)
    assert (found["Mirrors"], found["Average"], found["Device"]) == ([], "logits", "cpu")
    assert found["TileVoxels"] == [16, 16, 16]
    assert found["Seconds"] > 0
    assert set(found["Versions"]) == {"python", "torch", "nnunetv2"}
    assert found["Members"] == [clinic.file("sub-1", "fold1_mask.nii.gz").name]


def test_the_same_command_goes_on_where_it_stopped(clinic, predict):
    predict()
    stamps = {path: path.stat().st_mtime_ns for path in clinic.out.rglob("sub-*/**/*.*")}
    clinic.file("sub-2", "prediction_mask.json").unlink()
    clinic.file("sub-3", "fold0_mask.nii.gz").write_bytes(b"cut")
    code, words = predict()
    assert code == 0
    assert "masks: 3, of them new: 2" in words
    for path, stamp in stamps.items():
        assert (path.stat().st_mtime_ns == stamp) == ("sub-1_" in path.name), path


def test_another_model_or_option_is_not_mixed_in(clinic, predict):
    predict()
    code, words = predict("--no-mirrors")
    assert code == 1
    assert "its Mirrors is another: choose another --out" in words
    assert predict("--average", "probabilities")[0] == 1
    assert predict("--folds", "0")[0] == 1


def test_fold_probabilities_can_be_asked_for_later(clinic, predict):
    predict()
    assert "of them new: 3" in predict("--fold-probabilities")[1]
    assert "of them new: 0" in predict()[1]


@pytest.mark.parametrize("layout", ["bot", "enc"])
def test_u_mamba_is_built_from_its_plans(clinic, predict, layout):
    kwargs = {
        key: value for key, value in ARCHITECTURE["arch_kwargs"].items() if "conv_per" not in key
    }
    kwargs |= {"n_blocks_per_stage": [1, 1], "n_conv_per_stage_decoder": [1]}
    architecture = ARCHITECTURE | {
        "network_class_name": "networks.umamba.UMamba",
        "arch_kwargs": kwargs | {"layout": layout, "residual": True},
    }
    clinic.model = make_model(
        clinic.folder / layout, folds=("0",), patch_size=[16, 16, 16], architecture=architecture
    )
    assert predict("--no-mirrors")[0] == 0
    out = clinic.folder / "features.npz"
    argv = ["features", clinic.model, clinic.table, "--out", out, "--no-mirrors", "--grid", 2, 2, 2]
    assert main([str(word) for word in argv]) == 0
    assert np.load(out)["shape"].tolist() == [1, 8, 2, 2, 2]


BROKEN = {
    "NaN": (lambda: np.full(SHAPE, np.nan, np.float32), None, "voxels that are NaN or infinite"),
    "zero brain": (lambda: np.zeros(SHAPE, np.int16), None, "expected a brain, came 0 in every"),
    "100 mm": (lambda: np.ones(SHAPE, np.int16), np.diag([100, 100, 100, 1]), "came 100 x 100"),
    "RGB": (
        lambda: np.zeros(SHAPE, np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")])),
        None,
        "not NIfTI code 128",
    ),
    "series": (lambda: np.ones((*SHAPE, 2), np.int16), None, "3-D"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_scan_is_told_and_the_others_are_predicted(clinic, predict, what):
    array, affine, words = BROKEN[what]
    clinic.spoil(2, array(), affine)
    code, said = predict("--no-mirrors")
    lines = [line for line in said.splitlines() if line.startswith("error: ")]
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("error: sub-2_ses-01_acq-MP2RAGE: ")
    assert words in lines[0]
    assert "sub-2_T1w.nii.gz" in lines[0]
    masks = [scan.prediction_mask for scan in read_scans(clinic.out / "scans.tsv").scans]
    assert [mask is not None for mask in masks] == [True, False, True]


def test_axes_that_run_otherwise_than_in_training_are_refused(clinic, predict):
    about = json.loads((clinic.model / "dataset.json").read_text()) | {"orientation": "RAS"}
    (clinic.model / "dataset.json").write_text(json.dumps(about))
    manifest = json.loads((clinic.model / "model.json").read_text())
    manifest["files"]["dataset.json"] = sha256(clinic.model / "dataset.json")
    (clinic.model / "model.json").write_text(json.dumps(manifest))
    image = clinic.scans[0].image
    write_nifti(image, read_image(image).array, np.eye(4))
    code, words = predict("--no-mirrors")
    assert code == 1
    assert "masks: 1" in words
    assert "expected axes that run RAS, as in the images that the model was trained on" in words
    assert words.count("came LAS") == 2


def test_a_missing_fold_and_a_pickle_are_refused(clinic, predict):
    (clinic.model / "fold_1.safetensors").unlink()
    code, words = predict()
    assert code == 1
    assert "expected fold 1 in fold_1.safetensors" in words
    assert predict("--folds", "0", "--no-mirrors")[0] == 0
    (clinic.model / "model.json").unlink()
    (clinic.model / "fold_1").mkdir()
    (clinic.model / "fold_1" / "checkpoint_final.pth").write_bytes(b"\x80")
    code, words = predict()
    assert code == 1
    assert "`python -m training export`" in words


def test_ctrl_c_leaves_whole_files_only(clinic, predict, monkeypatch):
    def interrupt(prediction, target, *rest, **more):
        if target.name.startswith("sub-2"):
            raise KeyboardInterrupt
        return write(prediction, target, *rest, **more)

    from inference import predict as module  # noqa: PLC0415

    write = module.write_prediction
    monkeypatch.setattr(module, "write_prediction", interrupt)
    assert predict("--no-mirrors")[0] == 130
    assert clinic.file("sub-1", "prediction_mask.json").is_file()
    assert not clinic.file("sub-2", "prediction_mask.json").exists()
    assert not list(clinic.out.rglob(".partial-*"))
    monkeypatch.undo()
    assert "masks: 3, of them new: 2" in predict("--no-mirrors")[1]


def test_a_full_disk_is_told_and_finished_scans_stay_finished(clinic, predict):
    assert predict("--no-mirrors")[0] == 0
    before = clinic.sidecar("sub-1")
    for name in ("sub-2", "sub-3"):
        clinic.file(name, "prediction_mask.json").unlink()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, limits[1]))
    try:
        code, words = predict("--no-mirrors")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert code == 1
    assert "sub-2_ses-01_acq-MP2RAGE_label-lesion_desc-prediction_probseg.nii.gz" in words
    assert "can't be written" in words
    assert "scans that are finished: 1 of 3" in words
    assert clinic.sidecar("sub-1") == before
    assert not list(clinic.out.rglob(".partial-*"))
    assert "masks: 3, of them new: 2" in predict("--no-mirrors")[1]
