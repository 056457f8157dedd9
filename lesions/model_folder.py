"""Read a model folder: safetensors, nnU-Net's plans.json and dataset.json, and model.json.

`python -m training export` writes it (docs/formats.md, "A model folder"). Nothing in it can run:
weights are numbers, and what the plans would import is held against a list.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lesions.checksums import sha256
from lesions.model_weights import ModelError, read_header
from lesions.network_names import check_network, resolve_configuration

MANIFEST = "model.json"
#: What model.json calls itself; a reader refuses another version than its own.
FORMAT_NAME = "second-look-model"
FORMAT_VERSION = 1
#: nnU-Net's own files, beside the weights.
PLANS, DATASET = "plans.json", "dataset.json"
#: Key of dataset.json, which nnU-Net ignores: how the axes of all training images ran, such as RAS.
ORIENTATION = "orientation"
#: Endings of pickles and of archives of them: reading one runs whatever its writer put in.
PICKLE_ENDINGS = (".pth", ".pt", ".pkl", ".pickle", ".ckpt", ".bin")
#: First convolution of nnU-Net's residual and plain encoders: its second axis is the channels.
FIRST_CONVOLUTIONS = (
    "encoder.stem.convs.0.conv.weight",
    "encoder.stages.0.0.convs.0.conv.weight",
)
_FOLD_NAME = re.compile(r"[0-9]{1,3}|all")
_FILE_NAME = re.compile(r"[A-Za-z0-9_-]+\.safetensors")
_TEXTS = ("name", "configuration", "trainer")


@dataclass(frozen=True)
class Fold:
    """One member of the ensemble: its number or "all", its weights and their hash."""

    name: str
    path: Path
    sha256: str
    n_parameters: int


@dataclass(frozen=True)
class Model:
    """A model that was checked: every file is there and has its hash, and they fit together.

    `architecture` has a `name`, "plans" for nnU-Net's own, and `arguments`. `mirror_axes` are the
    spatial axes (0, 1, 2 in the array's order) that the model may be mirrored along. `plans` and
    `dataset` are nnU-Net's. `sha256` is of model.json, which holds the hashes of all else: it
    names the model. `about` is all of model.json.
    """

    folder: Path
    name: str
    configuration: str
    trainer: str
    architecture: Mapping[str, Any]
    mirror_axes: tuple[int, ...]
    folds: tuple[Fold, ...]
    plans: Mapping[str, Any]
    dataset: Mapping[str, Any]
    synthetic: bool
    sha256: str
    about: Mapping[str, Any]

    @property
    def n_channels(self) -> int:
        """Count the images that the model takes for one case."""
        return len(self.dataset["channel_names"])


def read_model(
    folder: Path, folds: Sequence[str] | None = None, *, n_channels: int | None = None
) -> Model:
    """Read and check a model folder; of the weights the header and the hash alone.

    Parameters
    ----------
    folder : path
    folds : sequence of str, optional
        Names of the folds to use; all that model.json lists where not given.
    n_channels : int, optional
        How many images the caller has for a case.

    Raises
    ------
    ModelError
        It is no model folder, or one of pickles; a file is missing, was changed or contradicts
        another; the plans would import something unknown; the model takes another number of
        channels.
    """
    about = _read_manifest(folder)
    files = about["files"]
    plans, dataset = (_read_checked(folder / name, files.get(name)) for name in (PLANS, DATASET))
    if not isinstance(dataset.get("channel_names"), dict):
        raise ModelError(f"{folder / DATASET}: expected channel_names, came none")
    check_network(plans, about["configuration"], folder / PLANS)
    model = Model(
        folder=folder,
        name=about["name"],
        configuration=about["configuration"],
        trainer=about["trainer"],
        architecture=about["architecture"],
        mirror_axes=tuple(about["mirror_axes"]),
        folds=tuple(_read_fold(folder, fold) for fold in _chosen(folder, about["folds"], folds)),
        plans=plans,
        dataset=dataset,
        synthetic=bool(about.get("synthetic")),
        sha256=sha256(folder / MANIFEST),
        about=about,
    )
    check_channels(model, n_channels)
    return model


def check_channels(model: Model, n_channels: int | None = None) -> None:
    """Refuse a model whose files disagree on its channels, or that takes others than `n_channels`.

    Raises
    ------
    ModelError
    """
    expected = model.n_channels
    path = model.folder / PLANS
    found = resolve_configuration(model.plans, model.configuration, path)
    schemes = len(found.get("normalization_schemes", ()))
    if schemes != expected:
        raise ModelError(
            f"{path}: expected plans of {expected} channels, as {DATASET} names "
            f"them, came {schemes}"
        )
    for fold in model.folds:
        shapes = read_header(fold.path).shapes
        for name in FIRST_CONVOLUTIONS:
            if name in shapes and shapes[name][1] != expected:
                raise ModelError(
                    f"{fold.path}: expected weights for {expected} channels, as {DATASET} names "
                    f"them, came {shapes[name][1]}"
                )
    if n_channels is not None and n_channels != expected:
        names = ", ".join(str(name) for name in model.dataset["channel_names"].values())
        raise ModelError(
            f"{model.folder}: expected a model of {n_channels} channel(s), came one of {expected} "
            f"({names})"
        )


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise ModelError(_not_a_model(folder))
    about = _read_json(path)
    found = (about.get("format"), about.get("format_version"))
    if found != (FORMAT_NAME, FORMAT_VERSION):
        raise ModelError(
            f"{path}: expected format {FORMAT_NAME} {FORMAT_VERSION}, came {found[0]} {found[1]}"
        )
    axes = about.get("mirror_axes")
    architecture = about.get("architecture")
    right = {
        **{key: isinstance(about.get(key), str) for key in _TEXTS},
        "files": isinstance(about.get("files"), dict),
        "folds": isinstance(about.get("folds"), list) and bool(about["folds"]),
        "mirror_axes": isinstance(axes, list) and all(axis in (0, 1, 2) for axis in axes),
        "architecture": isinstance(architecture, dict)
        and isinstance(architecture.get("name"), str)
        and isinstance(architecture.get("arguments"), dict),
    }
    wrong = [key for key, is_right in right.items() if not is_right]
    if wrong:
        raise ModelError(f'{path}: expected "{wrong[0]}" as docs/formats.md has it')
    return about


def _not_a_model(folder: Path) -> str:
    pickles = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    for path in pickles:
        if path.name.endswith(PICKLE_ENDINGS):
            return (
                f"{path}: a pickle, which can run anything when it is read; expected a model "
                "folder with safetensors, as `python -m training export` makes from a run of your "
                "own"
            )
    return f"expected a model folder with {MANIFEST}, came {folder}"


def _read_checked(path: Path, expected: Any) -> dict[str, Any]:
    _check_hash(path, expected)
    return _read_json(path)


def _check_hash(path: Path, expected: Any) -> None:
    if not path.is_file():
        raise ModelError(f"{path.parent}: expected {path.name}, as {MANIFEST} lists it, no file")
    found = sha256(path)
    if found != expected:
        raise ModelError(
            f"{path}: expected SHA-256 {expected}, as {MANIFEST} has it, came {found}: the file is "
            "broken or was changed"
        )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: expected JSON, {error}") from None
    if not isinstance(content, dict):
        raise ModelError(f"{path}: expected a JSON object, came {type(content).__name__}")
    return content


def _chosen(folder: Path, listed: list[Any], wanted: Sequence[str] | None) -> list[dict[str, Any]]:
    path = folder / MANIFEST
    by_name: dict[str, dict[str, Any]] = {}
    for fold in listed:
        keys = ("fold", "file", "sha256")
        if not isinstance(fold, dict) or not all(isinstance(fold.get(k), str) for k in keys):
            raise ModelError(f"{path}: expected fold, file and sha256 of each fold, came {fold}")
        if not _FOLD_NAME.fullmatch(fold["fold"]):
            raise ModelError(f"{path}: expected a fold's number or all, came {fold['fold']}")
        if not _FILE_NAME.fullmatch(fold["file"]):
            raise ModelError(f"{path}: expected a .safetensors beside it, came {fold['file']}")
        by_name[fold["fold"]] = fold
    missing = [name for name in wanted or () if name not in by_name]
    if missing:
        raise ModelError(f"{path}: no fold {missing[0]}; it has {', '.join(by_name)}")
    return [by_name[name] for name in (by_name if wanted is None else dict.fromkeys(wanted))]


def _read_fold(folder: Path, fold: Mapping[str, Any]) -> Fold:
    path = folder / fold["file"]
    if not path.is_file():
        raise ModelError(
            f"{folder}: expected fold {fold['fold']} in {path.name}, as {MANIFEST} lists it, no "
            "file; fetch it, or name the folds to use"
        )
    _check_hash(path, fold["sha256"])
    return Fold(fold["fold"], path, fold["sha256"], read_header(path).n_parameters)
