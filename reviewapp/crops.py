"""Cut the part of a scan around an ROI, and put it back to the voxel; the one form of all volumes.

Everything that a rater receives is encoded here from voxels and the scan's own grid alone, so that
a mask's file tells nothing of who drew it.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lesions.geometry import FloatArray, apply_affine
from lesions.nifti import encode_nifti

#: Side of a crop, in mm: an ROI with the gyri around it, .4 MB at 1 mm.
CROP_MM = 64.0
#: Least distance from a large ROI to the crop's side, in mm.
MARGIN_MM = 16.0
#: Largest stored value of a scan whose own values don't fit whole into int16.
MAX_INT16 = 32767

IntArray = npt.NDArray[np.integer]
Shape = tuple[int, int, int]


class CropError(ValueError):
    """A crop can't be cut or put back."""


@dataclass(frozen=True)
class Box:
    """A part of a grid: its first voxel, and its voxels along i, j, k."""

    offset: Shape
    shape: Shape

    @property
    def slices(self) -> tuple[slice, slice, slice]:
        """Index the part in an array of the whole."""
        i, j, k = (slice(o, o + n) for o, n in zip(self.offset, self.shape, strict=True))
        return i, j, k


def crop_box(
    voxels: IntArray,
    shape: Shape,
    affine: FloatArray,
    *,
    side_mm: float = CROP_MM,
    margin_mm: float = MARGIN_MM,
) -> Box:
    """Give the part of a scan to show around an ROI.

    Parameters
    ----------
    voxels : (n, 3) array of int
        Indices of the ROI's voxels; at least one.
    shape : three ints
        The scan's.
    affine : (4, 4) array of float
        The scan's, voxel to RAS mm.
    side_mm, margin_mm : float
        Side of the part, which grows where the ROI with this margin on both sides is larger.

    Returns
    -------
    Box
        Inside the scan: near its border the part is shifted, and where the scan is smaller it is
        cut.

    Raises
    ------
    CropError
        There is no voxel, or one is outside the scan.

    Examples
    --------
    >>> crop_box(np.array([[50, 50, 2]]), (100, 100, 100), np.eye(4))
    Box(offset=(18, 18, 0), shape=(64, 64, 64))
    """
    if not len(voxels) or voxels.min() < 0 or (voxels >= shape).any():
        raise CropError(f"expected voxels inside the scan of {shape}, came {len(voxels)} voxels")
    size_mm = np.linalg.norm(affine[:3, :3], axis=0)
    low, high = voxels.min(axis=0), voxels.max(axis=0) + 1
    offset, sides = [], []
    for axis in range(3):
        least = int(high[axis] - low[axis]) + 2 * math.ceil(margin_mm / size_mm[axis])
        side = min(max(math.ceil(side_mm / size_mm[axis]), least), shape[axis])
        start = (int(low[axis] + high[axis]) - side) // 2
        offset.append(min(max(start, 0), shape[axis] - side))
        sides.append(side)
    return Box((offset[0], offset[1], offset[2]), (sides[0], sides[1], sides[2]))


def box_affine(box: Box, affine: FloatArray) -> FloatArray:
    """Give the affine of a part of a grid, from the whole grid's.

    >>> box_affine(Box((1, 2, 3), (4, 4, 4)), np.diag([2.0, 2, 2, 1]))[:3, 3].tolist()
    [2.0, 4.0, 6.0]
    """
    moved = affine.copy()
    moved[:3, 3] = apply_affine(affine, box.offset)
    return moved


def paste(part: npt.NDArray[np.generic], box: Box, shape: Shape) -> npt.NDArray[np.generic]:
    """Put a part back on the whole grid, 0 around it.

    >>> paste(np.ones((1, 1, 2)), Box((0, 0, 1), (1, 1, 2)), (1, 1, 4)).ravel().tolist()
    [0.0, 1.0, 1.0, 0.0]

    Raises
    ------
    CropError
        The part has another shape than the box, or the box isn't inside the grid.
    """
    ends = [o + n for o, n in zip(box.offset, box.shape, strict=True)]
    if part.shape != box.shape or min(box.offset) < 0 or any(np.greater(ends, shape)):
        raise CropError(f"expected a part of {box.shape} inside {shape}, came {part.shape}")
    whole = np.zeros(shape, part.dtype, order="F")
    whole[box.slices] = part
    return whole


def focus_ras_mm(voxels: IntArray, affine: FloatArray) -> tuple[float, float, float]:
    """Give the point to show first, in RAS mm: the centre of the voxel nearest to the centroid.

    The centroid itself may lie outside a curved ROI. Of voxels equally near the first counts.

    >>> focus_ras_mm(np.array([[0, 0, 0], [1, 0, 0], [9, 0, 0]]), np.eye(4))
    (1.0, 0.0, 0.0)
    """
    points = apply_affine(affine, voxels)
    distance = np.linalg.norm(points - points.mean(axis=0), axis=1)
    r, a, s = points[int(np.argmin(distance))].tolist()
    return r, a, s


def as_int16(array: npt.NDArray[np.generic], what: str = "image") -> npt.NDArray[np.int16]:
    """Give an image's values as int16: whole ones that fit as they are, others stretched.

    Others are mapped linearly from [lowest, highest] to [0, 32767], which keeps far more levels
    than a screen shows; one single value becomes 0.

    Raises
    ------
    CropError
        A value is NaN or infinite.

    >>> as_int16(np.array([0.0, 0.5, 1.0])).tolist(), as_int16(np.array([0.0, 7.0])).tolist()
    ([0, 16384, 32767], [0, 7])
    """
    values = np.asarray(array)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise CropError(f"{what}: expected finite values, came NaN or infinity")
    low, high = float(values.min()), float(values.max())
    fits = low >= -MAX_INT16 - 1 and high <= MAX_INT16
    if fits and (values.dtype.kind in "iu" or np.array_equal(values, np.rint(values))):
        return values.astype(np.int16)
    scaled = values.astype(np.float64)  # then in place: a 0.5 mm scan takes half a GB
    scaled -= low
    scaled *= MAX_INT16 / (high - low) if high > low else 0.0
    return np.rint(scaled, out=scaled).astype(np.int16)


def encode_scan(array: npt.NDArray[np.int16], affine: FloatArray) -> bytes:
    """Give the one NIfTI file that stands for a scan or a part of it: int16."""
    return encode_nifti(np.asarray(array, dtype=np.int16), affine)


def encode_mask(voxels: IntArray, box: Box, affine: FloatArray) -> bytes:
    """Give the one NIfTI file that stands for an ROI: uint8, 1 at its voxels, on the box's grid.

    Parameters
    ----------
    voxels : (n, 3) array of int
        Indices on the scan's grid.
    box : Box
    affine : (4, 4) array of float
        The scan's own, and not that of the mask's file, which may differ by rounding.
    """
    mask = np.zeros(box.shape, np.uint8, order="F")
    mask[tuple((voxels - box.offset).T)] = 1
    return encode_nifti(mask, box_affine(box, affine))
