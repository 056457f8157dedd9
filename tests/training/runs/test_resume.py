"""A run that was interrupted ends as one that was not; what doesn't fit is refused."""

import json
import os
import signal

import numpy as np
import pytest
import torch

from tests.training.runs import tiny
from tests.training.runs.tiny import ctrl_c, interrupt_at
from training.checkpoints import CheckpointError, read_checkpoint, write_checkpoint
from training.trainers.repeatable import FINAL, LATEST

STEPS = 4
RUN = ("--epochs", 3, "--steps", STEPS, "--validation-steps", 2, "--seed", 7)
SHORT = ("--epochs", 1, "--steps", 1, "--validation-steps", 1)


def found(folder, name):
    (path,) = folder.rglob(name)
    return path


def terminate():
    os.kill(os.getpid(), signal.SIGTERM)


def assert_same(a, b, where=""):
    """Compare nested states to the bit."""
    if isinstance(a, torch.Tensor):
        assert torch.equal(a, b), where
    elif isinstance(a, np.ndarray):
        assert np.array_equal(a, b), where
    elif isinstance(a, dict):
        assert a.keys() == b.keys(), where
        for key in a:
            assert_same(a[key], b[key], f"{where}/{key}")
    elif isinstance(a, list | tuple):
        assert len(a) == len(b), where
        for index, pair in enumerate(zip(a, b, strict=True)):
            assert_same(*pair, f"{where}/{index}")
    else:
        assert a == b, where


@pytest.mark.parametrize("precision", [(), ("--bfloat16",)])
def test_an_interrupted_run_ends_with_the_weights_of_an_uninterrupted_one(
    precision, train, tmp_path, monkeypatch
):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run = (*RUN, *precision)
    assert train(*run, "--out", whole)[0] == 0
    with monkeypatch.context() as patch:
        interrupt_at(patch, 2 * STEPS - 1, ctrl_c)
        code, words = train(*run, "--out", parts)
    assert code == 130
    assert "stopped" in words
    assert json.loads(found(parts, "run.json").read_text("utf-8"))["state"] == "stopped"
    assert train(*run, "--out", parts, "--resume")[0] == 0
    one, other = (torch.load(found(folder, FINAL), weights_only=False) for folder in (whole, parts))
    times = {"epoch_start_timestamps", "epoch_end_timestamps"}
    for key in ("network_weights", "optimizer_state", "second_look", "_best_ema"):
        assert_same(one[key], other[key], key)
    for name in one["logging"].keys() - times:
        assert_same(one["logging"][name], other["logging"][name], name)
    record = json.loads(found(parts, "run.json").read_text("utf-8"))
    assert [session["from_epoch"] for session in record["sessions"]] == [0, 1]
    assert [session["to_epoch"] for session in record["sessions"]] == [1, 3]
    assert record["state"] == "finished"


def test_a_cluster_may_end_a_run_as_ctrl_c_does(train, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        interrupt_at(patch, 0, terminate)
        assert train(*SHORT)[0] == 130
    assert json.loads(found(tmp_path, "run.json").read_text("utf-8"))["state"] == "stopped"


def test_a_run_that_was_stopped_in_its_first_epoch_begins_again(train, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        interrupt_at(patch, 0, ctrl_c)
        assert train(*SHORT)[0] == 130
    assert train(*SHORT)[0] == 1
    assert train(*SHORT, "--resume")[0] == 0


def test_resume_begins_a_run_and_leaves_a_finished_one_as_it_is(train, tmp_path):
    assert train(*SHORT, "--resume")[0] == 0
    before = found(tmp_path, FINAL).read_bytes()
    code, words = train(*SHORT, "--resume")
    assert code == 0
    assert "finished already" in words
    assert found(tmp_path, FINAL).read_bytes() == before


def test_a_second_run_in_one_folder_is_refused(train):
    train(*SHORT)
    code, words = train(*SHORT)
    assert code == 1
    assert "--resume goes on with it" in words


@pytest.fixture
def stopped(train, tmp_path, monkeypatch, built):
    """Stop a run of two epochs in its second; its data are a copy that a test may change."""
    tiny.copy(built, tmp_path)
    options = ("--epochs", 2, "--steps", 1, "--validation-steps", 1)
    with monkeypatch.context() as patch:
        interrupt_at(patch, 1, ctrl_c)
        assert train(*options, preprocessed=tmp_path / "preprocessed")[0] == 130
    return options


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--seed", 1), "expected seed 0 as before, came 1"),
        (("--beta", 3), "expected beta 1.0 as before, came 3.0"),
        (("--epochs", 9), "expected n_epochs 2 as before, came 9"),
    ],
)
def test_a_run_is_not_resumed_with_other_settings(more, says, stopped, train, tmp_path):
    code, words = train(*stopped, *more, "--resume", preprocessed=tmp_path / "preprocessed")
    assert code == 1
    assert says in words


def test_a_run_is_not_resumed_on_other_data(stopped, train, tmp_path):
    with found(tmp_path / "preprocessed", "sub-02_seg.b2nd").open("ab") as file:
        file.write(b"changed")
    code, words = train(*stopped, "--resume", preprocessed=tmp_path / "preprocessed")
    assert code == 1
    assert "cases_sha256 differs" in words


def test_a_broken_checkpoint_is_named(stopped, train, tmp_path):
    path = found(tmp_path / "results", LATEST)
    path.write_bytes(path.read_bytes()[:5000])
    code, words = train(*stopped, "--resume", preprocessed=tmp_path / "preprocessed")
    assert code == 1
    assert f"{path}: expected a whole checkpoint" in words


class InterruptsWhenWritten:
    """Stands for Ctrl-C while a checkpoint is being written."""

    def __reduce__(self):
        raise KeyboardInterrupt


def test_ctrl_c_while_a_checkpoint_is_written_leaves_the_one_before(tmp_path):
    path = tmp_path / LATEST
    write_checkpoint(path, {"second_look": {"epoch": 1}})
    weights = torch.zeros(100_000)
    with pytest.raises(KeyboardInterrupt):
        write_checkpoint(path, {"weights": weights, "second_look": InterruptsWhenWritten()})
    assert read_checkpoint(path)["second_look"] == {"epoch": 1}
    assert [file.name for file in tmp_path.iterdir()] == [LATEST]


class RunsWhenRead:
    """Stands for a pickle from a stranger."""

    def __reduce__(self):
        return os.system, ("true",)


def test_a_checkpoint_that_would_run_something_is_refused(tmp_path):
    torch.save({"second_look": RunsWhenRead()}, tmp_path / LATEST)
    with pytest.raises(CheckpointError, match="expected a whole checkpoint"):
        read_checkpoint(tmp_path / LATEST)


def test_a_checkpoint_of_nnunets_own_trainer_is_refused(tmp_path):
    torch.save({"network_weights": {}}, tmp_path / LATEST)
    with pytest.raises(CheckpointError, match="expected a checkpoint that `training train` wrote"):
        read_checkpoint(tmp_path / LATEST)
