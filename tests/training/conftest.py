"""A cohort of tiny scans, and a review of it, written as the earlier stages write them."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lesions.formats import ANSWERS, CORRECTIONS, ROIS
from lesions.nifti import write_nifti
from lesions.scans import Scan, write_scans
from lesions.tsv import write_table

SHAPE = (12, 12, 12)
AFFINE = np.diag([2.0, 2.0, 2.0, 1.0])
#: Voxels of the lesions, the same in every scan: two of the reference, two false positives.
FNL = (slice(2, 4), slice(2, 4), slice(2, 4))
TPL = (slice(8, 10), slice(2, 4), slice(2, 4))
FPL = (slice(2, 4), slice(8, 10), slice(2, 4))
FAR_FPL = (slice(8, 10), slice(8, 10), slice(8, 10))
GROUPS = {"FNL": FNL, "TPL": TPL, "FPL_MS": FPL, "FPL_mimic": FAR_FPL}


def filled(*boxes: tuple[slice, ...], shape: tuple[int, ...] = SHAPE) -> np.ndarray[Any, Any]:
    """Give a mask with these boxes filled."""
    mask = np.zeros(shape, bool)
    for box in boxes:
        mask[box] = True
    return mask


class Study:
    """A folder with a cohort and a review; `answer` adds answers, `write` writes the tables."""

    def __init__(self, folder: Path, names: Sequence[str] = ("sub-01", "sub-02")) -> None:
        self.folder, self.review = folder, folder / "corrections"
        rng = np.random.default_rng(5)
        self.scans = [self._scan(name, rng) for name in names]
        self.rois = [self._roi(scan, group) for scan in self.scans for group in GROUPS]
        self.corrections = [self._correction(roi) for roi in self.rois]
        self.answers: list[dict[str, Any]] = []
        self.provenance: dict[str, Any] = {}

    def roi_id(self, group: str, scan: int = 0) -> str:
        """Give the id of the ROI of this group in a scan."""
        return f"{self.scans[scan].name}_{group}"

    def answer(self, rater: str, roi_id: str, /, *classes: str, **fields: Any) -> None:
        """Add an answer."""
        roi = next(roi for roi in self.rois if roi["lesion_id"] == roi_id)
        shared = ("participant_id", "session_id", "acquisition", "group", "volume_mm3")
        answer = {"rater": rater, "roi_id": roi_id, **{name: roi[name] for name in shared}}
        answer |= {"classes": classes, "confidence": 3, "reasons": ("None",), "comment": None}
        answer |= {"needs_correction": "no", "active_s": 4.5, "repeat": 0, "revision": 1}
        self.answers.append({**answer, "answered_at": "2026-03-01T10:00:00Z", **fields})

    def write(self) -> None:
        """Write scans.tsv and the three tables of the review."""
        write_scans(self.scans, self.folder / "scans.tsv")
        for fmt, rows in (
            (ROIS, self.rois),
            (ANSWERS, self.answers),
            (CORRECTIONS, self.corrections),
        ):
            columns = [c.name for c in fmt.columns]
            frame = pd.DataFrame(rows, columns=columns)
            write_table(frame, self.review / fmt.filename, fmt, self.provenance)

    def _scan(self, name: str, rng: np.random.Generator) -> Scan:
        image = self.folder / f"{name}_T1w.nii.gz"
        reference = self.folder / f"{name}_reference.nii.gz"
        write_nifti(image, rng.normal(100, 5, SHAPE).astype(np.float32), AFFINE)
        write_nifti(reference, filled(FNL, TPL), AFFINE)
        return Scan(name, None, "MP2RAGE", "MS", "A", 3.0, "train", image, reference)

    def _roi(self, scan: Scan, group: str) -> dict[str, Any]:
        outcome = group.split("_")[0]
        drawn_in = "prediction" if outcome == "FPL" else "reference"
        roi = dict.fromkeys(column.name for column in ROIS.columns)
        return roi | {
            "lesion_id": f"{scan.name}_{group}",
            "participant_id": scan.participant_id,
            "acquisition": scan.acquisition,
            "diagnosis": scan.diagnosis,
            "outcome": outcome,
            "drawn_in": drawn_in,
            "label": 1,
            "n_voxels": 8,
            "volume_mm3": 64.0,
            "centroid_r_mm": 0.0,
            "centroid_a_mm": 0.0,
            "centroid_s_mm": 0.0,
            "group": group,
            "stratum": group,
            "sampling_weight": 1.0,
        }

    def _correction(self, roi: dict[str, Any], drawn_by: str | None = None) -> dict[str, Any]:
        drawn_by = drawn_by or roi["drawn_in"]
        mask = f"{roi['lesion_id']}_{drawn_by}.nii.gz"
        write_nifti(self.review / mask, filled(GROUPS[roi["group"]]), AFFINE)
        shared = ("participant_id", "session_id", "acquisition", "group", "drawn_in")
        return {name: roi[name] for name in (*shared, "n_voxels", "volume_mm3")} | {
            "roi_id": roi["lesion_id"],
            "mask": mask,
            "drawn_by": drawn_by,
            "repeat": 0,
            "revision": None,
        }

    def redraw(self, rater: str, roi_id: str, *boxes: tuple[slice, ...], repeat: int = 0) -> None:
        """Add the delineation of a rater; no box empties it."""
        roi = next(roi for roi in self.rois if roi["lesion_id"] == roi_id)
        row = self._correction(roi)
        mask = filled(*boxes)
        row["mask"] = f"{roi_id}_By{rater}Rep{repeat}.nii.gz"
        write_nifti(self.review / row["mask"], mask, AFFINE)
        n = int(mask.sum())
        row |= {"drawn_by": rater, "repeat": repeat, "revision": 1}
        self.corrections.append(row | {"n_voxels": n, "volume_mm3": 8.0 * n})


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two scans of MS patients with four ROIs each, and no answer yet."""
    return Study(tmp_path)


@pytest.fixture
def run_training(capsys: pytest.CaptureFixture[str]) -> Callable[[Iterable[str]], tuple[int, str]]:
    """Run the command line in this process; give exit code and what it printed on both streams."""
    from training.__main__ import main  # noqa: PLC0415

    def run(argv: Iterable[str]) -> tuple[int, str]:
        code = main([str(part) for part in argv])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run
