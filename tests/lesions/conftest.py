"""Small masks and files for the tests of `lesions`."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

WriteMask = Callable[..., Path]


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers, the same in every run."""
    return np.random.default_rng(20260101)


@pytest.fixture
def affine_2mm() -> npt.NDArray[np.float64]:
    """Voxels of 2 mm, x to the left, off centre."""
    affine = np.diag([-2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = [90, -126, -72]
    return affine


@pytest.fixture
def write_mask(tmp_path: Path) -> WriteMask:
    """Write an array by nibabel, so that our reader is tested on another's files."""

    def write(
        array: npt.NDArray[Any],
        name: str = "mask.nii.gz",
        affine: npt.ArrayLike | None = None,
        *,
        slope: float | None = None,
        inter: float = 0.0,
        image_class: Any = nibabel.Nifti1Image,
        byte_order: str = "<",
    ) -> Path:
        header = image_class.header_class(endianness=byte_order)
        stored = array.astype(np.uint8) if array.dtype == bool else array
        header.set_data_dtype(stored.dtype)
        image = image_class(stored, np.eye(4) if affine is None else affine, header)
        if slope is not None:
            raw = _bytes_with_scaling(image, stored, slope, inter)
            path = tmp_path / name
            path.write_bytes(gzip.compress(raw, 1) if name.endswith(".gz") else raw)
            return path
        nibabel.save(image, tmp_path / name)
        return tmp_path / name

    return write


def _bytes_with_scaling(image: Any, stored: npt.NDArray[Any], slope: float, inter: float) -> bytes:
    """Keep the stored voxels and set the scaling: nibabel would rescale them when it saves."""
    header = image.header.copy()
    header["scl_slope"], header["scl_inter"] = slope, inter
    header["vox_offset"] = 352
    voxels = stored.astype(header.get_data_dtype()).tobytes(order="F")
    return bytes(header.binaryblock) + bytes(4) + voxels


@pytest.fixture
def cohort_path(tmp_path: Path) -> Path:
    """A cohort of a patient with MS and a mimic; voxels of 2 mm3, lesions with known answers.

    sub-01: reference 1 (2 voxels) is found, reference 2 (3 voxels) is missed; prediction 1 (2
    voxels, one shared) is the TPL, prediction 2 (1 voxel) an FPL. sub-02: no reference, an FPL.
    """
    reference, prediction = np.zeros((2, 8, 8, 8), np.uint8), np.zeros((2, 8, 8, 8), np.uint8)
    reference[0, 1:3, 1, 1], reference[0, 1:4, 5, 1] = 1, 1
    prediction[0, 2:4, 1, 1], prediction[0, 6, 6, 6] = 1, 1
    prediction[1, 2:6, 2, 2] = 1
    types = np.zeros((8, 8, 8), np.uint8)
    types[1:3, 1, 1], types[6, 6, 6] = 1, 3
    rows = []
    for i, (name, diagnosis) in enumerate((("sub-01", "MS"), ("sub-02", "mimic"))):
        for what, array in (
            ("image", np.ones((8, 8, 8), np.float32)),
            ("reference", reference[i]),
            ("prediction", prediction[i]),
            ("probability", (0.25 + 0.5 * prediction[i]).astype(np.float32)),
            ("brain", np.ones((8, 8, 8), np.uint8)),
            ("types", types * (1 - i)),
        ):
            image = nibabel.Nifti1Image(array, np.diag([1.0, 1, 2, 1]))
            nibabel.save(image, tmp_path / f"{name}_{what}.nii.gz")
        (tmp_path / f"{name}_types.tsv").write_text("index\tname\n1\tleukocortical\n3\tvessel\n")
        files = [f"{name}_{what}.nii.gz" for what in ("image", "reference", "prediction")]
        files += [f"{name}_{what}.nii.gz" for what in ("probability", "brain", "types")]
        rows.append([name, "n/a", "MP2RAGE", diagnosis, "A", "3", "test-out", *files])
    header = [
        "participant_id",
        "session_id",
        "acquisition",
        "diagnosis",
        "site",
        "field_strength_t",
        "split",
        "image",
        "reference_mask",
        "prediction_mask",
        "probability_map",
        "brain_mask",
        "lesion_type_map",
    ]
    path = tmp_path / "scans.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in [header, *rows]))
    return path


@pytest.fixture
def lesion_pools() -> Callable[..., pd.DataFrame]:
    """Give a function that draws a lesion table: log-normal sizes, patients of unequal load."""

    def draw(seed: int = 0, **sizes: tuple[int, float, float]) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        drawn = {
            "FPL_MS": (109, 3.0, 0.9),
            "FPL_mimic": (18, 2.7, 0.9),
            "FNL": (1000, 2.7, 0.9),
            "TPL": (1000, 3.9, 1.0),
        } | sizes
        parts = []
        for group, (n, mean, spread) in drawn.items():
            loads = rng.dirichlet(np.full(60, 0.6))
            outcome = group.split("_")[0]
            n_voxels = np.maximum(1, np.rint(np.exp(rng.normal(mean, spread, n)))).astype(int)
            mimic = group == "FPL_mimic"
            part = pd.DataFrame({"n_voxels": n_voxels, "volume_mm3": n_voxels.astype(float)})
            people = rng.choice(60, n, p=loads)
            part["participant_id"] = [f"sub-{'X' if mimic else 'M'}{p:02}" for p in people]
            part["lesion_id"] = [f"{group}-{i:05}" for i in range(n)]
            part["session_id"], part["acquisition"], part["site"] = None, "MP2RAGE", "A"
            part["diagnosis"] = "mimic" if mimic else "MS"
            part["outcome"] = outcome
            part["drawn_in"] = "prediction" if outcome == "FPL" else "reference"
            part["label"] = np.arange(1, n + 1)
            part[["centroid_r_mm", "centroid_a_mm", "centroid_s_mm"]] = 0.0
            part["overlaps"], part["lesion_type"] = None, None
            part["mean_probability"], part["uncertainty"] = np.nan, np.nan
            parts.append(part)
        return pd.concat([part for part in parts if len(part)], ignore_index=True)

    return draw
