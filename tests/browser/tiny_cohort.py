"""A cohort of two tiny scans whose geometry is known to the voxel, and a sample of its lesions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lesions.formats import ROIS
from lesions.nifti import write_nifti
from lesions.scans import Scan, write_scans
from lesions.tsv import write_table

#: 96 mm a side: more than a crop of 64 mm, so that crop and scan are not the same.
SHAPE = (48, 46, 44)
_CENTRE = np.array([24.0, 23.0, 22.0])
#: One lies along RAS; the other has its axes swapped and turned round: i to the front, j to the
#: left, k upwards.
ROTATIONS = {
    "sub-synth91": np.diag([2.0, 2.0, 2.0]),
    "sub-synth92": np.array([[0.0, -2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 2.0]]),
}
#: First voxels of the L-shaped lesions, in file order, far from each other.
CORNERS = {
    "reference": [(10, 12, 9), (30, 14, 12), (18, 30, 15)],
    "prediction": [(14, 12, 26), (32, 30, 28), (20, 20, 33)],
}
#: An L in the plane of i and j, two slices thick: no symmetry hides a flip.
SHAPE_OF_LESION = [(0, 0), (1, 0), (2, 0), (3, 0), (0, 1), (0, 2)]
LEFT_VALUE, RIGHT_VALUE, LESION_VALUE = 400, 800, 150
#: A shell around the ball that is darker and brighter than all of it, for a known contrast.
DARK_VALUE, BRIGHT_VALUE = 10, 1200

Array = npt.NDArray[Any]
#: Voxel axes in mm, by subject.
Rotations = Mapping[str, Array]


def affine_of(subject: str, rotations: Rotations = ROTATIONS) -> Array:
    """Give the scan's affine: the middle of the grid lies at 3, -5, 8 mm."""
    affine = np.eye(4)
    affine[:3, :3] = rotations[subject]
    affine[:3, 3] = np.array([3.0, -5.0, 8.0]) - rotations[subject] @ _CENTRE
    return affine


def lesion_voxels(corner: tuple[int, int, int]) -> Array:
    """Give the (12, 3) voxels of the lesion that begins at a voxel."""
    flat = [(*ij, k) for k in (0, 1) for ij in SHAPE_OF_LESION]
    voxels: Array = np.array(corner) + np.array(flat)
    return voxels


def mask_of(drawn_in: str) -> npt.NDArray[np.bool_]:
    """Give one mask, the same for both scans."""
    mask = np.zeros(SHAPE, bool)
    for corner in CORNERS[drawn_in]:
        mask[tuple(lesion_voxels(corner).T)] = True
    return mask


def image_of(affine: Array) -> npt.NDArray[np.int16]:
    """Give a ball that is dark on the patient's left and bright on the right, lesions darker."""
    ijk = np.indices(SHAPE).reshape(3, -1).T
    ras = ijk @ affine[:3, :3].T + affine[:3, 3]
    radius = np.linalg.norm(ras - [3.0, -5.0, 8.0], axis=1)
    shell = np.where(ras[:, 2] < 8.0, DARK_VALUE, BRIGHT_VALUE)
    halves = np.where(ras[:, 0] < 3.0, LEFT_VALUE, RIGHT_VALUE)
    values = np.where(radius < 40, halves, np.where(radius < 46, shell, 0))
    image = values.reshape(SHAPE).astype(np.int16)
    image[mask_of("reference") | mask_of("prediction")] = LESION_VALUE
    return image


def write_cohort(folder: Path, rotations: Rotations = ROTATIONS) -> None:
    """Write images, masks, scans.tsv and rois.tsv."""
    scans, rows = [], []
    for subject in rotations:
        paths = {}
        affine = affine_of(subject, rotations)
        arrays = {"T1w": image_of(affine)}
        arrays |= {name: mask_of(name).astype(np.uint8) for name in CORNERS}
        for name, array in arrays.items():
            paths[name] = folder / subject / f"{subject}_{name}.nii.gz"
            write_nifti(paths[name], array, affine)
        scan = Scan(
            participant_id=subject,
            session_id=None,
            acquisition="MPRAGE",
            diagnosis="MS",
            site=None,
            field_strength_t=3.0,
            split=None,
            image=paths["T1w"],
            reference_mask=paths["reference"],
            prediction_mask=paths["prediction"],
            probability_map=None,
            brain_mask=None,
            white_matter_lesion_mask=None,
            lesion_type_map=None,
        )
        scans.append(scan)
        rows += _rows(scan, affine)
    write_scans(scans, folder / "scans.tsv", synthetic=True)
    table = pd.DataFrame(rows, columns=[column.name for column in ROIS.columns])
    write_table(table, folder / "rois.tsv", ROIS, {"seed": 1}, synthetic=True)


def _rows(scan: Scan, affine: Array) -> list[dict[str, Any]]:
    rows = []
    for drawn_in, outcome in (("reference", "FNL"), ("prediction", "FPL")):
        for label, corner in enumerate(CORNERS[drawn_in], start=1):
            centre = affine[:3, :3] @ lesion_voxels(corner).mean(axis=0) + affine[:3, 3]
            row = dict.fromkeys(column.name for column in ROIS.columns)
            row |= {
                "lesion_id": f"{scan.name}_{drawn_in}-{label}",
                "participant_id": scan.participant_id,
                "acquisition": scan.acquisition,
                "diagnosis": scan.diagnosis,
                "outcome": outcome,
                "drawn_in": drawn_in,
                "label": label,
                "n_voxels": 12,
                "volume_mm3": 12 * abs(np.linalg.det(affine)),
                "centroid_r_mm": centre[0],
                "centroid_a_mm": centre[1],
                "centroid_s_mm": centre[2],
                "overlaps": (),
                "group": "FNL" if outcome == "FNL" else "FPL_MS",
                "stratum": outcome,
                "sampling_weight": 1.0,
            }
            rows.append(row)
    return rows
