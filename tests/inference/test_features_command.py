"""`python -m inference features`: one archive of a cohort's bottleneck features."""

import json
import types
from dataclasses import replace

import numpy as np
import pytest
import torch

from inference import feature_table
from inference.__main__ import main
from inference.memory import Ladder
from lesions.model_weights import read_weights, write_weights
from lesions.nifti import read_image, write_nifti
from lesions.scans import write_scans
from tests.inference.models import make_model, make_scan
from tests.model_files import rehash

SHAPE = (19, 21, 17)
#: Of the tiny model: folds, channels of the bottleneck.
N_FOLDS, N_CHANNELS = 2, 8


class Lab:
    """A model that keeps the axes as they are or turns them, two scans, and a place to write."""

    def __init__(self, folder, **plans):
        self.model = make_model(folder / "model", patch_size=[16, 16, 16], **plans)
        self.scans = [
            make_scan(folder / f"sub-{n}_T1w.nii.gz", SHAPE, np.eye(4), seed=n) for n in (1, 2)
        ]
        self.table, self.out = folder / "scans.tsv", folder / "features.npz"
        self.write()

    def write(self):
        write_scans(self.scans, self.table)

    @property
    def archive(self):
        return np.load(self.out, allow_pickle=False)


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path)


@pytest.fixture
def take(lab, capsys):
    """Run the command on the CPU; give exit code and words."""

    def run(*options):
        argv = ["features", lab.model, lab.table, "--out", lab.out, "--device", "cpu", *options]
        code = main([str(word) for word in argv])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


def test_each_scan_is_a_row_of_both_descriptors(lab, take):
    code, words = take("--grid", "2", "3", "4")
    assert code == 0
    assert "scans: 2, of them new: 2" in words
    found = lab.archive
    assert found["shape"].tolist() == [N_FOLDS, N_CHANNELS, 2, 3, 4]
    assert found["flattened"].shape == (2, N_FOLDS * N_CHANNELS * 24)
    grid = found["flattened"].reshape(2, N_FOLDS * N_CHANNELS, -1)
    np.testing.assert_allclose(found["pooled"], grid.mean(axis=2), rtol=1e-5)
    assert found["scan"].tolist() == ["sub-1_ses-01_acq-MP2RAGE", "sub-2_ses-01_acq-MP2RAGE"]
    assert found["site"].tolist() == ["A", "A"]
    assert json.loads(str(found["about"]))["folds"] == ["0", "1"]
    assert not np.allclose(found["pooled"][0], found["pooled"][1])
    assert not lab.out.with_name("features.parts").exists()


def test_features_of_a_flipped_file_are_flipped_along_that_axis(lab, take):
    take("--grid", "2", "3", "4")
    plain = lab.archive["flattened"].reshape(2, -1, 2, 3, 4)
    for scan in lab.scans:
        write_nifti(scan.image, read_image(scan.image).array[:, ::-1], np.eye(4))
    take("--grid", "2", "3", "4")
    turned = lab.archive["flattened"].reshape(2, -1, 2, 3, 4)
    np.testing.assert_allclose(turned, plain[..., ::-1, :], atol=1e-4)


def test_the_brains_box_is_what_the_grid_divides(lab, take):
    take("--grid", "2", "2", "2")
    whole = lab.archive["pooled"]
    for scan in lab.scans:
        brain = np.zeros(SHAPE, np.uint8)
        brain[4:12, 5:13, 6:14] = 1
        write_nifti(scan.image.with_name(f"{scan.participant_id}_brain.nii.gz"), brain, np.eye(4))
    lab.scans = [
        replace(s, brain_mask=s.image.with_name(f"{s.participant_id}_brain.nii.gz"))
        for s in lab.scans
    ]
    lab.write()
    assert take("--grid", "2", "2", "2")[0] == 0
    assert json.loads(str(lab.archive["about"]))["boxes"] == ["brain_mask"] * 2
    assert not np.allclose(lab.archive["pooled"], whole)


