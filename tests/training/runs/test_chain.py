"""What `train` leaves behind is what `export` takes, whatever the network."""

import json

import pytest
import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans

from lesions.model_folder import read_model
from lesions.model_weights import read_weights

SHORT = ("--epochs", 1, "--steps", 1, "--validation-steps", 1)


@pytest.mark.parametrize("architecture", ["vanilla", "resenc-m", "umamba-enc"])
def test_a_run_is_exported_with_its_record_and_its_network(architecture, train, tmp_path, capsys):
    from training.__main__ import main  # noqa: PLC0415

    assert train(*SHORT, "--architecture", architecture)[0] == 0
    (record,) = tmp_path.rglob("run.json")
    out = tmp_path / "model"
    assert main(["export", str(record.parents[1]), "--out", str(out)]) == 0, capsys.readouterr().err
    model = read_model(out, n_channels=1)
    chosen = model.plans["configurations"]["3d_fullres"]["architecture"]
    network = get_network_from_plans(
        chosen["network_class_name"],
        chosen["arch_kwargs"],
        chosen["_kw_requires_import"],
        1,
        1,
        deep_supervision=False,
    )
    weights = read_weights(model.folds[0].path)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    (fold,) = model.about["folds"]
    assert fold["epochs"] == 1
    config = json.loads(record.read_text("utf-8"))["config"]
    assert fold["run"]["config"]["seed"] == config["seed"]
