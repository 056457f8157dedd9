"""Small masks and files for the tests of `lesions`."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import numpy.typing as npt
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
