"""What `train` leaves is exported, whatever the network: weights, plans and the run's record."""

import json

import pytest
import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans

from lesions.model_folder import read_model
from lesions.model_weights import read_weights
from lesions.network_names import resolve_configuration
from training.safe_checkpoints import read_checkpoint

SHORT = ("--epochs", 1, "--steps", 1, "--validation-steps", 1)
#: Architecture and further options: every kind of network that a model folder may hold.
NETWORKS = [
    ("vanilla", ("--trainer", "bce-dice")),
    ("resenc-m", ()),
    ("resenc-l", ()),
    ("umamba-bot", ("--no-residual",)),
    ("umamba-enc", ()),
]


@pytest.mark.parametrize(("architecture", "options"), NETWORKS)
def test_a_run_becomes_a_model_whose_network_the_plans_build(
    train, run_training, tmp_path, architecture, options
):
    code, words = train(*SHORT, "--architecture", architecture, *options)
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
    (fold,) = json.loads((out / "model.json").read_text())["folds"]
    config = fold["run"]["config"]
    assert (fold["epochs"], config["architecture"]) == (1, architecture)
    assert config["residual"] == {"umamba-bot": False, "umamba-enc": True}.get(architecture)
    assert fold["run"]["n_training_cases"] == 3
    card = (out / "README.md").read_text()
    assert f"--architecture {architecture} " in card
    assert ("--no-residual" in card) == ("--no-residual" in options)
    assert "sub-0" not in card + (out / "model.json").read_text()
