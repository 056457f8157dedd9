"""Predict a cohort: every scan that can be, those that are finished left as they are."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from inference.cases import Case, read_case
from inference.ensemble import predict_case
from inference.memory import Ladder
from inference.networks import Ensemble, load_ensemble
from inference.outputs import (
    MASK,
    PROBABILITY,
    Settings,
    Target,
    describe,
    is_finished,
    versions,
    write_prediction,
)
from lesions.atomic import OutputError
from lesions.model_folder import Model
from lesions.progress import progress_bar
from lesions.scans import Cohort, Scan, write_scans

#: Scans go by in parts, for one may take an hour: shares of the bar, not counts.
BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left"
Outcome = Case | ValueError


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
    the others; the table has `n/a` for it.

    Raises
    ------
    ResumeError
        `out` holds predictions that were made otherwise.
    ModelError
        The model can't be built.
    OutputError
        A file can't be written; the scans before stay finished.
    """
    out = out.parent.resolve() / out.name
    abouts = {scan.name: describe(scan, model, settings) for scan in scans}
    todo = [
        scan for scan in scans if not is_finished(Target.of(scan, out), abouts[scan.name], settings)
    ]
    failed: list[tuple[str, str]] = []
    notes: list[str] = []
    if todo:
        ensemble = load_ensemble(model, device, bfloat16=settings.bfloat16)
        run = _Run(ensemble, out, settings, cohort.synthetic)
        try:
            failed = run.predict(todo, abouts)
        except OutputError as error:
            n_done = len(scans) - len(todo) + run.n_new
            raise OutputError(
                f"{error}; scans that are finished: {n_done} of {len(scans)}, and the same "
                "command goes on after them"
            ) from None
        notes = run.ladder.notes
    broken = {name for name, _ in failed}
    table = write_scans(
        [_with_files(scan, out, scan.name in broken) for scan in scans],
        out / "scans.tsv",
        {"Command": "python -m inference predict", "Model": model.name, "SHA256": model.sha256},
        synthetic=cohort.synthetic,
    )
    return Done(
        table, len(todo) - len(failed), len(scans) - len(failed), tuple(failed), tuple(notes)
    )


class _Run:
    """One run over the scans that are left."""

    def __init__(self, ensemble: Ensemble, out: Path, settings: Settings, synthetic: bool) -> None:
        self.ensemble, self.out, self.settings = ensemble, out, settings
        self.synthetic, self.ladder, self.n_new = synthetic, Ladder.of(ensemble), 0

    def predict(
        self, scans: Sequence[Scan], abouts: dict[str, dict[str, Any]]
    ) -> list[tuple[str, str]]:
        """Predict one scan after the other; give those that couldn't be, and why."""
        failed = []
        with progress_bar(desc="scans", unit="scan", total=len(scans), bar_format=BAR) as bar:
            for index, (scan, case) in enumerate(read_ahead(scans, self.ensemble)):
                try:
                    if isinstance(case, ValueError):
                        raise case
                    self._predict(scan, case, abouts[scan.name], bar)
                    self.n_new += 1
                except ValueError as error:
                    if not is_named(error):
                        raise
                    failed.append((scan.name, str(error)))
                bar.update(index + 1 - bar.n)
        return failed

    def _predict(self, scan: Scan, case: Case, about: dict[str, Any], bar: "tqdm[Any]") -> None:
        began = time.monotonic()
        end = bar.n + 1
        prediction = predict_case(
            case,
            self.ensemble,
            mirror=self.settings.mirror,
            average=self.settings.average,
            ladder=self.ladder,
            tick=lambda share: _advance(bar, share, end),
        )
        about = about | {
            "SpatialReference": scan.image.name,
            "Device": device_name(self.ensemble.device),
            "Versions": versions(),
            "Seconds": round(time.monotonic() - began, 3),
        }
        target = Target.of(scan, self.out)
        write_prediction(
            prediction, target, case.affine, self.settings, about, synthetic=self.synthetic
        )


def read_ahead(scans: Sequence[Scan], ensemble: Ensemble) -> Iterator[tuple[Scan, Outcome]]:
    """Read the scans; while a GPU works on one, the next is read.

    What is broken comes as the error that says so.
    """
    if ensemble.device.type == "cpu":  # there reading would only take the cores from the network
        for scan in scans:
            yield scan, _read(scan, ensemble)
        return
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(_read, scans[0], ensemble)
        for scan, following in zip(scans, [*scans[1:], None], strict=True):
            outcome = future.result()
            if following is not None:
                future = pool.submit(_read, following, ensemble)
            yield scan, outcome


def is_named(error: ValueError) -> bool:
    """Say whether it is an error of these packages, which refuses an input."""
    return type(error).__module__.startswith(("lesions.", "inference."))


def device_name(device: torch.device) -> str:
    """Name the device as its maker does; the CPU is `cpu`."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def _read(scan: Scan, ensemble: Ensemble) -> Outcome:
    try:
        return read_case(scan, ensemble)
    except ValueError as error:
        if not is_named(error):
            raise
        return error


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
