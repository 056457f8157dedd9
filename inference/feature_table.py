"""Collect the features of a cohort's scans in one archive; scans that are done stay done."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from inference.brain_box import brain_box
from inference.cases import Case
from inference.features import encoder_of, grid_features
from inference.memory import Attempt, Ladder
from inference.networks import Ensemble, load_ensemble
from inference.outputs import versions
from inference.predict import is_named, read_ahead
from inference.sliding_window import Shape, mirrors_of
from lesions.atomic import check_target, write_atomically
from lesions.checksums import sha256
from lesions.model_folder import Model
from lesions.progress import progress_bar
from lesions.scans import Cohort, Scan
from lesions.tsv import MISSING

#: Text columns of scans.tsv that go along, so that rows can be coloured and joined.
COLUMNS = ("participant_id", "session_id", "acquisition", "diagnosis", "site", "split")
FloatArray = npt.NDArray[np.float32]


class FeatureError(ValueError):
    """Features can't be taken; the message says why."""


@dataclass(frozen=True)
class FeatureSettings:
    """How features are taken, beside the model: `grid` along the axes of the file."""

    mirror: bool
    grid: Shape
    bfloat16: bool = False


@dataclass(frozen=True)
class Collected:
    """How many scans the archive holds, how many were new, and pairs of those left out and why."""

    n_scans: int
    n_new: int
    failed: tuple[tuple[str, str], ...]


def collect_features(
    model: Model,
    cohort: Cohort,
    scans: Sequence[Scan],
    out: Path,
    settings: FeatureSettings,
    device: torch.device,
) -> Collected:
    """Take the features of each scan, and write those of all into one archive.

    Each scan's lie in a folder beside `out` until all are there.

    Raises
    ------
    FeatureError
        No scan has features.
    ModelError
        The model can't be built, or has no encoder.
    OutputError
        A file can't be written.
    """
    check_target(out)
    parts = out.with_name(out.stem + ".parts")
    abouts = {scan.name: _describe(scan, model, settings) for scan in scans}
    todo = [s for s in scans if _read_part(parts, s, abouts[s.name]) is None]
    failed: dict[str, str] = {}
    if todo:
        ensemble = load_ensemble(model, device, bfloat16=settings.bfloat16)
        ladder = Ladder.of(ensemble)
        with progress_bar(desc="scans", unit="scan", total=len(todo)) as bar:
            for scan, case in read_ahead(todo, ensemble):
                try:
                    if isinstance(case, ValueError):
                        raise case
                    found = scan_features(scan, case, ensemble, settings, ladder)
                    _write_part(parts, scan, found, abouts[scan.name])
                except ValueError as error:
                    if not is_named(error):
                        raise
                    failed[scan.name] = str(error)
                bar.update()
    kept = [scan for scan in scans if scan.name not in failed]
    if not kept:
        raise FeatureError(f"{cohort.path}: no scan has features; {next(iter(failed.values()))}")
    rows = [_read_part(parts, scan, abouts[scan.name]) for scan in kept]
    _write_archive(out, kept, [row for row in rows if row is not None], model, settings)
    if not failed:
        shutil.rmtree(parts, ignore_errors=True)
    return Collected(len(kept), len(todo) - len(failed), tuple(failed.items()))


def scan_features(
    scan: Scan, case: Case, ensemble: Ensemble, settings: FeatureSettings, ladder: Ladder
) -> FloatArray:
    """Give a scan's features, (F, D, I, J, K): folds, channels, and the grid in the file's order.

    Raises
    ------
    CaseError, GridError, DeviceMemoryError
    """
    box = brain_box(scan, case, ensemble)
    forward = list(ensemble.plans.transpose_forward)
    # The network's axes are those of the file backwards, then transposed as the plans say.
    a, b, c = (settings.grid[::-1][axis] for axis in forward)
    mirrors = mirrors_of(ensemble.model.mirror_axes if settings.mirror else ())

    def attempt(step: Attempt) -> torch.Tensor:
        volume = case.data.to(ensemble.device)
        with ensemble.precision():
            folds = [
                grid_features(
                    encoder_of(network), volume, box, (a, b, c), step.tile, ensemble.stride, mirrors
                )
                for network in ensemble.networks
            ]
        return torch.stack(folds).cpu()

    found = ladder.climb(attempt, case.name)
    back = [2 + axis for axis in ensemble.plans.transpose_backward]
    features: FloatArray = found.permute(0, 1, *back).permute(0, 1, 4, 3, 2).numpy()
    return features


def _describe(scan: Scan, model: Model, settings: FeatureSettings) -> dict[str, Any]:
    return {
        "model_sha256": model.sha256,
        "folds": [fold.name for fold in model.folds],
        "mirrors": list(model.mirror_axes) if settings.mirror else [],
        "grid": list(settings.grid),
        "bfloat16": settings.bfloat16,
        "image_sha256": sha256(scan.image),
        "brain_mask_sha256": sha256(scan.brain_mask) if scan.brain_mask else None,
    }


def _part(parts: Path, scan: Scan) -> Path:
    return parts / f"{scan.name}.npz"


def _read_part(parts: Path, scan: Scan, about: dict[str, Any]) -> FloatArray | None:
    """Give what was taken of a scan before, if in the same way."""
    try:
        with np.load(_part(parts, scan), allow_pickle=False) as part:
            if json.loads(str(part["about"])) == about:
                features: FloatArray = part["features"]
                return features
    except (OSError, ValueError, KeyError):  # there is none, or it isn't ours: taken anew
        return None
    return None


def _write_part(parts: Path, scan: Scan, features: FloatArray, about: dict[str, Any]) -> None:
    with write_atomically(_part(parts, scan)) as temporary, temporary.open("wb") as f:
        np.savez(f, features=features, about=np.array(json.dumps(about)))


def _write_archive(
    out: Path,
    scans: Sequence[Scan],
    rows: Sequence[FloatArray],
    model: Model,
    settings: FeatureSettings,
) -> None:
    features = np.stack(rows)
    arrays: dict[str, Any] = {
        name: np.array([getattr(scan, name) or MISSING for scan in scans]) for name in COLUMNS
    }
    about = {
        "model": model.name,
        "model_sha256": model.sha256,
        "folds": [fold.name for fold in model.folds],
        "mirrors": list(model.mirror_axes) if settings.mirror else [],
        "boxes": ["brain_mask" if scan.brain_mask else "nonzero voxels" for scan in scans],
        "versions": versions(),
    }
    arrays |= {
        "flattened": features.reshape(len(rows), -1),
        "pooled": features.mean(axis=(3, 4, 5)).reshape(len(rows), -1),
        "shape": np.array(features.shape[1:]),
        "scan": np.array([scan.name for scan in scans]),
        "about": np.array(json.dumps(about)),
    }
    with write_atomically(out) as temporary, temporary.open("wb") as f:
        np.savez(f, **arrays)
