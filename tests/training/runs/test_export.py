"""What `train` leaves is exported, whatever the network: weights, plans and the run's record."""

import json

import pytest
import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans

from lesions.model_folder import read_model
from lesions.model_weights import read_weights
from lesions.network_names import resolve_configuration
from training.safe_checkpoints import read_checkpoint


@pytest.mark.parametrize("architecture", ["vanilla", "umamba-bot"])
def test_a_run_becomes_a_model_whose_network_the_plans_build(
    train, run_training, tmp_path, architecture
):
    length = ("--epochs", 1, "--steps", 2, "--validation-steps", 1)
    code, words = train(*length, "--architecture", architecture, "--trainer", "bce-dice")
    assert code == 0, words
    (checkpoint,) = (tmp_path / "results").glob("*/*/fold_0/checkpoint_final.pth")
    out = tmp_path / "model"
    code, words = run_training(["export", checkpoint.parents[1], "--out", out])
    assert code == 0, words
    model = read_model(out, n_channels=1)
    assert (model.dataset["labels"]["lesion"], model.mirror_axes) == ([1, 1], (0, 1, 2))
    found = resolve_configuration(model.plans, model.configuration, out)["architecture"]
    network = get_network_from_plans(
        found["network_class_name"], found["arch_kwargs"], found["_kw_requires_import"], 1, 1,
        deep_supervision=True,
    )  # fmt: skip
    weights = {k: torch.from_numpy(v) for k, v in read_weights(model.folds[0].path).items()}
    network.load_state_dict(weights)
    saved = read_checkpoint(checkpoint)
    assert all((weights[name].numpy() == array).all() for name, array in saved.weights.items())
    run = json.loads((out / "model.json").read_text())["folds"][0]["run"]
    assert run["config"]["architecture"] == architecture
    assert run["n_training_cases"] == 3
    assert "sub-0" not in (out / "model.json").read_text()
    assert "| seed |" in (out / "README.md").read_text()
