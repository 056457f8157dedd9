"""Make a model folder (docs/formats.md) from nnU-Net's results of one trainer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lesions.atomic import build_folder
from lesions.checksums import sha256
from lesions.geometry import check_orientation
from lesions.model_folder import (
    DATASET,
    FORMAT_NAME,
    FORMAT_VERSION,
    MANIFEST,
    ORIENTATION,
    PLANS,
    Model,
    read_model,
)
from lesions.model_weights import ModelError, read_header, write_weights
from lesions.network_names import resolve_configuration
from lesions.progress import progress_bar
from training.model_card import write_card
from training.provenance import NOTICE, versions_of, write_json
from training.run_record import RUN_FILE
from training.run_summary import summarise_run
from training.safe_checkpoints import Checkpoint, read_checkpoint


@dataclass(frozen=True)
class ExportOptions:
    """What is exported and how.

    `folds` are names, "0" … or "all"; every fold of the run where None. `dtype` is "float32" or
    "float16". `notes` is Markdown of one's own for the card. `orientation` is how the axes of the
    training images ran, such as RAS, for a dataset.json that doesn't say.
    """

    name: str
    folds: tuple[str, ...] | None = None
    dtype: str = "float32"
    checkpoint: str = "checkpoint_final.pth"
    notes: str = ""
    orientation: str | None = None


def export_model(run: Path, out: Path, options: ExportOptions) -> Model:
    """Write a model folder from a run of one's own; it appears whole or not at all.

    Parameters
    ----------
    run : path
        nnU-Net's results, `DatasetXXX_Name/TRAINER__PLANS__CONFIGURATION`.
    out : path
        A folder that doesn't exist yet.
    options : ExportOptions

    Returns
    -------
    Model
        What was written, read again.

    Raises
    ------
    ModelError
        A fold is missing or unfinished, two folds don't belong together, a checkpoint holds
        anything that would have to be run, or the orientation contradicts dataset.json.
    GridError
        The orientation is none.
    FileExistsError, OutputError
        There is something at `out`, or it can't be written there.
    """
    plans, dataset = (_read_json(run / name) for name in (PLANS, DATASET))
    dataset = _with_orientation(dataset, options.orientation, run)
    names = _choose_folds(run, options)
    about: dict[str, Any] = {}
    with build_folder(out) as folder:
        for name, content in ((PLANS, plans), (DATASET, dataset)):
            write_json(folder / name, content)
        folds = []
        with progress_bar(names, desc="folds", unit="fold") as bar:
            for name in bar:
                path = run / f"fold_{name}" / options.checkpoint
                checkpoint = read_checkpoint(path)
                about = _same_as_before(about, checkpoint, plans, path)
                folds.append(_write_fold(folder, name, checkpoint, options, path))
        _check_shapes(folder, folds)
        manifest = {
            "format": FORMAT_NAME,
            "format_version": FORMAT_VERSION,
            "name": options.name,
            "synthetic": NOTICE in str(dataset.get("description", "")),
            **about,
            "architecture": {"name": "plans", "arguments": {}},
            "files": {name: sha256(folder / name) for name in (PLANS, DATASET)},
            "folds": folds,
            "versions": versions_of("torch", "nnunetv2", "safetensors"),
        }
        write_json(folder / MANIFEST, manifest)
        write_card(read_model(folder), options.notes)
    return read_model(out)


def _with_orientation(dataset: dict[str, Any], given: str | None, run: Path) -> dict[str, Any]:
    """Give dataset.json with the orientation that was given; what it says itself stays."""
    known = dataset.get(ORIENTATION)
    if given is None:
        return dataset
    if known not in (None, check_orientation(given)):
        raise ModelError(
            f"{run / DATASET}: expected --orientation {known}, as it has it, came {given}"
        )
    return {**dataset, ORIENTATION: given}


def _choose_folds(run: Path, options: ExportOptions) -> list[str]:
    there = sorted(
        (path.name.removeprefix("fold_") for path in run.glob("fold_*") if path.is_dir()),
        key=lambda name: (len(name), name),
    )
    if not there:
        raise ModelError(f"{run}: expected nnU-Net's results, fold_0 …, came none")
    wanted = there if options.folds is None else list(dict.fromkeys(options.folds))
    for name in wanted:
        if not (run / f"fold_{name}" / options.checkpoint).is_file():
            raise ModelError(
                f"{run}: expected fold_{name}/{options.checkpoint}, no file; finish the fold, or "
                f"name the folds to export (--folds); there are {', '.join(there)}"
            )
    return wanted


def _same_as_before(
    before: Mapping[str, Any], checkpoint: Checkpoint, plans: Mapping[str, Any], path: Path
) -> dict[str, Any]:
    """Give what a checkpoint says of the run, the same for every fold."""
    found = {
        "configuration": checkpoint.configuration,
        "trainer": checkpoint.trainer,
        "mirror_axes": list(checkpoint.mirror_axes),
    }
    for key, value in before.items():
        if found[key] != value:
            raise ModelError(
                f"{path}: expected {key} {value}, as of other folds, came {found[key]}"
            )
    own = resolve_configuration(checkpoint.plans, checkpoint.configuration, path)
    shared = resolve_configuration(plans, checkpoint.configuration, path.parent.parent / PLANS)
    for key in ("architecture", "patch_size", "spacing", "normalization_schemes"):
        if _plain(own.get(key)) != _plain(shared.get(key)):
            raise ModelError(
                f"{path}: expected the {key} of {PLANS} beside the folds, came another: was the "
                "dataset planned anew since?"
            )
    return found


def _write_fold(
    folder: Path, name: str, checkpoint: Checkpoint, options: ExportOptions, path: Path
) -> dict[str, Any]:
    file = folder / f"fold_{name}.safetensors"
    write_weights(file, checkpoint.weights, checkpoint.aliases, options.dtype)
    return {
        "fold": name,
        "file": file.name,
        "sha256": sha256(file),
        "n_parameters": read_header(file).n_parameters,
        "dtype": options.dtype,
        "epochs": checkpoint.n_epochs,
        "run": summarise_run(path.with_name(RUN_FILE)),
    }


def _check_shapes(folder: Path, folds: Sequence[Mapping[str, Any]]) -> None:
    first = read_header(folder / folds[0]["file"])
    for fold in folds[1:]:
        header = read_header(folder / fold["file"])
        if (header.shapes, header.aliases) != (first.shapes, first.aliases):
            raise ModelError(
                f"fold {fold['fold']}: expected weights of the same shapes as fold "
                f"{folds[0]['fold']}, came others"
            )


def _plain(value: Any) -> Any:
    """Give what JSON makes of it: tuples become lists."""
    return json.loads(json.dumps(value))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{path.parent}: expected nnU-Net's results of one trainer with {path.name}, {error}"
        ) from None
    if not isinstance(content, dict):
        raise ModelError(f"{path}: expected a JSON object, came {type(content).__name__}")
    return content
