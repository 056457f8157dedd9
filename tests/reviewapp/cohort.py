"""A cohort of three tiny scans, four components in each mask, all of them sampled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lesions.formats import ROIS
from lesions.nifti import write_nifti
from lesions.scans import Scan, write_scans
from lesions.tsv import write_table

SHAPE = (24, 26, 44)
#: LAS, RAS and oblique, so that nothing depends on an axis's direction.
_TURN = np.array([[0.96, -0.28, 0.0], [0.28, 0.96, 0.0], [0.0, 0.0, 1.0]])
AFFINES = (
    np.diag([-2.0, 2, 2, 1]),
    np.diag([2.0, 2, 2, 1]),
    np.vstack([np.column_stack([_TURN * 2, [-20.0, 5, 7]]), [0, 0, 0, 1]]),
)
SUBJECTS = ("sub-secret1", "sub-secret2", "sub-secret3")
SITE = "CentreOfSecrets"
ANSWER: dict[str, Any] = {
    "classes": ["Leukocortical MS lesion", "Vessel"],
    "confidence": 4,
    "reasons": ["None"],
    "needs_correction": False,
    "comment": "",
    "active_s": 3.5,
    "revises": 0,
}


@dataclass(frozen=True)
class Sample:
    """A cohort of three scans on disk with four components in each mask, all of them sampled."""

    folder: Path

    @property
    def rois(self) -> Path:
        """Give the sample's table."""
        return self.folder / "rois.tsv"

    @property
    def scans(self) -> Path:
        """Give the cohort's table."""
        return self.folder / "scans.tsv"


def build_sample(
    folder: Path,
    *,
    groups: Callable[[int], str] | None = None,
    affines: Sequence[np.ndarray[Any, Any]] = AFFINES,
) -> Sample:
    """Write the cohort; `groups` gives the group of a row where it isn't that of its mask."""
    rng = np.random.default_rng(5)
    scans, rows = [], []
    for number, (subject, affine) in enumerate(zip(SUBJECTS, affines, strict=True)):
        scan = _write_scan(folder, subject, "mimic" if number == 2 else "MS", affine, rng)
        scans.append(scan)
        rows += _rows(scan, affine)
    for index, row in enumerate(rows):
        row["group"] = groups(index) if groups else row["group"]
    write_scans(scans, folder / "scans.tsv", synthetic=True)
    names = [column.name for column in ROIS.columns]
    write_table(
        pd.DataFrame(rows, columns=names), folder / "rois.tsv", ROIS, {"seed": 42}, synthetic=True
    )
    return Sample(folder)


def component_corners(drawn_in: str) -> list[tuple[int, int, int]]:
    """Give the first voxel of each 2 x 1 x 2 component, in the order of their labels."""
    k = 3 if drawn_in == "reference" else 33
    return [(3, 4, k), (15, 4, k), (3, 18, k), (15, 18, k)]


def mask_array(drawn_in: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Give the mask that every scan of the cohort has."""
    mask = np.zeros(SHAPE, bool)
    for i, j, k in component_corners(drawn_in):
        mask[i : i + 2, j, k : k + 2] = True
    return mask


def _write_scan(
    folder: Path,
    subject: str,
    diagnosis: str,
    affine: np.ndarray[Any, Any],
    rng: np.random.Generator,
) -> Scan:
    image = folder / subject / f"{subject}_T1w.nii.gz"
    write_nifti(image, rng.integers(0, 900, SHAPE).astype(np.int16), affine)
    masks = {}
    for drawn_in in ("reference", "prediction"):
        masks[drawn_in] = folder / subject / f"{subject}_{drawn_in}.nii.gz"
        write_nifti(masks[drawn_in], mask_array(drawn_in), affine)
    return Scan(
        subject, None, "MP2RAGE", diagnosis, SITE, 3.0, None, image,
        masks["reference"], masks["prediction"],
    )  # fmt: skip


def _rows(scan: Scan, affine: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    rows = []
    for drawn_in, outcome in (("reference", "FNL"), ("prediction", "FPL")):
        group = outcome if outcome == "FNL" else f"FPL_{scan.diagnosis}"
        for label, corner in enumerate(component_corners(drawn_in), start=1):
            centre = affine[:3, :3] @ np.add(corner, [0.5, 0, 0.5]) + affine[:3, 3]
            rows.append(
                {
                    "lesion_id": f"{scan.name}_{drawn_in}-{label}",
                    "participant_id": scan.participant_id,
                    "session_id": None,
                    "acquisition": scan.acquisition,
                    "diagnosis": scan.diagnosis,
                    "site": scan.site,
                    "outcome": outcome,
                    "drawn_in": drawn_in,
                    "label": label,
                    "n_voxels": 4,
                    "volume_mm3": 32.0,
                    "centroid_r_mm": centre[0],
                    "centroid_a_mm": centre[1],
                    "centroid_s_mm": centre[2],
                    "overlaps": (),
                    "mean_probability": None if outcome == "FNL" else 0.75,
                    "uncertainty": None,
                    "lesion_type": "vessel",
                    "group": group,
                    "stratum": group,
                    "sampling_weight": 1.5,
                }
            )
    return rows
