"""Write the card of a model: what it is, how it was trained, what it is not."""

from collections.abc import Iterable, Sequence
from typing import Any

from lesions.atomic import write_atomically
from lesions.model_folder import MANIFEST, Model
from lesions.network_names import resolve_configuration

CARD = "README.md"
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
        ("training cases", str(model.dataset.get("numTraining", "n/a"))),
    ]
    return _table(("", ""), rows)


def _training(model: Model) -> str:
    rows: list[tuple[str, str]] = [("trainer", model.trainer)]
    run: dict[str, Any] = model.about["folds"][0].get("run") or {}
    # What differs between folds stands in the table of files.
    told = {"fold", "trainer"}
    for name, value in run.get("config", {}).items():
        if value is not None and name not in told:
            rows.append((str(name).replace("_", " "), _text(value)))
    for key in ("git", "versions", "device"):
        if key in run:
            rows.append((key, _text(run[key])))
    return _table(("setting", "value"), rows)


def _files(model: Model) -> str:
    rows: list[Sequence[str]] = []
    for fold in model.about["folds"]:
        run = fold.get("run") or {}
        rows.append(
            (
                fold["file"],
                str(fold.get("dtype", "n/a")),
                str(fold.get("epochs", "n/a")),
                f"{run['minutes']:g}" if "minutes" in run else "n/a",
                fold["sha256"],
            )
        )
    rows += [(name, "", "", "", digest) for name, digest in model.about["files"].items()]
    rows.append((MANIFEST, "", "", "", model.sha256))
    return _table(("file", "type", "epochs", "minutes", "SHA-256"), rows)


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
