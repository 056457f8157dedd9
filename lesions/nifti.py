"""Read and write 3-D NIfTI images, exactly, with numpy and isal alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from lesions.atomic import write_atomically
from lesions.foreground import MaskError, read_foreground
from lesions.geometry import FloatArray, check_affine
from lesions.nifti_header import Header, ImageError, build_header
from lesions.nifti_stream import open_image
from lesions.runs import BoolArray, expand_runs

__all__ = [
    "Image",
    "ImageError",
    "Mask",
    "MaskError",
    "encode_nifti",
    "read_header",
    "read_image",
    "read_label_map",
    "read_mask",
    "write_nifti",
]

#: isal's strongest level; about the size of gzip -3.
_LEVEL = isal_zlib.ISAL_BEST_COMPRESSION
#: gzip container, no file name, no time: the same voxels give the same bytes.
_GZIP_WBITS = 31
#: Types stored as they are; others must be turned by whoever writes.
_STORED = frozenset({"uint8", "int8", "int16", "uint16", "int32", "uint32", "float32", "float64"})


@dataclass(frozen=True)
class Image:
    """A volume, (I, J, K) in Fortran memory order, and its affine, (4, 4), voxel to RAS mm."""

    array: npt.NDArray[Any]
    affine: FloatArray


@dataclass(frozen=True)
class Mask:
    """A binary mask, (I, J, K) array of bool in Fortran memory order, and its affine."""

    array: BoolArray
    affine: FloatArray


def read_header(path: Path | str) -> Header:
    """Read shape, type, scaling and affine of an image; its voxels are not touched.

    Raises
    ------
    ImageError
        Missing, not NIfTI, or not one 3-D volume.
    """
    with open_image(path) as stream:
        return stream.header


def read_image(path: Path | str) -> Image:
    """Read an image; values and type equal nibabel's `np.asanyarray(img.dataobj)`.

    Parameters
    ----------
    path : path of a .nii or .nii.gz file
        One 3-D volume; further axes of length 1 are dropped.

    Returns
    -------
    Image
        In native byte order. As stored where scl_slope is 1 and scl_inter 0 (or there is no
        scaling), else float64.

    Raises
    ------
    ImageError
        Missing, not NIfTI, truncated, damaged, or not one 3-D volume.
    """
    with open_image(path) as stream:
        header = stream.header
        flat = stream.read()
    flat = flat.astype(header.dtype.newbyteorder("="), copy=False)
    if header.slope != 1:
        flat = flat * np.float64(header.slope)
    if header.inter != 0:
        flat = flat + np.float64(header.inter)
    return Image(flat.reshape(header.shape, order="F"), header.affine)


def read_mask(path: Path | str, *, label_map: bool = False) -> Mask:
    """Read a mask.

    Parameters
    ----------
    path : path of a .nii or .nii.gz file
    label_map : bool
        Take a map of whole numbers, and every label above 0 for foreground.

    Raises
    ------
    ImageError
        The file can't be read, or is not one 3-D volume.
    MaskError
        Not binary: values other than 0 and one positive number, NaN among them.
    """
    header, runs = read_foreground(path, label_map=label_map)
    flat = np.zeros(header.n_voxels, np.bool_)
    flat[expand_runs(runs.start, runs.stop)] = True
    return Mask(flat.reshape(header.shape, order="F"), header.affine)


def read_label_map(path: Path | str) -> Image:
    """Read a map of whole numbers of at least 0.

    Returns
    -------
    Image
        In the file's own integer type; int32 where the file holds floats.

    Raises
    ------
    ImageError
        The file can't be read, or is not one 3-D volume.
    MaskError
        A value is negative, no whole number, NaN, or above 2**31 - 1.
    """
    image = read_image(path)
    array = image.array
    with np.errstate(invalid="ignore"):
        whole = array.astype(np.int32) if array.dtype.kind == "f" else array
        if array.size and (int(whole.min()) < 0 or not np.array_equal(whole, array)):
            wrong = array[(array != whole) | (array < 0)][:1]
            raise MaskError(f"{path}: labels must be whole numbers of at least 0, came {wrong[0]}")
    return Image(whole, image.affine)


def encode_nifti(
    array: npt.NDArray[Any],
    affine: npt.ArrayLike,
    *,
    description: str = "",
    name: str = "image",
) -> bytes:
    """Give the bytes of an uncompressed .nii file: canonical, whoever made the array.

    The same values, type, affine and description give the same bytes: NIfTI-1, little-endian,
    millimetres, no scaling, qform and sform alike with one code (no qform where the affine has
    shear).

    Parameters
    ----------
    array : (I, J, K) array
        bool is stored as uint8; integers to 32 bits and floats as they are.
    affine : (4, 4) array of float
        Voxel indices to RAS mm.
    description : str
        At most 79 bytes of UTF-8.
    name : str
        For messages.

    Raises
    ------
    ImageError
        Not 3-D, a type that is not stored, too long a description.
    GridError
        No usable affine.

    >>> len(encode_nifti(np.zeros((2, 2, 2), bool), np.eye(4)))
    360
    """
    matrix = check_affine(affine, name) + 0.0  # a minus zero would have other bytes
    if array.dtype == np.bool_:
        array = array.view(np.uint8)
    dtype = array.dtype.newbyteorder("<")
    if dtype.newbyteorder("=").name not in _STORED:
        raise ImageError(f"{name}: expected bool, integers to 32 bits or floats, not {array.dtype}")
    header = build_header(array.shape, dtype, matrix, description, name)
    return header + array.astype(dtype, copy=False).tobytes(order="F")


def write_nifti(
    path: Path | str, array: npt.NDArray[Any], affine: npt.ArrayLike, *, description: str = ""
) -> None:
    """Write a .nii or .nii.gz file, whole or not at all; the same input gives the same bytes.

    Parameters are those of `encode_nifti`, and so are the errors; another ending is an
    ImageError.
    """
    if not str(path).endswith((".nii", ".nii.gz")):
        raise ImageError(f"{path}: the name must end in .nii or .nii.gz")
    data = encode_nifti(array, affine, description=description, name=str(path))
    if str(path).endswith(".gz"):
        data = isal_zlib.compress(data, _LEVEL, _GZIP_WBITS)
    with write_atomically(path) as temporary:
        temporary.write_bytes(data)
