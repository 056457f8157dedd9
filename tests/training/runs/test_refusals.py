"""What can't be trained is refused in one line that says what was expected."""

import json

import pytest
import torch

from tests.training.runs import tiny
from training.regions import RegionError, declare_regions
from training.trainers import nnUNetTrainerLesion

SHORT = ("--epochs", 1, "--steps", 1, "--validation-steps", 1)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--fold", 1), "splits_final.json: expected a fold of 0 to 0, or all, came 1"),
        (("--configuration", "3d_lowres"), "expected a configuration of"),
        (("--plans", "none"), "make them with `python -m training plan --architecture vanilla`"),
        (("--trainer", "bce-dice", "--alpha", 2), "since bce-dice has one term"),
        (("--alpha", -1), "expected weights of 0 or more"),
        (("--architecture", "umamba-bot", "--plans", "nnUNetResEncUNetMPlans"), "PlainConvUNet"),
    ],
)
def test_options_that_fit_nothing_are_refused(options, says, train):
    code, words = train(*SHORT, *options)
    assert code == 1
    assert words.splitlines()[-1].startswith("error: ")
    assert says in words


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_not_waited_for(train):
    code, words = train(*SHORT, "--device", "cuda")
    assert code == 1
    assert "expected a GPU" in words


@pytest.mark.parametrize("where", ["initialize", "train_step"])
@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        torch.AcceleratorError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_too_little_memory_is_told_with_what_to_change(where, error, train, monkeypatch):
    def fail(*args):
        raise error

    monkeypatch.setattr(nnUNetTrainerLesion, where, fail)
    code, words = train(*SHORT)
    assert code == 1
    assert "out of memory with 2 patches of 16x16x16 voxels; end other programs, plan" in words


def test_a_dataset_that_was_not_planned_is_refused(train, tmp_path):
    code, words = train(*SHORT, preprocessed=tmp_path)
    assert code == 1
    assert "expected one planned dataset 901, came none" in words


def test_a_missing_case_is_named(train, tmp_path, built):
    tiny.copy(built, tmp_path)
    planned = tmp_path / "preprocessed" / tiny.NAME
    for path in planned.glob("*/sub-02*"):
        path.unlink()
    code, words = train(*SHORT, preprocessed=tmp_path / "preprocessed")
    assert code == 1
    assert "expected a preprocessed case sub-02, came none" in words


def test_a_loss_that_is_no_number_ends_the_run(train, monkeypatch, tmp_path):
    own = nnUNetTrainerLesion.train_step
    monkeypatch.setattr(
        nnUNetTrainerLesion,
        "train_step",
        lambda trainer, batch: {**own(trainer, batch), "loss": torch.nan},
    )
    code, words = train(*SHORT)
    assert code == 1
    assert "epoch 0: expected a finite loss, came nan" in words
    (record,) = tmp_path.rglob("run.json")
    assert json.loads(record.read_text("utf-8"))["state"] == "stopped"


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ({"background": 0}, "expected a label beside the background"),
        ({"background": 0, "lesion": "1"}, "expected a whole number for lesion"),
    ],
)
def test_labels_that_are_no_region_are_refused(labels, says):
    with pytest.raises(RegionError, match=says):
        declare_regions({"labels": labels})


def test_declared_regions_stay_as_they_are():
    dataset = {"labels": {"background": 0, "lesion": [1, 2]}, "regions_class_order": [1]}
    assert declare_regions(dataset) is dataset
