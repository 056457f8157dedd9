"""Bring a scan, with its masks, through named steps; each step is optional.

The order is fixed: axes, registration, brain, spacing. The brain is found on the voxels that came,
so that dilation means what it means in the paper; outside it is set to 0 last, so that no b-spline
rings at its edge.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesions.cases import CaseError, read_case_image
from lesions.checksums import sha256
from lesions.geometry import check_same_grid, orientation, reorient
from lesions.nifti import read_image, read_label_map
from lesions.scans import Scan
from training.brain import N_DILATIONS, dilate, extract_brain, tool_version
from training.grids import Grid, check_voxel_sides, refine, resample_image, resample_labels
from training.registration import register

#: Columns whose masks or maps go the image's way.
LABELS = ("reference_mask", "brain_mask", "white_matter_lesion_mask", "lesion_type_map")
#: A mask is told from a map of several labels: only these keep more than 0 and 1.
MAPS = ("lesion_type_map",)


@dataclass(frozen=True)
class Steps:
    """What is done to every scan; None or 0 leaves a step out.

    `orientation` is such as "RAS". `register_to` is a path, with {participant_id}, {session_id},
    {acquisition} or {scan} where each scan has a reference of its own. `brain` is "given" (the
    column brain_mask), or a tool. `spacing_mm` is one side of all, or three.
    """

    orientation: str | None = None
    register_to: str | None = None
    brain: str | None = None
    n_dilations: int = N_DILATIONS
    spacing_mm: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Volume:
    """A scan on its grid with its label maps on the same grid, and what was done so far."""

    array: NDArray[Any]
    grid: Grid
    labels: Mapping[str, NDArray[Any]]
    done: tuple[Mapping[str, Any], ...] = ()

    def after(self, step: Mapping[str, Any], **changes: Any) -> "Volume":
        """Give the volume after a step."""
        return replace(self, done=(*self.done, step), **changes)


def run_steps(scan: Scan, volume: Volume, steps: Steps) -> Volume:
    """Bring a scan in memory through the steps.

    Raises
    ------
    BrainError
        The tool isn't installed.
    CaseError
        No brain is found, there is no reference image to register to, or the grid would be too
        large.
    """
    if steps.orientation is not None:
        volume = _turn(volume, steps.orientation)
    if steps.register_to is not None:
        volume = _register(volume, reference_path(steps.register_to, scan))
    if steps.brain is not None:
        volume = _find_brain(scan, volume, steps)
    if steps.spacing_mm is not None:
        volume = _resample(volume, steps.spacing_mm)
    if steps.brain is not None:
        inside = volume.labels["brain_mask"] > 0
        volume = replace(volume, array=np.where(inside, volume.array, 0).astype(volume.array.dtype))
    return volume


def reference_path(pattern: str, scan: Scan) -> Path:
    """Give the reference image of a scan.

    Raises
    ------
    CaseError
        The pattern names something else than the fields of a scan.
    """
    fields = {
        "participant_id": scan.participant_id,
        "session_id": scan.session_id or "",
        "acquisition": scan.acquisition,
        "scan": scan.name,
    }
    try:
        return Path(pattern.format(**fields))
    except (KeyError, IndexError, ValueError):
        known = ", ".join(f"{{{name}}}" for name in fields)
        raise CaseError(f"expected a path with {known}, came {pattern}") from None


def read_volume(scan: Scan) -> Volume:
    """Read a scan with its masks.

    Raises
    ------
    CaseError
        The image is no plain 3-D scan of finite values, holds nothing, or has voxels of no scan.
    GridError, ImageError, MaskError
        A file can't be read, or a mask lies on another grid.
    """
    shape, affine = read_case_image(scan)
    grid = Grid(tuple(shape), affine)
    check_voxel_sides(grid, str(scan.image))
    array = read_image(scan.image).array
    if array.min() == array.max():
        raise CaseError(f"expected a brain, came {array.min():g} in every voxel: {scan.image}")
    labels: dict[str, NDArray[Any]] = {}
    for column in LABELS:
        path: Path | None = getattr(scan, column)
        if path is None:
            continue
        image = read_label_map(path)
        check_same_grid(shape, affine, image.array.shape, image.affine, str(scan.image), str(path))
        labels[column] = image.array if column in MAPS else image.array > 0
    return Volume(array, grid, labels)


def _turn(volume: Volume, codes: str) -> Volume:
    array, affine = reorient(volume.array, volume.grid.affine, codes)
    labels = {
        column: reorient(one, volume.grid.affine, codes)[0] for column, one in volume.labels.items()
    }
    step = {"name": "orientation", "from": orientation(volume.grid.affine), "to": codes}
    return volume.after(step, array=array, grid=Grid(array.shape, affine), labels=labels)


def _register(volume: Volume, path: Path) -> Volume:
    reference = read_image(path)
    target = Grid(reference.array.shape, reference.affine)
    check_voxel_sides(target, str(path))
    found = register(volume.array, volume.grid, reference.array, target)
    step = {
        "name": "rigid registration",
        "reference": path.name,
        "reference_sha256": sha256(path),
        "rotation_deg_lps": found.rotation_deg,
        "translation_mm_lps": found.translation_mm,
        "metric": found.metric,
    }
    return _onto(volume, target, step, found.transform)


def _find_brain(scan: Scan, volume: Volume, steps: Steps) -> Volume:
    step: dict[str, Any] = {"name": "brain", "by": steps.brain, "n_dilations": steps.n_dilations}
    if steps.brain == "given":
        if "brain_mask" not in volume.labels:
            raise CaseError(f"expected a brain_mask for --brain given, came n/a: {scan.image}")
        brain = volume.labels["brain_mask"] > 0
    else:
        step["version"] = tool_version(str(steps.brain))
        brain, settings = extract_brain(volume.array, volume.grid.affine, str(steps.brain))
        step |= settings
    if not brain.any():
        raise CaseError(f"expected a brain, came an empty mask: {scan.brain_mask or scan.image}")
    brain = dilate(brain, steps.n_dilations)
    step["n_voxels"] = int(brain.sum())
    if "reference_mask" in volume.labels:
        outside = (volume.labels["reference_mask"] > 0) & ~brain
        step["n_reference_voxels_outside"] = int(outside.sum())
    return volume.after(step, labels={**volume.labels, "brain_mask": brain})


def _resample(volume: Volume, spacing_mm: tuple[float, ...]) -> Volume:
    sides = spacing_mm * 3 if len(spacing_mm) == 1 else spacing_mm
    step = {
        "name": "spacing",
        "from_mm": [round(float(side), 6) for side in volume.grid.sides_mm],
        "to_mm": list(sides),
    }
    return _onto(volume, refine(volume.grid, sides), step)


def _onto(volume: Volume, target: Grid, step: Mapping[str, Any], transform: Any = None) -> Volume:
    step = {**step, "image": "cubic b-spline", "masks": "nearest neighbour"}
    labels = {
        column: resample_labels(one, volume.grid, target, transform)
        for column, one in volume.labels.items()
    }
    for column, one in labels.items():
        if volume.labels[column].any() and not one.any():
            raise CaseError(
                f"expected some of the {column} after the step {step['name']}, came none: it went "
                "wrong, or the new voxels are too large"
            )
    array = resample_image(volume.array, volume.grid, target, transform)
    return volume.after(step, array=array, grid=target, labels=labels)
