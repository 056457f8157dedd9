"""Batch i is the same whoever makes it, and whatever was drawn before."""

import json
import random

import numpy as np
import pytest
import torch

from tests.training.runs import tiny
from training.batches import jitter_crops
from training.randomness import put_states, seed_everything, seeded, take_states
from training.trainers import nnUNetTrainerLesionBlob
from training.trainers.repeatable import TRAIN


@pytest.fixture
def trainer(built, tmp_path, monkeypatch):
    """A trainer of the tiny dataset that has not begun."""
    planned = built / "preprocessed" / tiny.NAME
    monkeypatch.setenv("nnUNet_preprocessed", str(built / "preprocessed"))
    monkeypatch.setenv("nnUNet_results", str(tmp_path / "results"))
    monkeypatch.setenv("nnUNet_n_proc_DA", "0")
    plans, dataset = (
        json.loads((planned / name).read_text("utf-8"))
        for name in ("nnUNetPlans.json", "dataset.json")
    )
    trainer = nnUNetTrainerLesionBlob(plans, "3d_fullres", 0, dataset, torch.device("cpu"))
    trainer.num_epochs, trainer.num_iterations_per_epoch = 2, 2
    trainer.num_val_iterations_per_epoch = 1
    trainer.initialize()
    return trainer


def take(stream, n):
    batches = [next(stream) for _ in range(n)]
    stream.close()
    return batches


def same(a, b):
    pairs = zip([a["data"], *a["target"]], [b["data"], *b["target"]], strict=True)
    return all(torch.equal(x, y) for x, y in pairs)


def test_workers_make_the_batches_that_one_process_makes(trainer):
    alone = take(trainer.get_dataloaders()[TRAIN], 3)
    trainer.n_workers = 2
    shared = take(trainer.get_dataloaders()[TRAIN], 3)
    assert [same(*pair) for pair in zip(alone, shared, strict=True)] == [True] * 3
    assert not same(alone[0], alone[1])


def test_a_stream_goes_on_where_an_epoch_ended(trainer):
    all_of_it = take(trainer.get_dataloaders()[TRAIN], 4)
    trainer.current_epoch = 1
    rest = take(trainer.get_dataloaders()[TRAIN], 2)
    assert [same(*pair) for pair in zip(all_of_it[2:], rest, strict=True)] == [True] * 2


def test_targets_are_numbered_lesions_at_every_resolution(trainer):
    (batch,) = take(trainer.get_dataloaders()[TRAIN], 1)
    full, *lower = batch["target"]
    assert full.dtype == torch.int16
    assert full.max() >= 1
    for target in lower:
        assert set(target.unique().tolist()) <= set(full.unique().tolist())


def test_making_a_batch_leaves_the_generators_as_they_were(trainer):
    stream = trainer.get_dataloaders()[TRAIN]
    before = take_states()
    take(stream, 1)
    after = take_states()
    assert before["python"] == after["python"]
    assert torch.equal(before["numpy"][1], after["numpy"][1])
    assert torch.equal(before["torch"], after["torch"])


def test_states_can_be_put_back():
    seed_everything(3)
    states = take_states()
    first = random.random(), np.random.rand(), torch.rand(1).item()
    put_states(states)
    assert first == (random.random(), np.random.rand(), torch.rand(1).item())


def test_another_key_seeds_another_draw():
    draws = []
    for key in ((0, 1), (1, 0), (0, 2)):
        with seeded(*key):
            draws.append(torch.rand(1).item())
    assert len(set(draws)) == 3


def test_jitter_moves_the_crops_that_hold_a_lesion_and_no_others(trainer):
    maker = trainer.get_dataloaders()[TRAIN]._iterator._dataset.maker
    places = {1: [[0, 12, 12, 12]]}
    centred, _ = maker.get_bbox((24, 24, 24), True, places)
    jitter_crops(maker, 0.25)
    most = 0.25 * tiny.PATCH
    shifted = np.array([maker.get_bbox((24, 24, 24), True, places)[0] for _ in range(200)])
    assert abs(shifted - centred).max() == most
    with seeded(1):
        plain = maker.get_bbox((24, 24, 24), False, places)
    with seeded(1):
        assert maker.get_bbox((24, 24, 24), False, places) == plain
