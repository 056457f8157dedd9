"""Bring images from one grid to another with SimpleITK; masks never get values between."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lesions.cases import CaseError
from lesions.geometry import FloatArray, ras_to_lps

#: Half of its functions are typed.
sitk: Any = importlib.import_module("SimpleITK")
#: Sides of a voxel, in mm, that a scan of a head may have: 0.1 mm is finer than any scanner's,
#: 10 mm slices are the thickest of the clinic; what lies beyond is a wrong header.
VOXEL_SIDES_MM = (0.1, 10.0)
#: Voxels that no scan has (1024 a side); a spacing that leads there is a slip of the hand.
MAX_VOXELS = 2**30


@dataclass(frozen=True)
class Grid:
    """Shape (I, J, K) of an image and its affine, (4, 4), voxel indices to RAS mm."""

    shape: tuple[int, ...]
    affine: FloatArray

    @property
    def sides_mm(self) -> FloatArray:
        """Give the sides of a voxel along i, j and k, in mm."""
        sides: FloatArray = np.linalg.norm(self.affine[:3, :3], axis=0)
        return sides


def check_voxel_sides(grid: Grid, what: str) -> None:
    """Refuse voxels that no scan of a head has.

    Raises
    ------
    CaseError

    Examples
    --------
    >>> check_voxel_sides(Grid((9, 9, 9), np.diag([100.0, 1, 1, 1])), "a.nii")
    Traceback (most recent call last):
    lesions.cases.CaseError: expected voxels of 0.1 to 10 mm a side, came 100 x 1 x 1 mm: a.nii
    """
    low, high = VOXEL_SIDES_MM
    if not ((grid.sides_mm >= low) & (grid.sides_mm <= high)).all():
        came = " x ".join(f"{side:g}" for side in grid.sides_mm)
        raise CaseError(f"expected voxels of {low:g} to {high:g} mm a side, came {came} mm: {what}")


def refine(grid: Grid, sides_mm: Sequence[float]) -> Grid:
    """Give a grid of other voxels over the same field of view, axes as they run.

    The centre of the field stays where it is, and so do its edges where the new sides divide the
    old field; else it grows or shrinks by less than half a new voxel at each edge.

    Parameters
    ----------
    grid : Grid
    sides_mm : three floats
        Along i, j and k.

    Raises
    ------
    CaseError
        The grid would have more voxels than any scan.

    Examples
    --------
    >>> finer = refine(Grid((10, 10, 10), np.eye(4)), (0.5, 0.5, 0.5))
    >>> finer.shape, finer.affine[:3, 3].tolist()
    ((20, 20, 20), [-0.25, -0.25, -0.25])
    """
    old, wanted = grid.sides_mm, np.asarray(sides_mm, np.float64)
    shape = np.maximum(1, np.rint(np.asarray(grid.shape) * old / wanted))
    if shape.prod() > MAX_VOXELS:
        raise CaseError(f"expected at most {MAX_VOXELS} voxels, came {shape.prod():.3g}")
    affine = grid.affine.copy()
    affine[:3, :3] = grid.affine[:3, :3] / old * wanted
    centre = grid.affine[:3, :3] @ ((np.asarray(grid.shape) - 1) / 2) + grid.affine[:3, 3]
    affine[:3, 3] = centre - affine[:3, :3] @ ((shape - 1) / 2)
    return Grid(tuple(int(n) for n in shape), affine)


def resample_image(
    array: NDArray[Any], grid: Grid, target: Grid, transform: Any = None
) -> NDArray[np.float32]:
    """Resample intensities by a cubic b-spline (the paper, 3.2, "Resolution Standardization").

    Parameters
    ----------
    array : (I, J, K) array of numbers
    grid, target : Grid
        Where the array lies, and where the result is to lie.
    transform : SimpleITK transform, optional
        Maps points of the target (LPS mm) to points of the array; none leaves them.

    Returns
    -------
    (I', J', K') array of float32
        0 outside the array. A b-spline may overshoot next to sharp edges.
    """
    image = as_sitk(array.astype(np.float32), grid)
    return np.asarray(_resample(image, target, transform, sitk.sitkBSpline), np.float32)


def resample_labels(
    array: NDArray[Any], grid: Grid, target: Grid, transform: Any = None
) -> NDArray[np.int32]:
    """Resample a mask or a map of whole numbers by nearest neighbour: no new value appears.

    Parameters are those of `resample_image`; 0 outside the array.
    """
    image = as_sitk(array.astype(np.int32), grid)
    return np.asarray(_resample(image, target, transform, sitk.sitkNearestNeighbor), np.int32)


def as_sitk(array: NDArray[Any], grid: Grid) -> Any:
    """Give an array as an image of SimpleITK, whose points are LPS and whose arrays are k, j, i."""
    image = sitk.GetImageFromArray(np.ascontiguousarray(array.transpose(2, 1, 0)))
    image.SetOrigin(ras_to_lps(grid.affine[:3, 3]).tolist())
    image.SetSpacing(grid.sides_mm.tolist())
    image.SetDirection(_direction(grid))
    return image


def _direction(grid: Grid) -> list[float]:
    axes: list[float] = ras_to_lps((grid.affine[:3, :3] / grid.sides_mm).T).T.ravel().tolist()
    return axes


def _resample(image: Any, target: Grid, transform: Any, interpolator: int) -> NDArray[Any]:
    resampler = sitk.ResampleImageFilter()
    resampler.SetSize([int(n) for n in target.shape])
    resampler.SetOutputOrigin(ras_to_lps(target.affine[:3, 3]).tolist())
    resampler.SetOutputSpacing(target.sides_mm.tolist())
    resampler.SetOutputDirection(_direction(target))
    resampler.SetInterpolator(interpolator)
    if transform is not None:
        resampler.SetTransform(transform)
    array: NDArray[Any] = sitk.GetArrayFromImage(resampler.Execute(image)).transpose(2, 1, 0)
    return array
