"""nnU-Net itself takes the dataset: its own command, its own check, its own files."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lesions.nifti import write_nifti
from lesions.scans import Scan, write_scans
from tests.training.conftest import Study

SHAPE = (36, 40, 32)


@pytest.fixture
def raw(tmp_path, run_training):
    """Build a dataset of four oblique scans with one lesion each."""
    rng = np.random.default_rng(3)
    affine = np.array([[-0.96, 0.28, 0, 90], [0.28, 0.96, 0, -80], [0, 0, 1.2, -70], [0, 0, 0, 1]])
    scans = []
    for index in range(4):
        name = f"sub-synth{index + 1:02d}"
        paths = [tmp_path / f"{name}_{part}.nii.gz" for part in ("T1w", "mask")]
        mask = np.zeros(SHAPE, bool)
        mask[10:14, 12 : 15 + index, 9:13] = True
        image = rng.normal(100, 5, SHAPE) - 40 * mask
        write_nifti(paths[0], image.astype(np.float32), affine)
        write_nifti(paths[1], mask, affine)
        scans.append(Scan(name, "ses-01", "MP2RAGE", "MS", "A", 3.0, "train", *paths))
    write_scans(scans, tmp_path / "scans.tsv", synthetic=True)
    empty = Study(tmp_path, names=())
    empty.scans = scans
    empty.write()
    argv = ["dataset", empty.review, "--scans", tmp_path / "scans.tsv", "--out", tmp_path / "raw"]
    assert run_training([*argv, "--id", "501", "--name", "CorticalLesions"])[0] == 0
    return tmp_path / "raw"


@pytest.mark.slow
def test_nnunet_verifies_plans_and_preprocesses_the_dataset(raw):
    folders = {name: str(raw.parent / name) for name in ("preprocessed", "results")}
    environment = os.environ | {
        "nnUNet_raw": str(raw),
        "nnUNet_preprocessed": folders["preprocessed"],
        "nnUNet_results": folders["results"],
        "nnUNet_def_n_proc": "1",
        "OMP_NUM_THREADS": "1",
    }
    command = Path(sys.executable).with_name("nnUNetv2_plan_and_preprocess")
    argv = [str(command), "-d", "501", "--verify_dataset_integrity", "-c", "3d_fullres"]
    done = subprocess.run(
        [*argv, "-npfp", "1", "-np", "1"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    words = done.stdout + done.stderr
    assert done.returncode == 0, words
    assert "verify_dataset_integrity Done" in words
    assert "mismatch" not in words
    made = raw.parent / "preprocessed" / "Dataset501_CorticalLesions"
    assert (made / "nnUNetPlans.json").is_file()
    assert len(list((made / "gt_segmentations").iterdir())) == 4
    assert len(list((made / "nnUNetPlans_3d_fullres").glob("sub-synth*.pkl"))) == 4
