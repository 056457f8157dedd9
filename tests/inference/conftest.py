"""A cohort of two tiny scans, and predictions as nnU-Net writes them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import torch
from nnunetv2.imageio.simpleitk_reader_writer import SimpleITKIO

from inference.__main__ import main
from lesions.scans import Scan, write_scans
from tests.inference.clinics import Clinic

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


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    """Let torch compute on one thread: two that share their cores with others wait for them."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Two scans and a prediction of each."""
    lab = Lab(tmp_path)
    lab.write()
    lab.predict(0)
    lab.predict(1)
    return lab


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """A model and three scans."""
    return Clinic(tmp_path, oblique_affine())


@pytest.fixture
def predict(clinic: Clinic, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run the command on the CPU; give exit code and words."""

    def run(*options: object) -> tuple[int, str]:
        argv = ["predict", clinic.model, clinic.table, "--out", clinic.out, "--device", "cpu"]
        code = main([str(word) for word in [*argv, *options]])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run
