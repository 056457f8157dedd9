"""Read and write the header of a NIfTI-1 or NIfTI-2 file.

Fields and codes: nifti1.h (R. W. Cox et al., 2003) and nifti2.h (2011). The affine is chosen as
nibabel's `get_best_affine` does.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lesions.geometry import FloatArray, GridError, check_affine

#: Bytes of the two headers; the first field of a header says its own size.
NIFTI1_SIZE, NIFTI2_SIZE = 348, 540
#: Where voxels begin in a NIfTI-1 file that we write: header and four bytes "no extensions".
DATA_OFFSET = 352
#: More voxels than any scan has (1290 a side); a header that claims more is refused unread.
MAX_VOXELS = 2**31 - 1
#: NIfTI datatype code -> numpy type, without byte order.
DTYPES = {
    2: "u1",
    4: "i2",
    8: "i4",
    16: "f4",
    64: "f8",
    256: "i1",
    512: "u2",
    768: "u4",
    1024: "i8",
    1280: "u8",
}
#: A shear below this (cosine between two voxel axes) is rounding; above it no quaternion fits.
SHEAR_TOLERANCE = 1e-5
#: "aligned to another scan": the code that we write to both qform and sform.
_ALIGNED = 2
#: xyzt_units: millimetres.
_UNITS_MM = 2
#: A part of a quaternion below this is the rounding of float64 matrices; float32 can't hold it.
_QUATERNION_ZERO = 1e-9
#: Below this, w^2 of a unit quaternion is rounding of its float32 parts (as in nibabel).
_W2_TOLERANCE = 3 * float(np.finfo(np.float32).eps)

_NIFTI1 = np.dtype(
    {
        "names": [
            "sizeof_hdr", "dim", "datatype", "bitpix", "pixdim", "vox_offset", "scl_slope",
            "scl_inter", "xyzt_units", "descrip", "qform_code", "sform_code", "quatern",
            "qoffset", "srow", "magic",
        ],
        "formats": [
            "i4", ("i2", 8), "i2", "i2", ("f4", 8), "f4", "f4", "f4", "u1", "S80", "i2", "i2",
            ("f4", 3), ("f4", 3), ("f4", (3, 4)), "S4",
        ],
        "offsets": [0, 40, 70, 72, 76, 108, 112, 116, 123, 148, 252, 254, 256, 268, 280, 344],
        "itemsize": NIFTI1_SIZE,
    }
)  # fmt: skip
_NIFTI2 = np.dtype(
    {
        "names": [
            "sizeof_hdr", "magic", "datatype", "bitpix", "dim", "pixdim", "vox_offset",
            "scl_slope", "scl_inter", "qform_code", "sform_code", "quatern", "qoffset", "srow",
        ],
        "formats": [
            "i4", "S8", "i2", "i2", ("i8", 8), ("f8", 8), "i8", "f8", "f8", "i4", "i4",
            ("f8", 3), ("f8", 3), ("f8", (3, 4)),
        ],
        "offsets": [0, 4, 12, 14, 16, 104, 168, 176, 184, 344, 348, 352, 376, 400],
        "itemsize": NIFTI2_SIZE,
    }
)  # fmt: skip


class ImageError(ValueError):
    """A file is not a readable 3-D NIfTI image; the message names it and says why."""


@dataclass(frozen=True)
class Header:
    """What reading an image takes.

    `shape` is (I, J, K); `dtype` has the file's byte order; `offset` is where voxels begin, in
    bytes; a voxel's value is `slope` x stored + `inter`; `affine` is (4, 4), voxel to RAS mm.
    """

    shape: tuple[int, int, int]
    dtype: np.dtype[Any]
    offset: int
    slope: float
    inter: float
    affine: FloatArray

    @property
    def n_voxels(self) -> int:
        """Voxels of the image."""
        return math.prod(self.shape)

    @property
    def itemsize(self) -> int:
        """Bytes of a voxel in memory: those of a float64 where values are scaled."""
        return np.dtype(np.float64).itemsize if self.scaled else self.dtype.itemsize

    @property
    def scaled(self) -> bool:
        """Whether values differ from what is stored."""
        return (self.slope, self.inter) != (1.0, 0.0)


def header_size(start: bytes, name: str) -> int:
    """Give the bytes of the header that begins with the four bytes `start`.

    Raises
    ------
    ImageError
        Not a NIfTI file.
    """
    for order in ("little", "big"):
        size = int.from_bytes(start[:4], order)
        if size in (NIFTI1_SIZE, NIFTI2_SIZE):
            return size
    raise ImageError(f"{name}: expected a NIfTI image, but the file doesn't begin like one")


def parse_header(raw: bytes, name: str) -> Header:
    """Read a header.

    Parameters
    ----------
    raw : bytes
        The file's first 348 (NIfTI-1) or 540 (NIfTI-2) bytes, inflated.
    name : str
        Name of the file, for messages.

    Raises
    ------
    ImageError
        Not a single-file NIfTI, not 3-D (axes of length 1 after the third are dropped), a data
        type other than plain integers and floats, 2**31 voxels or more, or no usable affine.
    """
    size = header_size(raw, name)
    layout = _NIFTI1 if size == NIFTI1_SIZE else _NIFTI2
    order: Literal["<", ">"] = "<" if int.from_bytes(raw[:4], "little") == size else ">"
    fields = np.frombuffer(raw, layout.newbyteorder(order), count=1)[0]
    magic = bytes(fields["magic"])[:3]
    if magic in (b"ni1", b"ni2"):
        raise ImageError(f"{name}: expected one .nii or .nii.gz file, came a .hdr/.img pair")
    if magic not in (b"n+1", b"n+2"):
        raise ImageError(f"{name}: expected a NIfTI image, but its magic is {magic!r}")
    code = int(fields["datatype"])
    if code not in DTYPES:
        known = ", ".join(np.dtype(t).name for t in DTYPES.values())
        raise ImageError(f"{name}: data type must be one of {known}, not NIfTI code {code}")
    shape = _shape(fields["dim"].tolist(), name)
    slope, inter = _scaling(float(fields["scl_slope"]), float(fields["scl_inter"]), name)
    offset = float(fields["vox_offset"])
    if not offset >= size or offset != int(offset) or offset > MAX_VOXELS:
        raise ImageError(f"{name}: voxels must begin at byte {size} or after, not {offset:g}")
    return Header(
        shape,
        np.dtype(DTYPES[code]).newbyteorder(order),
        int(offset),
        slope,
        inter,
        _affine(fields, shape, name),
    )


def build_header(
    shape: tuple[int, ...], dtype: np.dtype[Any], affine: FloatArray, description: str, name: str
) -> bytes:
    """Give the canonical NIfTI-1 header of an image: 352 bytes, little-endian, no extensions.

    The same shape, type, affine and description give the same bytes. sform and qform say the
    same with the same code; an affine with shear has no quaternion, so its qform code is 0.

    Raises
    ------
    ImageError
        Not 3-D, an axis over 32767 voxels, a data type that NIfTI-1 lacks, or a description over
        79 bytes.
    """
    code = next((c for c, t in DTYPES.items() if np.dtype(t) == dtype.newbyteorder("=")), None)
    if code is None:
        raise ImageError(f"{name}: can't be stored as {dtype}")
    if len(shape) != 3 or not all(0 < n < 2**15 for n in shape):
        raise ImageError(f"{name}: must be 3-D with 1 to 32767 voxels an axis, not {shape}")
    text = description.encode()
    if len(text) > 79:
        raise ImageError(f"{name}: the description may have 79 bytes, not {len(text)}")
    header = np.zeros(1, _NIFTI1.newbyteorder("<"))
    fields = header[0]
    fields["sizeof_hdr"] = NIFTI1_SIZE
    fields["dim"] = [3, *shape, 1, 1, 1, 1]
    fields["datatype"], fields["bitpix"] = code, 8 * dtype.itemsize
    fields["vox_offset"], fields["scl_slope"], fields["scl_inter"] = DATA_OFFSET, 1, 0
    fields["xyzt_units"], fields["descrip"], fields["magic"] = _UNITS_MM, text, b"n+1"
    fields["sform_code"], fields["srow"] = _ALIGNED, affine[:3]
    zooms, quaternion = _quaternion(affine)
    fields["pixdim"] = [1, *zooms, 1, 1, 1, 1]
    if quaternion is not None:
        qfac, fields["quatern"] = quaternion
        fields["pixdim"][0] = qfac
        fields["qform_code"], fields["qoffset"] = _ALIGNED, affine[:3, 3]
    return header.tobytes() + bytes(DATA_OFFSET - NIFTI1_SIZE)


def _shape(dim: list[int], name: str) -> tuple[int, int, int]:
    n_axes = dim[0]
    if not 1 <= n_axes <= 7 or any(n < 1 for n in dim[1 : n_axes + 1]):
        raise ImageError(f"{name}: expected 1 to 7 axes of at least one voxel, came dim {dim}")
    lengths = [*dim[1 : n_axes + 1], 1, 1]
    if n_axes < 3 or any(n != 1 for n in dim[4 : n_axes + 1]):
        came = " x ".join(str(n) for n in dim[1 : n_axes + 1])
        raise ImageError(f"{name}: expected one 3-D volume, came {n_axes}-D: {came}")
    if math.prod(lengths[:3]) > MAX_VOXELS:
        came = " x ".join(str(n) for n in lengths[:3])
        raise ImageError(f"{name}: expected fewer than 2**31 voxels, came {came}")
    return lengths[0], lengths[1], lengths[2]


def _scaling(slope: float, inter: float, name: str) -> tuple[float, float]:
    if slope == 0 or not math.isfinite(slope):  # nifti1.h: no scaling
        return 1.0, 0.0
    if not math.isfinite(inter):
        raise ImageError(f"{name}: scl_inter must be a finite number, not {inter}")
    return slope, inter


def _affine(fields: np.void, shape: tuple[int, int, int], name: str) -> FloatArray:
    if fields["sform_code"] > 0:
        affine = np.eye(4)
        affine[:3] = fields["srow"]
    elif fields["qform_code"] > 0:
        affine = _qform(fields, name)
    else:  # nifti1.h METHOD 1, with nibabel's choice: x flipped, the origin in the centre
        zooms = np.abs(np.asarray(fields["pixdim"][1:4], np.float64)) * [-1, 1, 1]
        affine = np.diag([*zooms, 1.0])
        affine[:3, 3] = -(np.array(shape) - 1) / 2 * zooms
    try:
        return check_affine(affine, name)
    except GridError as error:
        raise ImageError(str(error)) from None


def _qform(fields: np.void, name: str) -> FloatArray:
    """Turn quaternion, voxel sizes and offset into an affine (nifti1.h METHOD 2)."""
    b, c, d = (float(q) for q in fields["quatern"])
    w2 = 1 - (b * b + c * c + d * d)
    if not w2 >= -_W2_TOLERANCE:
        raise ImageError(f"{name}: the qform's quaternion {[b, c, d]} is longer than 1")
    a = 0.0 if abs(w2) < _W2_TOLERANCE else math.sqrt(w2)
    s = 2 / (a * a + b * b + c * c + d * d)
    zooms = np.abs(np.asarray(fields["pixdim"][1:4], np.float64))
    zooms[2] *= -1 if fields["pixdim"][0] < 0 else 1
    affine = np.eye(4)
    affine[:3, :3] = [
        [1 - s * (c * c + d * d), s * (b * c - d * a), s * (b * d + c * a)],
        [s * (b * c + d * a), 1 - s * (b * b + d * d), s * (c * d - b * a)],
        [s * (b * d - c * a), s * (c * d + b * a), 1 - s * (b * b + c * c)],
    ]
    affine[:3, :3] *= zooms
    affine[:3, 3] = fields["qoffset"]
    return affine


def _quaternion(affine: FloatArray) -> tuple[list[float], tuple[int, list[float]] | None]:
    """Give the voxel sizes, and qfac with (b, c, d); None for an affine with shear."""
    matrix = affine[:3, :3]
    zooms = np.sqrt((matrix**2).sum(axis=0))
    rotation = matrix / zooms
    if np.abs(rotation.T @ rotation - np.eye(3)).max() > SHEAR_TOLERANCE:
        return zooms.tolist(), None
    qfac = 1 if np.linalg.det(rotation) > 0 else -1
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = (rotation * [1, 1, qfac]).tolist()
    # The eigenvector method (Bar-Itzhack 2000): stable for every rotation.
    k = np.array(
        [
            [xx - yy - zz, 0, 0, 0],
            [yx + xy, yy - xx - zz, 0, 0],
            [zx + xz, zy + yz, zz - xx - yy, 0],
            [zy - yz, xz - zx, yx - xy, xx + yy + zz],
        ]
    )
    vectors = np.linalg.eigh(k)[1]
    b, c, d, a = (0.0 if abs(q) < _QUATERNION_ZERO else q for q in vectors[:, -1].tolist())
    # q and -q are one rotation; NIfTI wants a >= 0, and half turns need a rule of their own.
    sign = -1.0 if next(q for q in (a, b, c, d) if q) < 0 else 1.0
    return zooms.tolist(), (qfac, [sign * q + 0.0 for q in (b, c, d)])
