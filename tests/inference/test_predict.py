"""`python -m inference predict`: from a model folder and a cohort to masks and probabilities."""

import resource
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from inference import outputs
from inference import predict as predict_module
from inference.__main__ import main
from inference.cases import read_case
from inference.ensemble import predict_case
from inference.versions import code_sha256
from lesions.checksums import sha256
from lesions.lesion_table import build_lesion_table
from lesions.nifti import read_image, read_mask, write_nifti
from lesions.scans import read_scans, write_scans
from lesions.uncertainty import read_lesion_uncertainty, read_scan_uncertainty
from tests.inference.clinics import SHAPE
from tests.inference.conftest import oblique_affine
from tests.inference.models import as_volume, load, make_model
from tests.model_files import ARCHITECTURE

AFFINE = oblique_affine()
#: A file that the system lets grow no further: masks fit, probabilities don't.
MOST_BYTES = 2_500


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
    assert found["Precision"] == "float32"
    assert found["CodeSHA256"] == code_sha256()
    names = {"second-look", "python", "torch", "nnunetv2", "numpy", "SimpleITK"}
    assert set(found["Versions"]) - {"cuda", "cudnn"} == names
    assert ("cuda" in found["Versions"]) == (torch.version.cuda is not None)
    assert found["Members"] == [clinic.file("sub-1", "fold1_mask.nii.gz").name]


def test_the_seconds_are_from_reading_to_the_last_file(clinic, predict, monkeypatch):
    def late(own):
        return lambda *args, **more: time.sleep(0.3) or own(*args, **more)

    monkeypatch.setattr(predict_module, "read_case", late(predict_module.read_case))
    monkeypatch.setattr(outputs, "write_nifti", late(outputs.write_nifti))
    predict("--no-mirrors", "--folds", "0")
    assert clinic.sidecar("sub-1")["Seconds"] >= 0.3 * 4  # read, mask, map, the fold's mask


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
    predict("--no-mirrors")
    assert "of them new: 3" in predict("--no-mirrors", "--fold-probabilities")[1]
    assert "of them new: 0" in predict("--no-mirrors")[1]


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
