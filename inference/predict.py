"""Predict a cohort: every scan that can be, those that are finished left as they are."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from inference.cases import read_case
from inference.ensemble import Prediction, predict_case
from inference.memory import Ladder
from inference.networks import Ensemble, load_ensemble
from inference.outputs import (
    IMAGE_SHA256,
    MASK,
    PROBABILITY,
    Settings,
    Target,
    describe,
    is_finished,
    write_prediction,
)
from inference.reading import Outcome, Read, is_named, missing_files, notes_of, read_ahead
from inference.versions import describe_software, device_name
from lesions.atomic import OutputError
from lesions.checksums import sha256
from lesions.geometry import FloatArray
from lesions.model_folder import Model
from lesions.progress import progress_bar
from lesions.scans import Cohort, Scan, write_scans

#: Scans go by in parts, for one may take an hour: shares of the bar, not counts.
BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left"


class PredictionError(ValueError):
    """No scan can be predicted; the message says why of the first."""


@dataclass(frozen=True)
class Done:
    """What a run left: the new table, how many scans it predicted, and those that it couldn't.

    `failed` are pairs of a scan's name and why; `notes` what a user should know beside them.
    """

    scans_path: Path
    n_new: int
    n_finished: int
    failed: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def predict_cohort(
    model: Model,
    cohort: Cohort,
    scans: Sequence[Scan],
    out: Path,
    settings: Settings,
    device: torch.device,
) -> Done:
    """Predict the scans of a cohort, and write a scans.tsv with masks and probabilities.

    A scan that is finished in `out` is left as it is. One that can't be predicted doesn't stop
    the others; the table has `n/a` for it. One of which a file is missing isn't in the table,
    which no later command could read.

    Raises
    ------
    ResumeError
        `out` holds predictions that were made otherwise.
    ModelError, DeviceMemoryError
        The model can't be built.
    OutputError
        A file can't be written; the scans before stay finished.
    PredictionError
        A file of every scan is missing.
    """
    out = out.parent.resolve() / out.name
    missing = missing_files(scans)
    there = [scan for scan in scans if scan.name not in missing]
    if not there:
        name, why = next(iter(missing.items()))
        raise PredictionError(f"{cohort.path}: no scan can be predicted; {name}: {why}")
    wanted = describe(model, settings)
    todo = [s for s in there if not is_finished(s, Target.of(s, out), wanted, settings)]
    failed = dict(missing)
    notes = notes_of(model) if todo else []
    if todo:
        ensemble = load_ensemble(model, device, bfloat16=settings.bfloat16)
        run = _Run(ensemble, out, settings, wanted, cohort.synthetic)
        try:
            run.predict(todo)
        except OutputError as error:
            n_done = len(there) - len(todo) + run.n_new
            raise OutputError(
                f"{error}; scans that are finished: {n_done} of {len(scans)}, and the same "
                "command goes on after them"
            ) from None
        failed |= run.failed
        notes += run.ladder.notes
    table = write_scans(
        [_with_files(scan, out, scan.name in failed) for scan in there],
        out / "scans.tsv",
        {"Command": "python -m inference predict", "Model": model.name, "SHA256": model.sha256},
        synthetic=cohort.synthetic,
    )
    n_finished = len(scans) - len(failed)
    n_new = n_finished - (len(there) - len(todo))
    return Done(table, n_new, n_finished, tuple(failed.items()), tuple(notes))


@dataclass(frozen=True)
class _Predicted:
    """A scan that was predicted and is to be written; the volume that was read is let go."""

    target: Target
    affine: FloatArray
    prediction: Prediction
    about: dict[str, Any]
    seconds: float


class _Run:
    """One run over the scans that are left."""

    def __init__(
        self,
        ensemble: Ensemble,
        out: Path,
        settings: Settings,
        wanted: Mapping[str, Any],
        synthetic: bool,
    ) -> None:
        self.ensemble, self.out, self.settings = ensemble, out, settings
        self.wanted, self.synthetic, self.n_new = wanted, synthetic, 0
        self.failed: dict[str, str] = {}
        self.ladder = Ladder.of(ensemble.tile, ensemble.stride, ensemble.device)
        self.software = describe_software()

    def predict(self, scans: Sequence[Scan]) -> None:
        """Predict one scan after the other; while one is written, the next is predicted."""
        bar = progress_bar(desc="scans", unit="scan", total=len(scans), bar_format=BAR)
        with bar, ThreadPoolExecutor(1) as writer:
            writing: tuple[Scan, Future[None]] | None = None
            for index, (scan, read) in enumerate(
                read_ahead(scans, self._read, self.ensemble.device)
            ):
                found = self._predict(scan, read, bar)
                bar.update(index + 1 - bar.n)
                self._finish(writing)  # never more than one waits
                writing = (scan, writer.submit(self._write, found)) if found else None
            self._finish(writing)

    def _read(self, scan: Scan) -> Read:
        began = time.monotonic()
        about = {
            **self.wanted,
            IMAGE_SHA256: sha256(scan.image),
            "SpatialReference": scan.image.name,
        }
        case = read_case(scan, self.ensemble)
        return Read(case, about, time.monotonic() - began)

    def _predict(self, scan: Scan, read: Outcome, bar: "tqdm[Any]") -> _Predicted | None:
        """Predict a scan; None and a line for the end where it can't be."""
        began, end = time.monotonic(), bar.n + 1
        try:
            if isinstance(read, ValueError):
                raise read
            prediction = predict_case(
                read.case,
                self.ensemble,
                mirror=self.settings.mirror,
                average=self.settings.average,
                ladder=self.ladder,
                tick=lambda share: _advance(bar, share, end),
            )
        except ValueError as error:
            self._note(scan, error)
            return None
        seconds = read.seconds + time.monotonic() - began
        target = Target.of(scan, self.out)
        return _Predicted(target, read.case.affine, prediction, read.about, seconds)

    def _write(self, found: _Predicted) -> None:
        about = {
            **found.about,
            "Device": device_name(self.ensemble.device),
            "Precision": self.ensemble.number_type,
            **self.software,
        }
        write_prediction(
            found.prediction,
            found.target,
            found.affine,
            self.settings,
            about,
            synthetic=self.synthetic,
            before_s=found.seconds,
        )

    def _finish(self, writing: tuple[Scan, Future[None]] | None) -> None:
        """Wait until a scan is written; what its files can't hold is told at the end."""
        if writing is None:
            return
        scan, future = writing
        try:
            future.result()
            self.n_new += 1
        except ValueError as error:
            self._note(scan, error)
        except MemoryError:
            self.failed[scan.name] = "expected memory to write its files, there is too little"

    def _note(self, scan: Scan, error: ValueError) -> None:
        if not is_named(error):
            raise error
        self.failed[scan.name] = str(error)


def _with_files(scan: Scan, out: Path, broken: bool) -> Scan:
    if broken:
        return replace(scan, prediction_mask=None, probability_map=None)
    target = Target.of(scan, out)
    return replace(
        scan, prediction_mask=target.image(MASK), probability_map=target.image(PROBABILITY)
    )


def _advance(bar: "tqdm[Any]", share: float, end: float) -> None:
    """Move the bar, but not beyond the scan's end: what is tried again counts once."""
    bar.update(max(min(share, end - bar.n), 0))
