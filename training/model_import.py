"""Put a model folder into nnU-Net's results, for its own commands or for further training."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from lesions.atomic import build_folder, write_atomically
from lesions.model_folder import DATASET, MANIFEST, PLANS, Fold, Model
from lesions.model_weights import ModelError, read_weights
from lesions.progress import progress_bar
from training.provenance import write_json

#: Any trainer whose network comes from the plans will do for prediction; nnU-Net knows its own.
NNUNETS_TRAINER = "nnUNetTrainer"


def import_model(model: Model, results: Path, trainer: str = NNUNETS_TRAINER) -> Path:
    """Write nnU-Net's results of a model that was checked; give the folder.

    Parameters
    ----------
    model : Model
        As `lesions.model_folder.read_model` gives it: a pickle never gets here.
    results : path
        nnU-Net's results folder; the model becomes `DATASET/TRAINER__PLANS__CONFIGURATION` in it.
    trainer : str
        Name of the trainer that nnU-Net is told.

    Raises
    ------
    ModelError
        The plans name no dataset or no plans, or weights are no finite numbers.
    FileExistsError, OutputError
        There are results of that name, or they can't be written there.
    """
    names = {key: model.plans.get(key) for key in ("dataset_name", "plans_name")}
    for key, name in names.items():
        if not isinstance(name, str) or not name.replace("-", "_").isidentifier():
            raise ModelError(f"{model.folder / PLANS}: expected a {key} for a folder, came {name}")
    folder = f"{trainer}__{names['plans_name']}__{model.configuration}"
    target = results / str(names["dataset_name"]) / folder
    with build_folder(target) as staged:
        write_json(staged / PLANS, model.plans)
        write_json(staged / DATASET, model.dataset)
        write_json(staged / "imported.json", {"model_sha256": model.sha256, MANIFEST: model.about})
        with progress_bar(model.folds, desc="folds", unit="fold") as bar:
            for fold in bar:
                content = _checkpoint(model, fold, trainer)
                path = staged / f"fold_{fold.name}" / "checkpoint_final.pth"
                with write_atomically(path) as temporary:
                    torch.save(content, temporary)
    return target


def _checkpoint(model: Model, fold: Fold, trainer: str) -> dict[str, Any]:
    """Give what nnU-Net 2.8.1 looks for in a checkpoint when it predicts."""
    return {
        "network_weights": _tensors(read_weights(fold.path)),
        "optimizer_state": None,
        "grad_scaler_state": None,
        "logging": {},
        "_best_ema": None,
        "current_epoch": int(_listed(model, fold).get("epochs") or 0),
        "init_args": {
            "plans": _plain(model.plans),
            "configuration": model.configuration,
            "fold": fold.name,
            "dataset_json": _plain(model.dataset),
        },
        "trainer_name": trainer,
        "inference_allowed_mirroring_axes": model.mirror_axes,
    }


def _tensors(weights: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """Give tensors; names that share an array share the tensor."""
    by_array = {id(array): torch.from_numpy(array) for array in weights.values()}
    return {name: by_array[id(array)] for name, array in weights.items()}


def _listed(model: Model, fold: Fold) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(f for f in model.about["folds"] if f["fold"] == fold.name)
    return found


def _plain(content: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(content))
