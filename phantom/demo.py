"""The demo's patients, and what the demo's model found in them.

The model (models/demo) was trained on other phantoms. What it predicts for these patients is kept
in the repository as `python -m inference predict` wrote it, so that a demo needs no torch.
"""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lesions.atomic import build_folder
from lesions.checksums import sha256
from lesions.geometry import check_same_grid
from lesions.nifti import read_image, read_mask
from lesions.scans import Scan, read_scans, write_scans
from phantom.bids import BIDS_VERSION, NOTICE, write_json

SEED, CASES, MIMICS = 1, 8, 2
ROOT = Path(__file__).resolve().parents[1]
MODEL, PREDICTIONS = ROOT / "models" / "demo", ROOT / "models" / "demo-predictions"
#: Where the predictions lie in a cohort's folder.
DERIVATIVE = Path("derivatives", "demo-model")
#: BIDS suffixes of the model's mask and probabilities.
MASK, PROBABILITY = "_label-lesion_desc-prediction_mask", "_label-lesion_desc-prediction_probseg"


class DemoPredictionError(ValueError):
    """The model's predictions don't fit the demo's patients; the message names the file."""


@dataclass(frozen=True)
class Predicted:
    """One scan's files in a folder of predictions."""

    mask: Path
    probability: Path

    @classmethod
    def of(cls, scan: Scan, folder: Path) -> "Predicted":
        """Give the files of a scan."""
        start = folder / scan.participant_id / "anat" / scan.name
        return cls(Path(f"{start}{MASK}.nii.gz"), Path(f"{start}{PROBABILITY}.nii.gz"))

    @property
    def about(self) -> dict[str, Any]:
        """Give what the mask's sidecar says."""
        path = self.mask.with_name(self.mask.name.removesuffix(".nii.gz") + ".json")
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return content


def take_predictions(table: Path, predictions: Path = PREDICTIONS) -> tuple[str, ...]:
    """Put the model's predictions into a cohort of the demo's patients.

    Parameters
    ----------
    table : path
        The cohort's scans.tsv; its predictions become the model's. What is there already stays.
    predictions : path
        A folder that `python -m inference predict` wrote.

    Returns
    -------
    tuple of str
        Names of scans whose image is not to the bit what the model saw: another processor or
        version of numpy rounds a voxel here and there.

    Raises
    ------
    DemoPredictionError
        A scan has no prediction.
    GridError, MaskError
        A mask doesn't lie on its scan's grid, or isn't binary.
    """
    cohort = read_scans(table)
    folder = table.parent / DERIVATIVE
    if not folder.is_dir():
        _copy(cohort.scans, predictions, folder)
    scans = [
        replace(scan, prediction_mask=found.mask, probability_map=found.probability)
        for scan in cohort.scans
        for found in [Predicted.of(scan, folder)]
    ]
    model = Predicted.of(cohort.scans[0], folder).about["Model"]
    write_scans(scans, table, {"Model": model}, synthetic=True)
    return tuple(
        scan.name
        for scan in cohort.scans
        if sha256(scan.image) != Predicted.of(scan, folder).about["ImageSHA256"]
    )


def _copy(scans: tuple[Scan, ...], predictions: Path, folder: Path) -> None:
    with build_folder(folder) as new:
        for scan in scans:
            found = Predicted.of(scan, predictions)
            if not found.mask.is_file():
                raise DemoPredictionError(f"expected the mask of {scan.name}, no file {found.mask}")
            mask, image = read_mask(found.mask), read_image(scan.image)
            check_same_grid(
                image.array.shape,
                image.affine,
                mask.array.shape,
                mask.affine,
                str(scan.image),
                str(found.mask),
            )
            shutil.copytree(found.mask.parent, Predicted.of(scan, new).mask.parent)
        about = {
            "Name": "Lesions that the demo's model predicts in synthetic scans",
            "BIDSVersion": BIDS_VERSION,
            "DatasetType": "derivative",
            "GeneratedBy": [{"Name": "python -m inference predict", "Model": found.about["Model"]}],
            "Synthetic": True,
            "Notice": NOTICE,
        }
        write_json(new / "dataset_description.json", about)
