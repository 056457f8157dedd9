"""Write what was predicted of a scan: BIDS-named masks, probabilities, and a sidecar that says how.

The sidecar is written last and holds the hash of every file: with it a scan is finished.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.ensemble import FLOOR, Average, Prediction, Sparse
from lesions.atomic import write_atomically
from lesions.cases import FILE_ENDING
from lesions.checksums import sha256
from lesions.geometry import FloatArray
from lesions.model_folder import Model
from lesions.nifti import write_nifti
from lesions.scans import Scan
from lesions.sidecars import MEMBERS, OUTPUTS

#: BIDS derivatives of the ensemble: what of a scan is theirs, by its `desc`.
MASK, PROBABILITY = "_label-lesion_desc-prediction_mask", "_label-lesion_desc-prediction_probseg"
MEMBER_MASK, MEMBER_PROBABILITY = (
    "_label-lesion_desc-fold{fold}_mask",
    "_label-lesion_desc-fold{fold}_probseg",
)
#: What must be the same for a finished scan to be taken as it is.
IMAGE_SHA256 = "ImageSHA256"
SAME = ("Model", "Mirrors", "Average", "BFloat16", IMAGE_SHA256)


class ResumeError(ValueError):
    """A folder holds predictions that were made otherwise; the message names the sidecar."""


@dataclass(frozen=True)
class Settings:
    """How scans are predicted, beside the model: the options of the command."""

    mirror: bool = True
    average: Average = "logits"
    fold_probabilities: bool = False
    bfloat16: bool = False


@dataclass(frozen=True)
class Target:
    """Where a scan's files go: `folder`/`name` + what they hold."""

    folder: Path
    name: str

    @classmethod
    def of(cls, scan: Scan, out: Path) -> "Target":
        """Give the place of a scan in a derivative's folder."""
        session = [scan.session_id] if scan.session_id else []
        return cls(out.joinpath(scan.participant_id, *session, "anat"), scan.name)

    def image(self, suffix: str) -> Path:
        """Give the path of an image."""
        return self.folder / (self.name + suffix + FILE_ENDING)

    @property
    def sidecar(self) -> Path:
        """Give the path of the mask's sidecar."""
        return self.folder / (self.name + MASK + ".json")


def describe(model: Model, settings: Settings) -> dict[str, Any]:
    """Give what names the predictions of a run: model and options."""
    return {
        "Model": {
            "Name": model.name,
            "SHA256": model.sha256,
            "Folds": {fold.name: fold.sha256 for fold in model.folds},
        },
        "Mirrors": list(model.mirror_axes) if settings.mirror else [],
        "Average": settings.average,
        "BFloat16": settings.bfloat16,
    }


def is_finished(scan: Scan, target: Target, wanted: Mapping[str, Any], settings: Settings) -> bool:
    """Say whether a scan's files are all there as they were written.

    The scan's image is read only where it has a sidecar.

    Raises
    ------
    ResumeError
        They were made by another model, with other options or of another image.
    """
    try:
        found = json.loads(target.sidecar.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(found, dict) or not isinstance(found.get(OUTPUTS), dict):
        return False
    wanted = {**wanted, IMAGE_SHA256: sha256(scan.image)}
    for key in SAME:
        if found.get(key) != wanted[key]:
            raise ResumeError(
                f"{target.sidecar}: expected a prediction of the same model, options and image, "
                f"its {key} is another: choose another --out"
            )
    names = found[OUTPUTS]
    if settings.fold_probabilities:
        folds = wanted["Model"]["Folds"]
        if not all(_member(target, MEMBER_PROBABILITY, fold).name in names for fold in folds):
            return False
    paths = {target.folder / name: digest for name, digest in names.items()}
    return all(path.is_file() and sha256(path) == digest for path, digest in paths.items())


def write_prediction(
    prediction: Prediction,
    target: Target,
    affine: FloatArray,
    settings: Settings,
    about: Mapping[str, Any],
    *,
    synthetic: bool,
    before_s: float = 0.0,
) -> None:
    """Write a scan's files; its sidecar is the last.

    Parameters
    ----------
    affine : (4, 4) array of float
        Of the scan: voxel to RAS mm.
    about : mapping
        What the sidecar says beside the files' hashes.
    before_s : float
        Seconds that reading and predicting the scan took; the sidecar's are with those of writing.

    Raises
    ------
    OutputError
        A file can't be written.
    """
    began = time.monotonic()
    notice = "synthetic" if synthetic else ""
    written = {}
    for path, volume in _volumes(prediction, target, settings):
        write_nifti(path, volume, affine, description=notice)
        written[path.name] = sha256(path)
    content = {
        "Type": "Lesion",
        "Description": "lesions that a model predicted, 1 in a lesion and 0 elsewhere",
        "Synthetic": synthetic,
        **about,
        "Seconds": round(before_s + time.monotonic() - began, 3),
        "ProbabilityFloor": FLOOR,
        "TileVoxels": list(prediction.tile),
        MEMBERS: [_member(target, MEMBER_MASK, one.fold).name for one in prediction.members],
        OUTPUTS: written,
    }
    with write_atomically(target.sidecar) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _volumes(
    prediction: Prediction, target: Target, settings: Settings
) -> Iterator[tuple[Path, npt.NDArray[Any]]]:
    """Give the path and the volume of each image of a scan; one volume is in memory at a time."""
    shape = prediction.shape
    yield target.image(MASK), fill_mask(prediction.mask, shape)
    yield target.image(PROBABILITY), fill_probability(prediction.probability, shape)
    for member in prediction.members:
        yield _member(target, MEMBER_MASK, member.fold), fill_mask(member.mask, shape)
        if settings.fold_probabilities:
            path = _member(target, MEMBER_PROBABILITY, member.fold)
            yield path, fill_probability(member.probability, shape)


def fill_mask(positions: npt.NDArray[np.int64], shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    """Give the mask, (I, J, K), of some positions in the file's order (first axis fastest).

    >>> fill_mask(np.array([1]), (2, 1, 1)).ravel().tolist()
    [0, 1]
    """
    flat = np.zeros(int(np.prod(shape)), np.uint8)
    flat[positions] = 1
    return flat.reshape(shape, order="F")


def fill_probability(sparse: Sparse, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Give the probabilities, (I, J, K).

    NIfTI has no halves: they are stored as singles, whose thirteen last bits are then 0 and cost
    next to nothing once gzipped.
    """
    flat = np.zeros(int(np.prod(shape)), np.float32)
    flat[sparse.index] = sparse.value
    return flat.reshape(shape, order="F")


def _member(target: Target, suffix: str, fold: str) -> Path:
    return target.image(suffix.format(fold=fold))
