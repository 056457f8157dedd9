"""A model folder is checked before anything of it is used."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from lesions.model_folder import read_model
from lesions.model_weights import ModelError, read_header, read_weights, write_weights
from tests.model_files import (
    ARCHITECTURE,
    DATASET,
    PLANS,
    change_json,
    rehash,
    tiny_network,
    write_json,
    write_tiny_model,
)


@pytest.fixture
def folder(tmp_path):
    return write_tiny_model(tmp_path / "model")


def configured(**fields):
    """Give the plans with some fields of their configuration changed."""
    configuration = PLANS["configurations"]["3d_fullres"] | fields
    return PLANS | {"configurations": {"3d_fullres": configuration}}


def test_a_model_is_read_with_what_prediction_needs(folder):
    model = read_model(folder, n_channels=1)
    assert [fold.name for fold in model.folds] == ["0", "1"]
    assert (model.configuration, model.mirror_axes) == ("3d_fullres", (0, 1, 2))
    assert (model.n_channels, model.synthetic) == (1, True)
    assert model.plans["plans_name"] == "nnUNetPlans"


def test_read_weights_give_the_network_that_was_written(folder):
    weights = read_weights(read_model(folder).folds[1].path)
    network = tiny_network(0)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    x = torch.randn(1, 1, 16, 16, 16)
    with torch.no_grad():
        assert torch.equal(network.eval()(x), tiny_network(1).eval()(x))


def test_shared_tensors_are_stored_once_and_read_under_all_names(tmp_path):
    path = tmp_path / "fold_0.safetensors"
    write_weights(path, {"a": np.arange(6, dtype=np.float32).reshape(2, 3)}, {"b": "a"})
    assert read_header(path).n_parameters == 6
    weights = read_weights(path)
    assert weights["b"] is weights["a"]
    assert weights["a"].shape == (2, 3)


def test_halves_are_read_as_float32(tmp_path):
    path = tmp_path / "fold_0.safetensors"
    array = np.linspace(-1, 1, 50, dtype=np.float32)
    write_weights(path, {"a": array}, {}, "float16")
    read = read_weights(path)["a"]
    assert read.dtype == np.float32
    np.testing.assert_allclose(read, array, atol=2**-11)


def test_the_same_weights_give_the_same_bytes(tmp_path):
    weights = {name: np.full(3, i, np.float32) for i, name in enumerate("bac")}
    paths = [tmp_path / "one.safetensors", tmp_path / "two.safetensors"]
    write_weights(paths[0], weights, {"e": "a", "d": "a"})
    write_weights(paths[1], dict(reversed(weights.items())), {"d": "a", "e": "a"})
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(
    ("array", "dtype", "match"),
    [
        (np.array([1, np.nan]), "float32", "1 NaN or infinite in a"),
        (np.array([1e6]), "float16", "float16 holds, a is too large"),
    ],
)
def test_weights_that_are_no_numbers_are_not_written(tmp_path, array, dtype, match):
    with pytest.raises(ModelError, match=match):
        write_weights(tmp_path / "w.safetensors", {"a": array}, {}, dtype)
    assert list(tmp_path.iterdir()) == []


def test_weights_of_another_type_are_refused(tmp_path):
    save_file({"a": np.arange(3)}, tmp_path / "w.safetensors")
    with pytest.raises(ModelError, match="float32 or float16, came int64 in a"):
        read_weights(tmp_path / "w.safetensors")


def test_a_missing_fold_is_named_and_the_others_can_be_used(folder):
    (folder / "fold_1.safetensors").unlink()
    with pytest.raises(ModelError, match=r"expected fold 1 in fold_1\.safetensors"):
        read_model(folder)
    assert len(read_model(folder, ["0"]).folds) == 1


def test_an_unknown_fold_is_refused(folder):
    with pytest.raises(ModelError, match="no fold 4; it has 0, 1"):
        read_model(folder, ["4"])


@pytest.mark.parametrize("name", ["plans.json", "dataset.json", "fold_0.safetensors"])
def test_a_changed_file_is_refused(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[-3] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=f"{name}: expected SHA-256"):
        read_model(folder)


def test_a_truncated_file_of_weights_with_its_hash_is_refused(folder):
    path = folder / "fold_0.safetensors"
    path.write_bytes(path.read_bytes()[:-40])
    rehash(folder)
    with pytest.raises(ModelError, match="expected weights as safetensors"):
        read_model(folder)


def test_plans_of_another_channel_count_are_refused(folder):
    write_json(folder / "plans.json", configured(normalization_schemes=["ZScoreNormalization"] * 2))
    rehash(folder)
    with pytest.raises(ModelError, match=r"expected plans of 1 channels.*came 2"):
        read_model(folder)


def test_weights_of_another_channel_count_are_refused(folder):
    weights = {k: v.numpy() for k, v in tiny_network(0, channels=2).state_dict().items()}
    write_weights(folder / "fold_1.safetensors", weights, {})
    rehash(folder)
    with pytest.raises(ModelError, match=r"fold_1\.safetensors: expected weights for 1 channels"):
        read_model(folder)


def test_a_model_of_more_channels_than_the_cohort_has_is_refused(folder):
    plans = configured(normalization_schemes=["ZScoreNormalization"] * 2)
    write_json(folder / "plans.json", plans)
    names = {"0": "MP2RAGE", "1": "FLAIR"}
    write_json(folder / "dataset.json", DATASET | {"channel_names": names})
    for fold in (0, 1):
        weights = {k: v.numpy() for k, v in tiny_network(0, channels=2).state_dict().items()}
        write_weights(folder / f"fold_{fold}.safetensors", weights, {})
    rehash(folder)
    with pytest.raises(ModelError, match=r"1 channel\(s\), came one of 2 \(MP2RAGE, FLAIR\)"):
        read_model(folder, n_channels=1)


@pytest.mark.parametrize(
    "architecture",
    [
        ARCHITECTURE | {"network_class_name": "os.system"},
        ARCHITECTURE | {"arch_kwargs": ARCHITECTURE["arch_kwargs"] | {"nonlin": "os.abort"}},
        ARCHITECTURE | {"_kw_requires_import": ["features_per_stage"]},
    ],
)
def test_plans_that_would_import_something_else_are_refused(folder, architecture):
    write_json(folder / "plans.json", configured(architecture=architecture))
    rehash(folder)
    with pytest.raises(ModelError, match=r"plans\.json: expected .+ of nnU-Net's planners"):
        read_model(folder)


def test_what_a_configuration_inherits_is_checked_too(folder):
    hostile = configured(architecture=ARCHITECTURE | {"network_class_name": "os.system"})
    hostile["configurations"]["mine"] = {"inherits_from": "3d_fullres"}
    write_json(folder / "plans.json", hostile)
    change_json(folder / "model.json", configuration="mine")
    rehash(folder)
    with pytest.raises(ModelError, match=r"came os\.system"):
        read_model(folder)


def test_a_configuration_that_inherits_from_itself_is_refused(folder):
    write_json(folder / "plans.json", configured(inherits_from="3d_fullres"))
    rehash(folder)
    with pytest.raises(ModelError, match="expected one of the configurations"):
        read_model(folder)


def test_a_folder_of_pickles_is_refused_and_none_is_read(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (tmp_path.joinpath("ran").touch, ())

    path = tmp_path / "results" / "fold_0" / "checkpoint_final.pth"
    path.parent.mkdir(parents=True)
    path.write_bytes(pickle.dumps(Bomb()))
    for given in (tmp_path / "results", path):
        with pytest.raises(ModelError, match=r"checkpoint_final\.pth: a pickle, which can run"):
            read_model(given)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"format_version": 2}, "expected format second-look-model 1, came second-look-model 2"),
        ({"mirror_axes": [3]}, 'expected "mirror_axes"'),
        ({"trainer": None}, 'expected "trainer"'),
        ({"folds": []}, 'expected "folds"'),
        ({"folds": [{"fold": "0", "file": "../x.safetensors", "sha256": ""}]}, "beside it"),
        ({"folds": [{"fold": "../0", "file": "x.safetensors", "sha256": ""}]}, "fold's number"),
        ({"configuration": "2d"}, "expected one of the configurations 3d_fullres, came 2d"),
    ],
)
def test_a_manifest_that_breaks_the_format_is_refused(folder, fields, match):
    change_json(folder / "model.json", **fields)
    with pytest.raises(ModelError, match=match):
        read_model(folder)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"expected a model folder with model\.json"):
        read_model(tmp_path)


def test_every_key_of_the_manifest_is_described(folder):
    text = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    section = text.partition("### A model folder\n")[2].partition("\n## ")[0]
    for key in json.loads((folder / "model.json").read_text()):
        assert f"`{key}`" in section, key
