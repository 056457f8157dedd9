"""A dataset of tiny cases as nnU-Net's planners and preprocessor leave it, and runs on it."""

import json
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nnunetv2.experiment_planning.experiment_planners.default_experiment_planner import (
    ExperimentPlanner,
)
from nnunetv2.experiment_planning.experiment_planners.residual_unets import (
    residual_encoder_unet_planners as residual,
)
from nnunetv2.preprocessing.preprocessors.default_preprocessor import DefaultPreprocessor
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

from lesions.nifti import write_nifti
from training.architectures import ARCHITECTURES
from training.trainers import nnUNetTrainerLesion

NAME = "Dataset901_Tiny"
SIDE, PATCH, N_CASES = 24, 16, 4
#: Channels of the networks' stages; nnU-Net's planners begin with 32.
FEATURES = [4, 8, 8, 8]
INTENSITIES = dict.fromkeys(
    ("max", "mean", "median", "min", "percentile_00_5", "percentile_99_5", "std"), 1.0
)


def build(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write raw and preprocessed cases, folds, and the plans of every architecture."""
    for name in ("raw", "preprocessed", "results"):
        monkeypatch.setenv(f"nnUNet_{name}", str(folder / name))
    monkeypatch.setenv("nnUNet_n_proc_DA", "1")  # the planner counts threads by it
    raw, planned = folder / "raw" / NAME, folder / "preprocessed" / NAME
    planned.mkdir(parents=True)
    cases = [f"sub-{index:02d}" for index in range(N_CASES)]
    rng = np.random.default_rng(4)
    for case in cases:
        _write_case(raw, case, rng)
    dataset = {
        "channel_names": {"0": "MP2RAGE"},
        "labels": {"background": 0, "lesion": 1},
        "numTraining": N_CASES,
        "file_ending": ".nii.gz",
    }
    _write(raw / "dataset.json", dataset)
    _write(planned / "dataset_fingerprint.json", _fingerprint())
    _write(planned / "splits_final.json", [{"train": cases[1:], "val": cases[:1]}])
    with redirect_stdout(StringIO()):
        for architecture in ARCHITECTURES.values():
            planner = getattr(residual, architecture.planner, ExperimentPlanner)
            planner(NAME).plan_experiment()
            _shrink(planned / f"{architecture.plans}.json")
        _preprocess(raw, planned, cases, dataset)


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), "utf-8")


def _write_case(raw: Path, case: str, rng: np.random.Generator) -> None:
    mask = np.zeros((SIDE, SIDE, SIDE), np.uint8)
    for corner in rng.integers(2, SIDE - 6, (4, 3)):
        x, y, z = corner
        mask[x : x + 3, y : y + 3, z : z + 3] = 1
    image = rng.normal(100, 5, mask.shape) - 40 * mask
    write_nifti(raw / "imagesTr" / f"{case}_0000.nii.gz", image.astype(np.float32), np.eye(4))
    write_nifti(raw / "labelsTr" / f"{case}.nii.gz", mask, np.eye(4))


def _fingerprint() -> dict[str, Any]:
    return {
        "spacings": [[1.0, 1.0, 1.0]] * N_CASES,
        "shapes_after_crop": [[SIDE] * 3] * N_CASES,
        "foreground_intensity_properties_per_channel": {"0": INTENSITIES},
        "median_relative_size_after_cropping": 1.0,
    }


def _shrink(path: Path) -> None:
    """Make what a planner planned small enough for a test; its layout stays."""
    plans = json.loads(path.read_text("utf-8"))
    chosen = plans["configurations"]["3d_fullres"]
    chosen |= {"batch_size": 2, "patch_size": [PATCH] * 3, "data_identifier": "tiny_3d_fullres"}
    arguments = chosen["architecture"]["arch_kwargs"]
    arguments["features_per_stage"] = FEATURES[: arguments["n_stages"]]
    _write(path, plans)


def _preprocess(raw: Path, planned: Path, cases: list[str], dataset: dict[str, Any]) -> None:
    manager = PlansManager(str(planned / "nnUNetPlans.json"))
    configuration = manager.get_configuration("3d_fullres")
    out = planned / configuration.data_identifier
    out.mkdir()
    for case in cases:
        image = str(raw / "imagesTr" / f"{case}_0000.nii.gz")
        label = str(raw / "labelsTr" / f"{case}.nii.gz")
        DefaultPreprocessor(verbose=False).run_case_save(
            str(out / case), [image], label, manager, configuration, dataset
        )


def copy(source: Path, target: Path) -> None:
    """Copy a built dataset, so that a test may change it."""
    shutil.copytree(source / "preprocessed", target / "preprocessed")


def interrupt_at(monkeypatch: pytest.MonkeyPatch, step: int, by: Callable[[], None]) -> None:
    """Call `by` in the training step of this number, counted from 0."""
    own, n_done = nnUNetTrainerLesion.train_step, iter(range(10_000))

    def train_step(trainer: nnUNetTrainerLesion, batch: dict[str, Any]) -> dict[str, Any]:
        if next(n_done) == step:
            by()
        return own(trainer, batch)

    monkeypatch.setattr(nnUNetTrainerLesion, "train_step", train_step)


def ctrl_c() -> None:
    """Do what Ctrl-C does."""
    raise KeyboardInterrupt
