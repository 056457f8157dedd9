"""Freeze a sample for a study: check its tables and files, and make the volumes that raters see."""

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lesions.components import component_voxels
from lesions.formats import ROIS
from lesions.geometry import check_same_grid
from lesions.nifti import read_header, read_image
from lesions.scans import Cohort, Scan, read_scans
from lesions.tsv import MISSING, read_table
from reviewapp import crops

#: Row of a table that holds its first record.
FIRST_ROW = 2
_SCAN_KEY = ("participant_id", "session_id", "acquisition")

Row = Mapping[Hashable, Any]
Store = Callable[[bytes], str]


class SampleError(ValueError):
    """A sample can't be reviewed; the message names the table, the row and what is wrong."""


@dataclass(frozen=True)
class Sample:
    """The rows of rois.tsv, and the scan of each."""

    rows: tuple[Row, ...]
    scans: tuple[Scan, ...]
    cohort: Cohort
    path: Path
    synthetic: bool
    provenance: Mapping[str, Any]

    def rows_of(self, scan: Scan) -> list[int]:
        """Give the indices of a scan's rows."""
        return [i for i, other in enumerate(self.scans) if other is scan]

    def refuse(self, index: int, what: object) -> SampleError:
        """Give the error that refuses one row."""
        row = self.rows[index]
        return SampleError(f"{self.path} row {index + FIRST_ROW} ({row['lesion_id']}): {what}")


@dataclass(frozen=True)
class FrozenRoi:
    """The volumes of one ROI, by the SHA-256 of what is stored, and where they lie."""

    index: int
    crop: str
    mask: str
    n_bytes: Mapping[str, int]
    box: crops.Box
    focus_ras_mm: tuple[float, float, float]


@dataclass(frozen=True)
class FrozenScan:
    """The volume of one scan, its grid, the checksums of its files, and its ROIs."""

    scan: Scan
    sha256: str
    n_bytes: int
    shape: crops.Shape
    affine: list[list[float]]
    source_sha256: Mapping[str, str]
    rois: tuple[FrozenRoi, ...]


def read_sample(rois_path: Path | str, scans_path: Path | str) -> Sample:
    """Read a sample and find the scan of each ROI.

    Raises
    ------
    TableError
        A table breaks its format, or a file of the cohort is missing.
    SampleError
        There is no ROI, two rows name one component, a row's scan is not in the cohort or has
        another diagnosis there, or the cohort has no mask that the row was drawn in.
    """
    path = Path(rois_path)
    frame = read_table(path, ROIS)
    cohort = read_scans(scans_path)
    if frame.empty:
        raise SampleError(f"{path}: expected at least one ROI, came none")
    by_key = {(s.participant_id, s.session_id, s.acquisition): s for s in cohort.scans}
    rows = tuple(frame.to_dict("records"))
    scans = tuple(by_key.get(tuple(row[name] for name in _SCAN_KEY)) for row in rows)
    known = tuple(scan for scan in scans if scan is not None)
    synthetic = bool(frame.attrs["synthetic"]) or cohort.synthetic
    sample = Sample(rows, known, cohort, path, synthetic, frame.attrs["provenance"])
    for index, scan in enumerate(scans):
        if scan is None:
            named = ", ".join(str(rows[index][name] or MISSING) for name in _SCAN_KEY)
            raise sample.refuse(index, f"expected a scan of {cohort.path}, which has no {named}")
    _check_rows(sample)
    return sample


def freeze_scan(sample: Sample, scan: Scan, store: Store) -> FrozenScan:
    """Make and store the volumes of one scan and of its ROIs.

    Raises
    ------
    ImageError, MaskError, GridError
        A file can't be read, a mask lies on another grid, or has no such component.
    SampleError
        A component has other voxels than the table says.
    """
    voxels = _voxels_of_rows(sample, scan)
    image = read_image(scan.image)
    array = crops.as_int16(image.array, str(scan.image))
    affine = image.affine + 0.0  # PostgreSQL's JSON has no -0.0, and masks are drawn on it later
    rois = tuple(
        _freeze_roi(index, voxels[index], array, affine, store) for index in sample.rows_of(scan)
    )
    content = crops.encode_scan(array, affine)
    drawn_in = {str(sample.rows[index]["drawn_in"]) for index in voxels}
    files = {"image": scan.image} | {name: _mask_path(scan, name) for name in sorted(drawn_in)}
    i, j, k = array.shape
    return FrozenScan(
        scan=scan,
        sha256=store(content),
        n_bytes=len(content),
        shape=(i, j, k),
        affine=affine.tolist(),
        source_sha256={name: file_sha256(path) for name, path in files.items()},
        rois=rois,
    )


def file_sha256(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _check_rows(sample: Sample) -> None:
    seen: dict[tuple[str, str, int], int] = {}
    for index, (row, scan) in enumerate(zip(sample.rows, sample.scans, strict=True)):
        if row["diagnosis"] != scan.diagnosis:
            came = f"{row['diagnosis']}, but {sample.cohort.path} says {scan.diagnosis}"
            raise sample.refuse(index, f"expected one diagnosis, came {came}")
        try:
            _mask_path(scan, row["drawn_in"])
        except SampleError as error:
            raise sample.refuse(index, f"{error} in {sample.cohort.path}") from None
        component = (scan.name, str(row["drawn_in"]), int(row["label"]))
        if component in seen:
            first = seen[component] + FIRST_ROW
            raise sample.refuse(index, f"expected a component of its own, came that of row {first}")
        seen[component] = index


def _mask_path(scan: Scan, drawn_in: str) -> Path:
    path = scan.reference_mask if drawn_in == "reference" else scan.prediction_mask
    if path is None:
        raise SampleError(f"expected a {drawn_in}_mask of {scan.name}, came {MISSING}")
    return path


def _voxels_of_rows(sample: Sample, scan: Scan) -> dict[int, npt.NDArray[np.integer]]:
    found: dict[int, npt.NDArray[np.integer]] = {}
    image = read_header(scan.image)
    for drawn_in in ("reference", "prediction"):
        indices = [i for i in sample.rows_of(scan) if sample.rows[i]["drawn_in"] == drawn_in]
        if not indices:
            continue
        path = _mask_path(scan, drawn_in)
        mask = read_header(path)
        check_same_grid(
            image.shape, image.affine, mask.shape, mask.affine, str(scan.image), str(path)
        )
        voxels = component_voxels(path, [int(sample.rows[i]["label"]) for i in indices])
        for i in indices:
            found[i] = voxels[int(sample.rows[i]["label"])]
            n_voxels = int(sample.rows[i]["n_voxels"])
            if len(found[i]) != n_voxels:
                came = f"{len(found[i])} in {path}: the mask isn't the one that was sampled"
                raise sample.refuse(i, f"expected {n_voxels} voxels, came {came}")
    return found


def _freeze_roi(
    index: int,
    voxels: npt.NDArray[np.integer],
    array: npt.NDArray[np.int16],
    affine: npt.NDArray[np.float64],
    store: Store,
) -> FrozenRoi:
    i, j, k = array.shape
    box = crops.crop_box(voxels, (i, j, k), affine)
    crop = crops.encode_scan(array[box.slices], crops.box_affine(box, affine))
    mask = crops.encode_mask(voxels, box, affine)
    return FrozenRoi(
        index=index,
        crop=store(crop),
        mask=store(mask),
        n_bytes={"crop": len(crop), "mask": len(mask)},
        box=box,
        focus_ras_mm=crops.focus_ras_mm(voxels, affine),
    )
