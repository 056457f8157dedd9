"""Write preprocessed scans as BIDS derivatives, each finished one once and for all."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesions.atomic import write_atomically
from lesions.cases import FILE_ENDING, CaseError
from lesions.checksums import sha256
from lesions.nifti import write_nifti
from lesions.scans import Scan
from training.preprocess import (
    LABELS,
    MAPS,
    Steps,
    Volume,
    read_volume,
    reference_path,
    run_steps,
)
from training.provenance import versions_of, write_json

#: Column of a mask or map -> how its file is named (BIDS 1.10, derivatives).
SUFFIXES = {
    "reference_mask": "label-lesion_desc-reference_mask",
    "brain_mask": "label-brain_mask",
    "white_matter_lesion_mask": "label-WML_mask",
    "lesion_type_map": "desc-types_dseg",
}


def preprocess_scan(scan: Scan, out: Path, steps: Steps, *, synthetic: bool = False) -> Scan:
    """Bring one scan through the steps and write it; give it with its new files.

    What was written by the same steps from the same files stays as it is. prediction_mask and
    probability_map are dropped: they are of the image as it was.

    Raises
    ------
    CaseError
        The image is no plain 3-D scan of finite values, holds nothing, has voxels of no scan, or
        no brain is found.
    GridError, ImageError, MaskError
        A mask can't be read, or lies on another grid.
    BrainError
        The tool isn't installed.
    OutputError
        The files can't be written, for want of space say.
    """
    folder = out.joinpath(scan.participant_id, *filter(None, [scan.session_id]), "anat")
    sidecar = folder / f"{scan.name}_desc-preproc.json"
    asked = {"Steps": _plain(asdict(steps)), "Sources": _hash_sources(scan, steps)}
    found = _already_done(sidecar, asked)
    if found is None:
        volume = run_steps(scan, read_volume(scan), steps)
        found = _write(scan, folder, volume, synthetic=synthetic)
        about = {
            "Description": "a scan and its masks after named steps of preprocessing",
            "Synthetic": synthetic,
            **asked,
            "Done": list(volume.done),
            "Files": {column: path.name for column, path in found.items()},
            "OutputSHA256": {path.name: sha256(path) for path in found.values()},
            "Versions": versions_of("numpy", "scipy", "SimpleITK"),
        }
        write_json(sidecar, about)  # last: it says that the scan is finished
    labels: dict[str, Any] = {column: found.get(column) for column in LABELS}
    return replace(scan, image=found["image"], prediction_mask=None, probability_map=None, **labels)


def _write(scan: Scan, folder: Path, volume: Volume, *, synthetic: bool) -> dict[str, Path]:
    notice = "synthetic" if synthetic else ""
    suffix = scan.image.name.split(".", 1)[0].rsplit("_", 1)[-1]
    image = (
        folder / f"{scan.name}_desc-preproc_{suffix if suffix.isalnum() else 'T1w'}{FILE_ENDING}"
    )
    files = {"image": image}
    write_nifti(image, _storable(volume.array), volume.grid.affine, description=notice)
    for column, array in volume.labels.items():
        path = folder / f"{scan.name}_{SUFFIXES[column]}{FILE_ENDING}"
        stored = array.astype(np.int32 if column in MAPS else np.uint8)
        write_nifti(path, stored, volume.grid.affine, description=notice)
        files[column] = path
    _copy_names(scan, files)
    return files


def _copy_names(scan: Scan, files: Mapping[str, Path]) -> None:
    """Put the names of the lesion types beside their new map."""
    if scan.lesion_type_map is None:
        return
    for ending in (".tsv", ".json"):
        source = _beside(scan.lesion_type_map, ending)
        if source.is_file():
            with write_atomically(_beside(files["lesion_type_map"], ending)) as temporary:
                temporary.write_bytes(source.read_bytes())


def _beside(image: Path, ending: str) -> Path:
    return image.with_name(image.name.split(".", 1)[0] + ending)


def _storable(array: NDArray[Any]) -> NDArray[Any]:
    """Give floats of 64 bits, which scaling made, as float32; all else as it is."""
    return array.astype(np.float32) if array.dtype.itemsize > 4 else array


def _hash_sources(scan: Scan, steps: Steps) -> dict[str, dict[str, str]]:
    paths: dict[str, Path | None] = {"image": scan.image}
    paths |= {column: getattr(scan, column) for column in LABELS}
    if steps.register_to is not None:
        paths["reference_image"] = reference_path(steps.register_to, scan)
    for name, path in paths.items():
        if path is not None and not path.is_file():
            raise CaseError(f"expected a file for {name}, no file at {path}")
    return {
        name: {"file": path.name, "sha256": sha256(path)}
        for name, path in paths.items()
        if path is not None
    }


def _already_done(sidecar: Path, asked: Mapping[str, Any]) -> dict[str, Path] | None:
    """Give the files of an earlier run of the same steps on the same files, if they are whole."""
    try:
        about: Any = json.loads(sidecar.read_text("utf-8"))
        files = {column: sidecar.with_name(name) for column, name in about["Files"].items()}
        same = all(about[key] == value for key, value in asked.items())
        whole = all(sha256(path) == about["OutputSHA256"][path.name] for path in files.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return files if same and whole else None


def _plain(content: Any) -> Any:
    """Give what JSON makes of it: tuples become lists."""
    return json.loads(json.dumps(content))
