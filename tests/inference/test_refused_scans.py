"""Scans that can't be predicted: each is told at the end, and the others are predicted."""

import numpy as np
import pytest

from inference import cases
from inference import predict as predict_module
from inference.memory import DeviceMemoryError
from lesions.nifti import read_image, write_nifti
from lesions.scans import read_scans
from tests.inference.clinics import SHAPE

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
    clinic.say_orientation("RAS")
    image = clinic.scans[0].image
    write_nifti(image, read_image(image).array, np.eye(4))
    code, words = predict("--no-mirrors")
    assert code == 1
    assert "masks: 1" in words
    assert "expected axes that run RAS, as in the images that the model was trained on" in words
    assert words.count("came LAS") == 2


def errors(words):
    return [line for line in words.splitlines() if line.startswith("error: ")]


def test_a_model_that_does_not_say_how_its_axes_ran_is_noted_once(clinic, predict):
    words = predict("--no-mirrors")[1]
    assert words.count("note: ") == 1
    assert "doesn't say how the axes of its training images ran" in words
    assert "--orientation RAS" in words
    assert "note: " not in predict("--no-mirrors")[1]  # all is finished
    clinic.say_orientation("LAS")
    clinic.out = clinic.folder / "again"
    code, words = predict("--no-mirrors")
    assert (code, "note: " in words) == (0, False)


def test_a_missing_image_is_told_and_the_others_are_predicted(clinic, predict):
    clinic.scans[1].image.unlink()
    code, words = predict("--no-mirrors")
    assert code == 1
    assert "masks: 2, of them new: 2" in words
    (line,) = errors(words)
    assert "sub-2_ses-01_acq-MP2RAGE: image must be a file, no file at" in line
    # What is written can be read by the next command.
    assert len(read_scans(clinic.out / "scans.tsv").scans) == 2
    code, words = predict("--no-mirrors")
    assert (code, "masks: 2, of them new: 0" in words) == (1, True)


def test_a_cohort_without_any_image_is_refused(clinic, predict):
    for scan in clinic.scans:
        scan.image.unlink()
    code, words = predict("--no-mirrors")
    assert code == 1
    assert "no scan can be predicted; sub-1_ses-01_acq-MP2RAGE: image must be a file" in words
    assert not clinic.out.exists()


def test_no_image_is_hashed_before_the_first_prediction(clinic, predict, monkeypatch):
    hashed = []
    own, predict_case = predict_module.sha256, predict_module.predict_case
    monkeypatch.setattr(predict_module, "sha256", lambda path: hashed.append(path) or own(path))
    seen = []
    monkeypatch.setattr(
        predict_module,
        "predict_case",
        lambda *args, **more: seen.append(len(hashed)) or predict_case(*args, **more),
    )
    assert predict("--no-mirrors")[0] == 0
    assert seen == [1, 2, 3]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), "expected memory to read the scan"),
        (RuntimeError("Exception thrown\nITK ERROR: no"), "that nnU-Net reads, ITK ERROR: no"),
        (PermissionError(13, "Permission denied"), "can't be read, Permission denied"),
    ],
)
def test_what_libraries_raise_over_a_scan_is_an_error_of_that_scan(
    clinic, predict, monkeypatch, error, says
):
    own = cases.check_content

    def check(scan, data):
        if scan.participant_id == "sub-2":
            raise error
        own(scan, data)

    monkeypatch.setattr(cases, "check_content", check)
    code, words = predict("--no-mirrors")
    assert code == 1
    (line,) = errors(words)
    assert line.startswith("error: sub-2_ses-01_acq-MP2RAGE: ")
    assert says in line
    assert "masks: 2" in words


def test_a_scan_that_the_device_has_no_memory_for_does_not_stop_the_others(
    clinic, predict, monkeypatch
):
    own = predict_module.predict_case

    def predict_case(case, *args, ladder, **more):
        if case.name.startswith("sub-2"):
            raise DeviceMemoryError(f"{case.name}: expected memory for tiles of 8 x 8 x 8, there")
        ladder.notes.append(f"{case.name}: smaller tiles from here on")
        return own(case, *args, ladder=ladder, **more)

    monkeypatch.setattr(predict_module, "predict_case", predict_case)
    code, words = predict("--no-mirrors")
    assert code == 1
    assert "masks: 2, of them new: 2" in words
    assert "error: sub-2_ses-01_acq-MP2RAGE: sub-2_ses-01_acq-MP2RAGE: expected memory" in words
    assert "note: sub-3_ses-01_acq-MP2RAGE: smaller tiles from here on" in words


def test_files_that_cannot_hold_a_scan_do_not_stop_the_others(clinic, predict, monkeypatch):
    own = predict_module.write_prediction

    def write(prediction, target, *args, **more):
        if target.name.startswith("sub-2"):
            raise MemoryError
        return own(prediction, target, *args, **more)

    monkeypatch.setattr(predict_module, "write_prediction", write)
    code, words = predict("--no-mirrors")
    assert (code, "masks: 2, of them new: 2" in words) == (1, True)
    assert "error: sub-2_ses-01_acq-MP2RAGE: expected memory to write its files" in words


def test_a_fault_of_ours_is_not_hidden_as_one_of_a_scan(clinic, predict, monkeypatch):
    def fail(*args, **more):
        raise ValueError("a fault of ours")

    for place in ((predict_module, "write_prediction"), (predict_module, "read_case")):
        with monkeypatch.context() as patch:
            patch.setattr(*place, fail)
            with pytest.raises(ValueError, match="a fault of ours"):
                predict("--no-mirrors")


def test_the_bar_goes_on_within_a_scan_and_says_the_time_that_is_left(clinic, predict, monkeypatch):
    own = predict_module.progress_bar
    bars = []

    def progress_bar(**options):
        bars.append(own(**options | {"delay": 0, "mininterval": 0}))
        return bars[-1]

    monkeypatch.setattr(predict_module, "progress_bar", progress_bar)
    words = predict("--no-mirrors")[1]
    assert "scans: 100%" in words
    assert " left" in words
    assert bars[0].n == pytest.approx(3)
    shares = {line.split("%")[0].split()[-1] for line in words.split("\r") if "scans:" in line}
    assert len(shares) > 4  # more than one a scan
