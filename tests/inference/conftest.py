"""A cohort of two tiny scans, and predictions as nnU-Net writes them."""

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from nnunetv2.imageio.simpleitk_reader_writer import SimpleITKIO

from lesions.scans import Scan, write_scans

SHAPE = (9, 10, 11)
ANGLE = np.deg2rad(20)


def oblique_affine() -> np.ndarray[Any, Any]:
    """Give an affine that is rotated, flipped and anisotropic."""
    c, s = np.cos(ANGLE), np.sin(ANGLE)
    affine = np.eye(4)
    affine[:3, :3] = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.diag([-0.8, 1.0, 1.2])
    affine[:3, 3] = 31, -42, 17
    return affine


class Lab:
    """A folder with a cohort; `predict` writes a mask with nnU-Net's own writer."""

    def __init__(self, folder: Path, prefix: str = "sub-") -> None:
        self.folder, self.predictions = folder, folder / "predictions"
        self.predictions.mkdir()
        rng = np.random.default_rng(8)
        self.scans = []
        for index, ending in enumerate((".nii.gz", ".nii"), start=1):
            name = f"{prefix}{index:02d}"
            image = folder / "cohort" / f"{name}_T1w{ending}"
            image.parent.mkdir(exist_ok=True)
            array = rng.normal(100, 5, SHAPE).astype(np.float32)
            nib.save(nib.Nifti1Image(array, oblique_affine()), image)
            self.scans.append(Scan(name, "ses-01", "MP2RAGE", "MS", "A", 3.0, "test-out", image))

    @property
    def table(self) -> Path:
        """Give the path of scans.tsv."""
        return self.folder / "cohort" / "scans.tsv"

    def write(self) -> None:
        """Write scans.tsv."""
        write_scans(self.scans, self.table)

    def mask(self, scan: int) -> np.ndarray[Any, Any]:
        """Give the mask that the model predicts for a scan."""
        mask = np.zeros(SHAPE, bool)
        mask[2:4, 3 : 5 + scan, 1] = True
        return mask

    def predict(self, scan: int, array: np.ndarray[Any, Any] | None = None) -> Path:
        """Write the prediction of a scan, on the grid that nnU-Net reads from its image."""
        values = self.mask(scan).astype(np.uint8) if array is None else array
        path = self.predictions / f"{self.scans[scan].name}.nii.gz"
        _, properties = SimpleITKIO().read_images([str(self.scans[scan].image)])
        SimpleITKIO().write_seg(np.ascontiguousarray(values.T), str(path), properties)
        return path


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Two scans and a prediction of each."""
    lab = Lab(tmp_path)
    lab.write()
    lab.predict(0)
    lab.predict(1)
    return lab