def test_a_broken_scan_is_left_out_and_told(lab, take):
    write_nifti(lab.scans[0].image, np.zeros(SHAPE, np.int16), np.eye(4))
    code, words = take()
    assert code == 1
    assert "error: sub-1_ses-01_acq-MP2RAGE: expected a brain" in words
    assert lab.archive["scan"].tolist() == ["sub-2_ses-01_acq-MP2RAGE"]
    # Once it is repaired, it alone is taken.
    make_scan(lab.scans[0].image, SHAPE, np.eye(4), seed=1)
    code, words = take()
    assert code == 0
    assert "scans: 2, of them new: 1" in words


def test_a_missing_image_is_left_out_and_told(lab, take):
    lab.scans[0].image.unlink()
    code, words = take("--no-mirrors")
    assert code == 1
    assert "error: sub-1_ses-01_acq-MP2RAGE: image must be a file, no file at" in words
    assert lab.archive["scan"].tolist() == ["sub-2_ses-01_acq-MP2RAGE"]


def test_smaller_tiles_are_noted_and_stand_beside_the_scan(lab, take, monkeypatch):
    own, tiles = feature_table.grid_features, []

    def cramped(encode, volume, box, grid, tile, stride, mirrors):
        tiles.append(tile)
        if tile == (16, 16, 16):
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return own(encode, volume, box, grid, tile, stride, mirrors)

    def ladder_of(tile, stride, device, batches):
        ladder = Ladder.of(tile, stride, torch.device("cuda"), batches)
        return Ladder(ladder.attempts, device)

    monkeypatch.setattr(feature_table, "grid_features", cramped)
    monkeypatch.setattr(feature_table, "Ladder", types.SimpleNamespace(of=ladder_of))
    code, words = take("--no-mirrors", "--folds", "0")
    assert code == 0
    assert "note: sub-1_ses-01_acq-MP2RAGE: too little memory on cpu for tiles of 16 x" in words
    assert words.count("too little memory") == 1
    assert tiles == [(16, 16, 16), (8, 8, 8), (8, 8, 8)]  # the plan's tile is tried once
    assert json.loads(str(lab.archive["about"]))["tiles"] == [[8, 8, 8], [8, 8, 8]]


def test_ctrl_c_keeps_what_was_taken_and_writes_no_archive(lab, take, monkeypatch):
    from inference import feature_table as module  # noqa: PLC0415

    write = module._write_part

    def interrupt(parts, scan, *rest):
        if scan.participant_id == "sub-2":
            raise KeyboardInterrupt
        write(parts, scan, *rest)

    monkeypatch.setattr(module, "_write_part", interrupt)
    assert take("--no-mirrors")[0] == 130
    assert not lab.out.exists()
    monkeypatch.undo()
    assert "of them new: 1" in take("--no-mirrors")[1]
    assert take("--folds", "0", "--no-mirrors")[0] == 0


def test_no_scan_at_all_is_refused(lab, take):
    for scan in lab.scans:
        write_nifti(scan.image, np.zeros(SHAPE, np.int16), np.eye(4))
    code, words = take()
    assert code == 1
    assert "no scan has features; expected a brain" in words
    assert not lab.out.exists()


def test_plans_that_turn_the_axes_give_features_in_the_files_order(tmp_path):
    straight = Lab(tmp_path / "a")
    turned = Lab(tmp_path / "b")
    plans = json.loads((turned.model / "plans.json").read_text())
    plans |= {"transpose_forward": [2, 0, 1], "transpose_backward": [1, 2, 0]}
    (turned.model / "plans.json").write_text(json.dumps(plans))
    for lab in (straight, turned):
        keep_centres(lab.model)
        argv = ["features", lab.model, lab.table, "--out", lab.out, "--grid", "2", "3", "4"]
        assert main([str(word) for word in [*argv, "--device", "cpu"]]) == 0
    found = turned.archive["flattened"], straight.archive["flattened"]
    np.testing.assert_allclose(*found, atol=1e-4)
    assert np.ptp(found[0]) > 0.1


def keep_centres(model):
    """Let each kernel of 3 x 3 x 3 see its middle alone: then no axis differs from another."""
    for path in model.glob("*.safetensors"):
        weights = read_weights(path)
        for array in weights.values():
            if array.shape[2:] == (3, 3, 3):
                middle = array[:, :, 1, 1, 1].copy()
                array[:] = 0
                array[:, :, 1, 1, 1] = middle
        write_weights(path, weights, {})
    rehash(model)
