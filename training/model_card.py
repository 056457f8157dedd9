"""Write the card of a model: what it is, how it was trained, what it is not."""

from collections.abc import Iterable, Sequence
from typing import Any

from lesions.atomic import write_atomically
from lesions.model_folder import MANIFEST, Model
from lesions.network_names import resolve_configuration
from training.run_command import command_of

CARD = "README.md"
#: Settings that stand in the table of files, or in the row of the trainer.
_IN_THE_FILES = {"fold", "trainer", "seed"}
_SYNTHETIC = """\
**Trained on synthetic phantoms only, not on patients.** It knows nothing of real brains or lesions:
it is for trying out the software, and no result of it says anything about a patient."""
_LIMITS = """\
- No medical device; not for diagnosis or treatment.
- Known to work at most on images like those it was trained on: the same sequence, brain extraction,
  orientation and about the same voxel size.
- A prediction is a proposal: lesions are missed, and what is no lesion is marked."""
_USE = """\
```
python -m inference predict {folder} scans.tsv --out predictions
```

Files are checked against the hashes in {manifest} before anything is read; nothing in this folder
can run."""


def write_card(model: Model, notes: str = "") -> None:
    """Write README.md into a model's folder.

    Parameters
    ----------
    model : Model
    notes : str
        Markdown of one's own (data, evaluation, licence, contact), put at the end.
    """
    with write_atomically(model.folder / CARD) as temporary:
        temporary.write_text(describe(model, notes), "utf-8")


def describe(model: Model, notes: str = "") -> str:
    """Give the card's text, in Markdown."""
    use = _USE.format(folder=model.name, manifest=MANIFEST)
    parts = [f"# {model.name}"]
    if model.synthetic:
        parts.append(_SYNTHETIC)
    parts += ["## What it is", _what(model)]
    parts += ["## How it was trained", _training(model)]
    parts += ["## What it is not", _LIMITS]
    parts += ["## Use", use]
    parts += ["## Files", _files(model)]
    if notes.strip():
        parts.append(notes.strip())
    return "\n\n".join(parts) + "\n"


def _what(model: Model) -> str:
    found = resolve_configuration(model.plans, model.configuration, model.folder)
    network = found["architecture"]["network_class_name"].rsplit(".", 1)[-1]
    channels = ", ".join(str(name) for name in model.dataset["channel_names"].values())
    rows = [
        ("finds", ", ".join(name for name in model.dataset["labels"] if name != "background")),
        ("in", channels),
        ("voxels", " x ".join(f"{side:.3g}" for side in found["spacing"]) + " mm"),
        ("network", f"{network} of nnU-Net, {_text(found['architecture']['arch_kwargs'])}"),
        ("patch", " x ".join(map(str, found["patch_size"])) + " voxels"),
        ("members", f"{len(model.folds)} of {model.folds[0].n_parameters:,} parameters each"),
        ("mirrored along", ", ".join(map(str, model.mirror_axes)) or "no axis"),
        ("dataset", f"{model.dataset.get('name', model.plans.get('dataset_name', 'n/a'))}"),
        ("cases", _cases(model)),
    ]
    return _table(("", ""), rows)


def _cases(model: Model) -> str:
    """Count the dataset's cases, and those that each member was trained on and validated with."""
    text = str(model.dataset.get("numTraining", "n/a"))
    for fold in model.about["folds"]:
        run = fold.get("run") or {}
        if "n_training_cases" in run:
            text += f"; fold {fold['fold']} trained on {run['n_training_cases']}"
            text += f" and validated on {run.get('n_validation_cases', 0)}"
    return text


def _training(model: Model) -> str:
    runs: list[dict[str, Any]] = [fold.get("run") or {} for fold in model.about["folds"]]
    rows: list[tuple[str, str]] = [("trainer", model.trainer)]
    for name in runs[0].get("config", {}):
        values = [run.get("config", {}).get(name) for run in runs]
        if name not in _IN_THE_FILES and values != [None] * len(runs):
            rows.append((str(name).replace("_", " "), _of_folds(model, values)))
    for key in ("git", "versions", "device"):
        if key in runs[0]:
            rows.append((key, _of_folds(model, [run.get(key) for run in runs])))
    parts = [_table(("setting", "value"), rows)]
    commands = [command for run in runs if (command := command_of(run)) is not None]
    if commands:
        lines = "\n".join(commands)
        words = "Each member by a command of its own, here without the folders that it worked in:"
        parts.insert(0, f"{words}\n\n```\n{lines}\n```")
    return "\n\n".join(parts)


def _of_folds(model: Model, values: Sequence[Any]) -> str:
    """Give a value that all folds share, or that of each."""
    texts = [_text(value) for value in values]
    if len(set(texts)) == 1:
        return texts[0]
    pairs = zip(model.folds, texts, strict=True)
    return "; ".join(f"fold {fold.name}: {text}" for fold, text in pairs)


def _files(model: Model) -> str:
    rows: list[Sequence[str]] = []
    for fold in model.about["folds"]:
        run = fold.get("run") or {}
        told = (
            fold.get("dtype"),
            run.get("config", {}).get("seed"),
            run.get("n_training_cases"),
            fold.get("epochs"),
            run.get("minutes"),
        )
        rows.append((fold["file"], *map(_or_missing, told), fold["sha256"]))
    rows += [(name, *[""] * 5, digest) for name, digest in model.about["files"].items()]
    rows.append((MANIFEST, *[""] * 5, model.sha256))
    return _table(("file", "type", "seed", "cases", "epochs", "minutes", "SHA-256"), rows)


def _or_missing(value: Any) -> str:
    return "n/a" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        if "features_per_stage" in value:
            return "channels " + ", ".join(map(str, value["features_per_stage"]))
        there = {name: one for name, one in value.items() if one not in (None, [], {})}
        return ", ".join(f"{name} {_text(one)}" for name, one in there.items())
    if isinstance(value, list | tuple):
        return " x ".join(map(str, value))
    return str(value)
