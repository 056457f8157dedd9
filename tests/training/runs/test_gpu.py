"""The same runs on a GPU; skipped where there is none."""

import json

import pytest
import torch

from tests.training.runs.tiny import ctrl_c, interrupt_at

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]
SHORT = ("--epochs", 2, "--steps", 10, "--validation-steps", 2, "--device", "cuda")


@pytest.fixture(autouse=True)
def _uncompiled(monkeypatch):
    """Don't wait for torch.compile, which takes longer than these runs."""
    monkeypatch.setenv("nnUNet_compile", "f")


@pytest.mark.parametrize("trainer", ["bce-dice", "blob", "cc"])
def test_each_trainer_learns_in_mixed_precision(trainer, train, tmp_path):
    code, words = train(*SHORT, "--trainer", trainer)
    assert code == 0, words
    (path,) = tmp_path.rglob("checkpoint_final.pth")
    losses = torch.load(path, weights_only=False, map_location="cpu")["logging"]["train_losses"]
    assert losses[1] < losses[0]
    (record,) = tmp_path.rglob("run.json")
    assert json.loads(record.read_text("utf-8"))["device"]["device"] == "cuda"


@pytest.mark.parametrize("architecture", ["resenc-m", "umamba-bot", "umamba-enc"])
def test_each_kind_of_network_learns_in_mixed_precision(architecture, train, tmp_path):
    code, words = train(*SHORT, "--architecture", architecture)
    assert code == 0, words
    (path,) = tmp_path.rglob("checkpoint_final.pth")
    losses = torch.load(path, weights_only=False, map_location="cpu")["logging"]["train_losses"]
    assert losses[1] < losses[0]


def test_batches_come_from_workers_through_pinned_memory(train, tmp_path):
    alone, helped = tmp_path / "alone", tmp_path / "helped"
    assert train(*SHORT, "--out", alone)[0] == 0
    assert train(*SHORT, "--out", helped, "--workers", 2)[0] == 0
    losses = []
    for folder in (alone, helped):
        (path,) = folder.rglob("checkpoint_final.pth")
        checkpoint = torch.load(path, weights_only=False, map_location="cpu")
        losses.append(checkpoint["logging"]["train_losses"])
    # The same batches; sums on a GPU are in no fixed order.
    assert losses[0] == pytest.approx(losses[1], rel=0.01)


def test_a_run_begun_on_a_gpu_goes_on_on_a_cpu(train, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        interrupt_at(patch, 15, ctrl_c)  # in the second epoch of ten steps each
        assert train(*SHORT)[0] == 130
    on_cpu = tuple("cpu" if word == "cuda" else word for word in SHORT)
    assert train(*on_cpu, "--resume")[0] == 0
    (record,) = tmp_path.rglob("run.json")
    sessions = json.loads(record.read_text("utf-8"))["sessions"]
    assert [session["device"]["device"] for session in sessions] == ["cuda", "cpu"]
    assert [session["to_epoch"] for session in sessions] == [1, 2]
