"""From scans with labels to lesions with uncertainty and to features, by the commands of a lab."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.ndimage import gaussian_filter

from inference.__main__ import main as inference
from lesions.__main__ import main as lesions
from lesions.model_folder import read_model
from lesions.nifti import write_nifti
from lesions.scans import Scan, read_scans, write_scans
from training.__main__ import main as training

SHAPE = (28, 26, 24)
N_SUBJECTS = 10
Command = Callable[[Sequence[str]], int]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Let torch compute on one thread, and nnU-Net start no processes."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("nnUNet_n_proc_DA", "0")
        yield
    torch.set_num_threads(n_threads)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a cohort of blobs that are brighter than noise, and their masks."""
    folder = tmp_path_factory.mktemp("lab")
    rng = np.random.default_rng(6)
    scans = []
    for index in range(N_SUBJECTS):
        name = f"sub-{index:02d}"
        smooth = gaussian_filter(rng.normal(size=SHAPE), 2.0)
        mask = smooth > 2.0 * smooth.std()
        image = rng.normal(100, 10, SHAPE) + 60 * mask
        paths = [folder / "cohort" / f"{name}_{part}.nii.gz" for part in ("T1w", "mask")]
        write_nifti(paths[0], image.astype(np.float32), np.eye(4))
        write_nifti(paths[1], mask, np.eye(4))
        scans.append(Scan(name, None, "MP2RAGE", "MS", "AB"[index % 2], 3.0, None, *paths))
    write_scans(scans, folder / "cohort" / "scans.tsv")
    return folder


@pytest.fixture(scope="module")
def model(lab: Path) -> Path:
    """Split, plan, train two folds for a moment, and export."""
    table = lab / "split" / "scans.tsv"
    run(training, "split", lab / "cohort" / "scans.tsv", "--out", lab / "split", "--folds", 2)
    folds = lab / "split" / "splits_final.json"
    words = ["--scans", table, "--splits", "train", "--folds", folds, "--out", lab / "raw"]
    run(training, "dataset", *words, "--id", 7, "--name", "Loop")
    words = ["--preprocessed", lab / "preprocessed", "--base-features", 4, "--max-features", 8]
    run(training, "plan", lab / "raw" / "Dataset007_Loop", *words)
    words = ["--preprocessed", lab / "preprocessed", "--out", lab / "results", "--device", "cpu"]
    words += ["--epochs", 2, "--steps", 15, "--validation-steps", 1, "--learning-rate", 0.01]
    for fold in (0, 1):
        run(training, "train", 7, *words, "--fold", fold, "--seed", fold, "--workers", 0)
    (trained,) = (lab / "results").glob("*/*")
    run(training, "export", trained, "--out", lab / "model")
    return lab / "model"


def run(command: Command, *words: object) -> None:
    assert command([str(word) for word in words]) == 0


def test_predictions_of_the_model_become_lesions_with_uncertainty(lab: Path, model: Path) -> None:
    assert [fold.name for fold in read_model(model).folds] == ["0", "1"]
    words = [model, lab / "split" / "scans.tsv", "--splits", "test-in", "--out", lab / "predicted"]
    run(inference, "predict", *words, "--device", "cpu")
    scans = read_scans(lab / "predicted" / "scans.tsv").scans
    assert {scan.split for scan in scans} == {"test-in"}
    run(lesions, "table", lab / "predicted" / "scans.tsv", "--out", lab / "lesions.tsv")
    table = pd.read_csv(lab / "lesions.tsv", sep="\t", keep_default_na=False, na_values=["n/a"])
    assert set(table["participant_id"]) == {scan.participant_id for scan in scans}
    predicted = table[table["drawn_in"] == "prediction"]
    assert (predicted["outcome"] == "TPL").any()
    assert predicted["uncertainty"].between(0, 1).all()  # LSU
    assert table["scan_uncertainty"].between(0, 1).all()  # PSU
    assert predicted["uncertainty"].nunique() > 1
    assert table["mean_probability"].between(0, 1).all()


def test_its_features_are_taken_of_the_same_scans(lab: Path, model: Path) -> None:
    words = [model, lab / "split" / "scans.tsv", "--splits", "test-in", "--grid", 2, 2, 2]
    run(inference, "features", *words, "--out", lab / "features.npz", "--device", "cpu")
    with np.load(lab / "features.npz", allow_pickle=False) as found:
        about = json.loads(str(found["about"]))
        tested = [s for s in read_scans(lab / "split" / "scans.tsv").scans if s.split == "test-in"]
        assert found["scan"].tolist() == [scan.name for scan in tested]
        assert found["shape"].tolist()[0] == len(about["folds"]) == 2
        assert np.isfinite(found["flattened"]).all()
        assert (found["pooled"].std(axis=0) > 0).any()
