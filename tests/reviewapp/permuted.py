"""A cohort whose pixels stay while all that is hidden from raters is drawn from a seed.

Three scans of two patients, eight components on each. The seed settles which mask each component
was drawn in, outcome, group, stratum, weight and probability; names, diagnoses and sites; the
program that wrote each mask; and how a table's volumes and centroids were rounded.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pandas as pd

from lesions.formats import ROIS
from lesions.nifti import write_nifti
from lesions.scans import Scan, write_scans
from lesions.tsv import write_table
from reviewapp.models import Roi
from tests.reviewapp.cohort import AFFINES, SHAPE, Sample, component_corners
from tests.reviewapp.drawing import Voxel

SPOTS = component_corners("reference") + component_corners("prediction")
#: What a component may be, by the mask that it was drawn in.
OUTCOMES = {"reference": ("FNL", "TPL"), "prediction": ("FPL", "TPL")}


def build_permuted(folder: Path, seed: int) -> Sample:
    """Write the cohort: its pixels are the same for each seed."""
    pixels, hidden = np.random.default_rng(5), np.random.default_rng(seed)
    people = [f"sub-{hidden.integers(1e9)}" for _ in range(2)]
    sites = [f"Centre{hidden.integers(1e9)}" for _ in range(2)]
    diagnoses = hidden.permutation(["MS", "mimic"]).tolist()
    scans, rows = [], []
    for number, affine in enumerate(AFFINES):
        who = number // 2
        scan = Scan(
            people[who], f"ses-{hidden.integers(1e9)}", "MP2RAGE", diagnoses[who], sites[who],
            float(hidden.choice([1.5, 3.0])), None, folder / f"image{number}.nii.gz",
        )  # fmt: skip
        write_nifti(scan.image, pixels.integers(0, 900, SHAPE).astype(np.int16), affine)
        drawn_in = _drawn_in(hidden)
        scans.append(_write_masks(scan, drawn_in, affine, hidden))
        rows += _rows(scan, drawn_in, affine, hidden)
    write_scans(scans, folder / "scans.tsv", synthetic=True)
    table = pd.DataFrame(rows, columns=[column.name for column in ROIS.columns])
    write_table(table, folder / "rois.tsv", ROIS, {"seed": seed}, synthetic=True)
    return Sample(folder)


def hidden_words(sample: Sample) -> set[str]:
    """Give the names in a sample that no rater may see."""
    table = pd.read_csv(sample.rois, sep="\t", dtype=str)
    columns = ("lesion_id", "participant_id", "session_id", "site", "acquisition", "group")
    return {word for name in columns for word in table[name]} | {"reference", "prediction"}


def spot_voxels(roi: Roi) -> set[Voxel]:
    """Give the voxels of an ROI on the scan's grid."""
    i, j, k = SPOTS[roi.row % len(SPOTS)]
    return {(i, j, k), (i, j, k + 1), (i + 1, j, k), (i + 1, j, k + 1)}


def grown_voxels(roi: Roi) -> set[Voxel]:
    """Give the ROI with one voxel more, one less."""
    voxels = spot_voxels(roi)
    first = min(voxels)
    return voxels - {first} | {(first[0] + 2, first[1], first[2])}


def _drawn_in(hidden: np.random.Generator) -> list[str]:
    """Give the mask of each component, four of each."""
    return hidden.permutation(["reference", "prediction"] * (len(SPOTS) // 2)).tolist()


def _write_masks(
    scan: Scan, drawn_in: list[str], affine: np.ndarray[Any, Any], hidden: np.random.Generator
) -> Scan:
    paths = {}
    for name in ("reference", "prediction"):
        mask = np.zeros(SHAPE, hidden.choice(["u1", "i2", "f4", "f8"]))
        for (i, j, k), where in zip(SPOTS, drawn_in, strict=True):
            mask[i : i + 2, j, k : k + 2] = where == name
        paths[name] = scan.image.with_name(f"{scan.participant_id}{scan.session_id}{name}.nii.gz")
        image = nib.Nifti1Image(mask, affine)
        image.header["descrip"] = f"by {name}"
        nib.save(image, paths[name])
    return replace(scan, reference_mask=paths["reference"], prediction_mask=paths["prediction"])


def _rows(
    scan: Scan, drawn_in: list[str], affine: np.ndarray[Any, Any], hidden: np.random.Generator
) -> list[dict[str, Any]]:
    rows = []
    for number, where in enumerate(drawn_in):
        # Components are numbered as they lie in the file, and so are the spots.
        label = drawn_in[: number + 1].count(where)
        outcome = OUTCOMES[where][hidden.integers(2)]
        group = f"FPL_{scan.diagnosis}" if outcome == "FPL" else outcome
        centre = affine[:3, :3] @ np.add(SPOTS[number], [0.5, 0, 0.5]) + affine[:3, 3]
        r, a, s = centre + hidden.normal(0, 1e-6, 3)
        rows.append(
            {
                "lesion_id": f"{scan.name}_{where}-{label}",
                "participant_id": scan.participant_id,
                "session_id": scan.session_id,
                "acquisition": scan.acquisition,
                "diagnosis": scan.diagnosis,
                "site": scan.site,
                "outcome": outcome,
                "drawn_in": where,
                "label": label,
                "n_voxels": 4,
                "volume_mm3": 32 * (1 + hidden.normal(0, 1e-6)),
                "centroid_r_mm": r,
                "centroid_a_mm": a,
                "centroid_s_mm": s,
                "overlaps": (),
                "mean_probability": hidden.random() if where == "prediction" else None,
                "uncertainty": None,
                "lesion_type": str(hidden.choice(["vessel", "cortical"])),
                "group": group,
                "stratum": f"stratum{hidden.integers(9)}",
                "sampling_weight": float(hidden.uniform(1, 9)),
            }
        )
    return rows
