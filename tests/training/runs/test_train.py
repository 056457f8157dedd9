"""Every trainer and architecture takes twenty steps by the command."""

import json

import pytest
import torch

from tests.training.runs import tiny
from training.__main__ import main
from training.architectures import ARCHITECTURES
from training.train_command import TRAINER_NAMES
from training.trainers import TRAINERS

#: Two epochs of ten steps.
SHORT = ("--epochs", 2, "--steps", 10, "--validation-steps", 2)


def final(folder):
    (path,) = folder.rglob("checkpoint_final.pth")
    return path, torch.load(path, weights_only=False)


def test_the_command_offers_every_trainer():
    assert tuple(TRAINERS) == TRAINER_NAMES


@pytest.mark.parametrize("trainer", TRAINERS)
def test_each_trainer_takes_twenty_steps_and_learns(trainer, train, tmp_path):
    code, words = train(*SHORT, "--trainer", trainer)
    assert code == 0, words
    path, checkpoint = final(tmp_path)
    assert str(path) in words
    losses = checkpoint["logging"]["train_losses"]
    assert len(losses) == 2
    assert losses[1] < losses[0]
    assert checkpoint["init_args"]["dataset_json"]["labels"]["lesion"] == [1, 1]


@pytest.mark.parametrize("architecture", [name for name in ARCHITECTURES if name != "vanilla"])
def test_each_architecture_takes_twenty_steps_and_learns(architecture, train, tmp_path):
    code, words = train(*SHORT, "--architecture", architecture)
    assert code == 0, words
    losses = final(tmp_path)[1]["logging"]["train_losses"]
    assert losses[1] < losses[0]


def test_adam_follows_the_paper(train, tmp_path):
    train(*SHORT, "--trainer", "bce-dice")
    checkpoint = final(tmp_path)[1]
    (group,) = checkpoint["optimizer_state"]["param_groups"]
    assert checkpoint["logging"]["lrs"] == pytest.approx([3e-4, 3e-4 * 0.5**0.9])
    assert "betas" in group
    assert not group["amsgrad"]


def test_adam_begins_at_the_rate_that_is_given_and_the_run_says_so(train, tmp_path):
    train("--epochs", 1, "--steps", 1, "--validation-steps", 1, "--learning-rate", 0.01)
    assert final(tmp_path)[1]["logging"]["lrs"] == [0.01]
    (path,) = tmp_path.rglob("run.json")
    assert json.loads(path.read_text("utf-8"))["config"]["learning_rate"] == 0.01


def test_mixed_precision_learns_and_keeps_weights_in_single_precision(train, tmp_path):
    code, words = train(*SHORT, "--bfloat16")
    assert code == 0, words
    checkpoint = final(tmp_path)[1]
    losses = checkpoint["logging"]["train_losses"]
    assert losses[1] < losses[0]
    assert {value.dtype for value in checkpoint["network_weights"].values()} == {torch.float32}
    (path,) = tmp_path.rglob("run.json")
    assert json.loads(path.read_text("utf-8"))["config"]["bfloat16"] is True
    plain = tmp_path / "plain"
    train(*SHORT, "--out", plain)
    exact = final(plain)[1]["logging"]["train_losses"]
    assert losses == pytest.approx(exact, rel=0.02)
    assert losses != exact


@pytest.mark.parametrize("rate", ["0", "1", "-1e-3", "nan", "fast"])
def test_a_rate_that_is_none_is_refused(rate, capsys):
    with pytest.raises(SystemExit):
        main(["train", "1", "--fold", "0", f"--learning-rate={rate}"])
    assert f'expected a rate above 0 and below 1, not "{rate}"' in capsys.readouterr().err


def test_a_run_says_all_about_itself(train, tmp_path):
    train("--epochs", 1, "--steps", 1, "--validation-steps", 1, "--seed", 3)
    (path,) = tmp_path.rglob("run.json")
    record = json.loads(path.read_text("utf-8"))
    assert record["state"] == "finished"
    assert (record["epochs"], record["seed"], record["n_cases"]) == (1, 3, 3)
    assert record["minutes"] > 0
    assert record["config"]["seed"] == 3
    assert (record["config"]["alpha"], record["config"]["beta"]) == (2.0, 1.0)
    (session,) = record["sessions"]
    assert session["versions"]["torch"] == torch.__version__
    assert session["git"] is None or len(session["git"]["commit"]) == 40
    assert record["data"]["validation_cases"] == ["sub-00"]
    assert set(record["data"]["cases_sha256"]["sub-01"]) == {
        "sub-01.b2nd",
        "sub-01_seg.b2nd",
        "sub-01.pkl",
    }


def test_fold_all_leaves_no_case_out(train, tmp_path):
    code, words = train("--epochs", 1, "--steps", 1, "--validation-steps", 1, "--fold", "all")
    assert code == 0, words
    (path,) = tmp_path.rglob("run.json")
    data = json.loads(path.read_text("utf-8"))["data"]
    assert path.parent.name == "fold_all"
    assert len(data["training_cases"]) == tiny.N_CASES
