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
from inference.cases import Case, read_case
from inference.features import encoder_of, grid_features
from inference.memory import Attempt, Ladder
from inference.networks import Ensemble, load_ensemble
from inference.reading import Read, is_named, missing_files, notes_of, read_ahead
from inference.sliding_window import Shape, mirrors_of
from inference.versions import code_sha256, versions
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
    """How many scans the archive holds, how many were new, and pairs of those left out and why.

    `notes` are what a user should know beside them.
    """

    n_scans: int
    n_new: int
    failed: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """What was taken of one scan: features, (F, D, I, J, K), and the tile that they came by."""

    features: FloatArray
    tile: Shape


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
    failed = missing_files(scans)
    there = [scan for scan in scans if scan.name not in failed]
    rows = {scan.name: _read_part(parts, scan, model, settings) for scan in there}
    todo = [scan for scan in there if rows[scan.name] is None]
    notes = notes_of(model) if todo else []
    if todo:
        ensemble = load_ensemble(model, device, bfloat16=settings.bfloat16)
        run = _Run(ensemble, model, settings, parts)
        rows |= run.take(todo)
        failed |= run.failed
        notes += run.ladder.notes
    kept = [scan for scan in there if scan.name not in failed]
    if not kept:
        raise FeatureError(f"{cohort.path}: no scan has features; {next(iter(failed.values()))}")
    found = [row for scan in kept if (row := rows[scan.name]) is not None]
    _write_archive(out, kept, found, model, settings)
    if not failed:
        shutil.rmtree(parts, ignore_errors=True)
    n_new = sum(scan.name not in failed for scan in todo)
    return Collected(len(kept), n_new, tuple(failed.items()), tuple(notes))


class _Run:
    """One run over the scans whose features are still to be taken."""

    def __init__(
        self, ensemble: Ensemble, model: Model, settings: FeatureSettings, parts: Path
    ) -> None:
        self.ensemble, self.model, self.settings, self.parts = ensemble, model, settings, parts
        # One mirror goes through the encoder at a time: to try with fewer would be the same again.
        self.ladder = Ladder.of(ensemble.tile, ensemble.stride, ensemble.device, batches=(1,))
        self.failed: dict[str, str] = {}

    def take(self, scans: Sequence[Scan]) -> dict[str, Part]:
        """Take the features of each scan, and keep them in a file; what is broken is `failed`."""
        taken = {}
        with progress_bar(desc="scans", unit="scan", total=len(scans)) as bar:
            for scan, read in read_ahead(scans, self._read, self.ensemble.device):
                try:
                    if isinstance(read, ValueError):
                        raise read
                    taken[scan.name] = self._take(scan, read)
                except ValueError as error:
                    if not is_named(error):
                        raise
                    self.failed[scan.name] = str(error)
                bar.update()
        return taken

    def _read(self, scan: Scan) -> Read:
        about = _describe(scan, self.model, self.settings)
        return Read(read_case(scan, self.ensemble), about, 0.0)

    def _take(self, scan: Scan, read: Read) -> Part:
        features, tile = scan_features(scan, read.case, self.ensemble, self.settings, self.ladder)
        part = Part(features, tile)
        _write_part(self.parts, scan, part, read.about)
        return part


def scan_features(
    scan: Scan, case: Case, ensemble: Ensemble, settings: FeatureSettings, ladder: Ladder
) -> tuple[FloatArray, Shape]:
    """Give a scan's features, (F, D, I, J, K): folds, channels, and the grid in the file's order.

    With them comes the tile that the device had memory for.

    Raises
    ------
    CaseError, GridError, DeviceMemoryError
    """
    box = brain_box(scan, case, ensemble)
    forward = list(ensemble.plans.transpose_forward)
    # The network's axes are those of the file backwards, then transposed as the plans say.
    a, b, c = (settings.grid[::-1][axis] for axis in forward)
    mirrors = mirrors_of(ensemble.model.mirror_axes if settings.mirror else ())

    encoders = [encoder_of(network, ensemble.precision) for network in ensemble.networks]

    def attempt(step: Attempt) -> tuple[torch.Tensor, Shape]:
        volume = case.data.to(ensemble.device)
        with ensemble.precision():
            folds = [
                grid_features(encode, volume, box, (a, b, c), step.tile, ensemble.stride, mirrors)
                for encode in encoders
            ]
        return torch.stack(folds).cpu(), step.tile

    found, tile = ladder.climb(attempt, case.name)
    back = [2 + axis for axis in ensemble.plans.transpose_backward]
    features: FloatArray = found.permute(0, 1, *back).permute(0, 1, 4, 3, 2).numpy()
    return features, tile


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


def _read_part(parts: Path, scan: Scan, model: Model, settings: FeatureSettings) -> Part | None:
    """Give what was taken of a scan before, if in the same way; its image is read only then."""
    try:
        with np.load(_part(parts, scan), allow_pickle=False) as part:
            if json.loads(str(part["about"])) == _describe(scan, model, settings):
                a, b, c = part["tile"].tolist()
                return Part(part["features"], (a, b, c))
    except (OSError, ValueError, KeyError):  # there is none, or it isn't ours: taken anew
        return None
    return None


def _write_part(parts: Path, scan: Scan, part: Part, about: dict[str, Any]) -> None:
    with write_atomically(_part(parts, scan)) as temporary, temporary.open("wb") as f:
        arrays: dict[str, Any] = {"features": part.features, "tile": np.array(part.tile)}
        np.savez(f, **arrays, about=np.array(json.dumps(about)))


def _write_archive(
    out: Path,
    scans: Sequence[Scan],
    rows: Sequence[Part],
    model: Model,
    settings: FeatureSettings,
) -> None:
    features = np.stack([row.features for row in rows])
    arrays: dict[str, Any] = {
        name: np.array([getattr(scan, name) or MISSING for scan in scans]) for name in COLUMNS
    }
    about = {
        "model": model.name,
        "model_sha256": model.sha256,
        "folds": [fold.name for fold in model.folds],
        "mirrors": list(model.mirror_axes) if settings.mirror else [],
        "boxes": ["brain_mask" if scan.brain_mask else "nonzero voxels" for scan in scans],
        "tiles": [list(row.tile) for row in rows],
        "versions": versions(),
        "code_sha256": code_sha256(),
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
