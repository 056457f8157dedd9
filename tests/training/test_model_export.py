"""What nnU-Net's own trainer saved is exported, read, imported, and predicts the same."""

import json
import pickle
import shutil

import numpy as np
import pytest
import torch
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

from lesions.model_folder import read_model
from lesions.model_weights import read_weights
from tests.model_files import ARCHITECTURE, DATASET, PLANS, tiny_network, write_json

RUN = "Dataset501_Tiny/nnUNetTrainer__nnUNetPlans__3d_fullres"
RECORD = {
    "config": {"trainer": "nnUNetTrainerLesionBlob", "fold": 0, "n_epochs": 3, "seed": 7},
    "data": {
        "training_cases": ["sub-01_acq-T1w", "sub-02_acq-T1w"],
        "validation_cases": ["sub-03_acq-T1w"],
    },
    "sessions": [
        {
            "begun_at": "2026-11-01T10:00:00+00:00",
            "ended_at": "2026-11-01T10:30:00+00:00",
            "command": ["/home/anna/train"],
            "device": {"name": "a processor"},
        }
    ],
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Let nnU-Net's trainer save two folds of a tiny network."""
    folder = tmp_path_factory.mktemp("results")
    n_threads = torch.get_num_threads()
    cases = folder / "Dataset501_Tiny" / "nnUNetPlans_3d_fullres"
    cases.mkdir(parents=True)
    (cases / "any.b2nd").touch()  # by its ending nnU-Net knows how its cases are stored
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("nnUNet_results", str(folder))
        patch.setenv("nnUNet_preprocessed", str(folder))
        patch.setenv("nnUNet_compile", "f")
        patch.setattr(nnUNetTrainer, "plot_network_architecture", lambda _self: None)
        for fold in (0, 1):
            torch.manual_seed(fold)
            plans = PLANS | {"continue_training": False}
            trainer = nnUNetTrainer(plans, "3d_fullres", fold, DATASET, torch.device("cpu"))
            trainer.initialize()
            trainer.configure_rotation_dummyDA_mirroring_and_inital_patch_size()
            trainer.logger.log("train_losses", np.float32(0.5), 0)
            trainer.logger.log("mean_fg_dice", np.float64(0.25), 0)
            trainer.current_epoch = 2
            trainer.save_checkpoint(f"{trainer.output_folder}/checkpoint_final.pth")
            write_json(folder / RUN / f"fold_{fold}" / "run.json", RECORD)
    torch.set_num_threads(n_threads)
    write_json(folder / RUN / "plans.json", PLANS)
    write_json(folder / RUN / "dataset.json", DATASET)
    return folder / RUN


@pytest.fixture
def run_dir(trained, tmp_path):
    """Copy the results, so that a test may break them."""
    return shutil.copytree(trained, tmp_path / "results" / RUN)


@pytest.fixture
def export(run_training, tmp_path):
    def run(source, *options):
        out = tmp_path / "model"
        code, words = run_training(["export", source, "--out", out, *options])
        return code, words, out

    return run


def refused(found, match):
    code, words, out = found
    lines = [line for line in words.splitlines() if line.startswith("error: ")]
    assert code == 1
    assert len(lines) == 1
    assert match in lines[0]
    assert not out.exists()
    assert not list(out.parent.glob(".partial*"))


def network_of(model, fold):
    network = tiny_network()
    weights = read_weights(model.folds[fold].path)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    return network.eval()


def saved(trained, fold):
    path = trained / f"fold_{fold}" / "checkpoint_final.pth"
    return torch.load(path, weights_only=False)["network_weights"]


def test_exported_weights_are_those_that_were_saved_each_once(trained, export):
    code, words, out = export(trained)
    assert code == 0, words
    model = read_model(out, n_channels=1)
    assert [fold.name for fold in model.folds] == ["0", "1"]
    for fold in (0, 1):
        state = saved(trained, fold)
        weights = read_weights(model.folds[fold].path)
        assert set(weights) == set(state)
        assert all(np.array_equal(weights[name], state[name].numpy()) for name in state)
    unique = {tensor.data_ptr(): tensor.numel() for tensor in saved(trained, 0).values()}
    assert model.folds[0].n_parameters == sum(unique.values())
    assert (model.mirror_axes, model.trainer) == ((0, 1, 2), "nnUNetTrainer")


def test_halves_are_half_as_large_and_predict_nearly_the_same(trained, export):
    _, _, out = export(trained, "--dtype", "float16", "--folds", "1")
    model = read_model(out)
    network = tiny_network()
    network.load_state_dict(saved(trained, 1))
    x = torch.randn(1, 1, 16, 16, 16, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        difference = (network_of(model, 0)(x) - network.eval()(x)).abs().max()
    assert 0 < difference < 0.01
    assert model.folds[0].path.stat().st_size < 2.5 * model.folds[0].n_parameters + 8000


def test_the_card_and_the_manifest_tell_of_the_run_and_of_no_subject_or_folder(trained, export):
    notes = trained.parent / "notes.md"
    notes.write_text("## Licence\n\nCC-BY-4.0\n")
    _, _, out = export(trained, "--name", "demo", "--notes", notes)
    card = (out / "README.md").read_text()
    about = json.loads((out / "model.json").read_text())
    run = about["folds"][0]["run"]
    assert (run["minutes"], run["n_training_cases"]) == (30.0, 2)
    assert run["config"]["seed"] == 7
    for text in (card, (out / "model.json").read_text()):
        assert "sub-0" not in text
        assert "/home" not in text
    model = read_model(out)
    for digest in (model.sha256, *(fold.sha256 for fold in model.folds)):
        assert digest in card
    assert card.startswith("# demo\n")
    assert "| fold_0.safetensors | float32 | 7 | 2 | 3 | 30 |" in card
    assert "fold 1 trained on 2 and validated on 1" in card
    assert card.endswith("CC-BY-4.0\n")
    assert "phantoms" not in card


def test_a_model_of_phantoms_says_so_first(run_dir, export):
    words = "SYNTHETIC: made from phantoms, not from patients."
    write_json(run_dir / "dataset.json", DATASET | {"description": words})
    _, _, out = export(run_dir)
    assert "Trained on synthetic phantoms only" in (out / "README.md").read_text()[:200]
    assert read_model(out).synthetic


def test_an_orientation_that_the_dataset_does_not_say_is_added(trained, export):
    _, _, out = export(trained, "--orientation", "RAS")
    assert read_model(out).dataset["orientation"] == "RAS"


def test_an_orientation_that_is_none_or_another_is_refused(run_dir, export):
    refused(export(run_dir, "--orientation", "RAR"), 'such as RAS, not "RAR"')
    write_json(run_dir / "dataset.json", DATASET | {"orientation": "LPS"})
    refused(export(run_dir, "--orientation", "RAS"), "expected --orientation LPS")
    _, _, out = export(run_dir)
    assert read_model(out).dataset["orientation"] == "LPS"


def test_nnunets_predictor_reads_an_imported_model_and_predicts_the_same(
    trained, export, run_training, tmp_path
):
    _, _, out = export(trained)
    code, words = run_training(["import", out, "--results", tmp_path / "imported"])
    assert code == 0, words
    predictor = nnUNetPredictor(device=torch.device("cpu"), allow_tqdm=False)
    predictor.initialize_from_trained_model_folder(str(tmp_path / "imported" / RUN), ("0", "1"))
    assert predictor.allowed_mirroring_axes == (0, 1, 2)
    for fold, parameters in enumerate(predictor.list_of_parameters):
        state = saved(trained, fold)
        assert all(torch.equal(parameters[name], state[name]) for name in state)
        predictor.network.load_state_dict(parameters)
    code, words = run_training(["import", out, "--results", tmp_path / "imported"])
    assert code == 1
    assert "expected no file or folder at" in words


def test_what_was_exported_can_be_imported_and_exported_again(
    trained, export, run_training, tmp_path
):
    _, _, out = export(trained)
    run_training(["import", out, "--results", tmp_path / "imported"])
    again = tmp_path / "again"
    code, words = run_training(["export", tmp_path / "imported" / RUN, "--out", again])
    assert code == 0, words
    hashes = [[fold.sha256 for fold in read_model(folder).folds] for folder in (out, again)]
    assert hashes[0] == hashes[1]


class Bomb:
    """Touches a file when it is unpickled."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return (self.target.touch, ())


def test_a_checkpoint_that_would_run_something_is_refused_and_runs_nothing(
    run_dir, export, tmp_path
):
    path = run_dir / "fold_1" / "checkpoint_final.pth"
    content = torch.load(path, weights_only=False) | {"extra": Bomb(tmp_path / "ran")}
    torch.save(content, path)
    refused(export(run_dir), "which runs nothing; refused")
    path.write_bytes(pickle.dumps(Bomb(tmp_path / "ran")))
    refused(export(run_dir), "checkpoint_final.pth: expected a")
    assert not (tmp_path / "ran").exists()


def test_a_stranger_s_pickles_are_no_model_to_import(trained, run_training, tmp_path):
    for given in (trained, trained / "fold_0" / "checkpoint_final.pth"):
        code, words = run_training(["import", given, "--results", tmp_path / "imported"])
        assert code == 1
        assert "a pickle, which can run anything" in words
    assert not (tmp_path / "imported").exists()


def test_an_unfinished_fold_is_named(run_dir, export):
    (run_dir / "fold_1" / "checkpoint_final.pth").unlink()
    refused(export(run_dir), "expected fold_1/checkpoint_final.pth")
    assert export(run_dir, "--folds", "0")[0] == 0


def test_a_fold_that_was_never_trained_is_named(trained, export):
    refused(export(trained, "--folds", "0", "4"), "expected fold_4/checkpoint_final.pth")


def test_a_truncated_checkpoint_is_refused(run_dir, export):
    path = run_dir / "fold_0" / "checkpoint_final.pth"
    path.write_bytes(path.read_bytes()[:1000])
    refused(export(run_dir), "fold_0/checkpoint_final.pth: expected a whole checkpoint")


def test_plans_that_changed_since_the_training_are_refused(run_dir, export):
    arguments = ARCHITECTURE["arch_kwargs"] | {"features_per_stage": [8, 16]}
    chosen = PLANS["configurations"]["3d_fullres"]
    changed = chosen | {"architecture": ARCHITECTURE | {"arch_kwargs": arguments}}
    write_json(run_dir / "plans.json", PLANS | {"configurations": {"3d_fullres": changed}})
    refused(export(run_dir), "expected the architecture of plans.json beside the folds")


def test_weights_with_nan_are_refused(run_dir, export):
    path = run_dir / "fold_1" / "checkpoint_final.pth"
    content = torch.load(path, weights_only=False)
    next(iter(content["network_weights"].values()))[0] = float("nan")
    torch.save(content, path)
    refused(export(run_dir), "NaN or infinite")


def test_a_folder_of_no_results_is_refused(tmp_path, export):
    (tmp_path / "empty").mkdir()
    refused(export(tmp_path / "empty"), "expected nnU-Net's results of one trainer")
