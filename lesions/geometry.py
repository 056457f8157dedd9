"""Say where voxels lie: grids, volumes, orientations; the only place that knows RAS and LPS."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

#: Two grids are the same when no voxel centre of one lies further than this from its twin, in mm:
#: a tenth of the finest voxel (0.5 mm). Storing an affine as a float32 quaternion moves a corner
#: of a 1 mm brain by less than 0.002 mm in 99 of 100 random turns; within 0.07 degrees of a half
#: turn, where the quaternion's real part is lost, by up to 0.4 mm. Two files with the same qform
#: and no sform still have equal affines; only a pair of which one has its sform may be refused.
GRID_TOLERANCE_MM = 0.05
#: Significant digits kept of a voxel volume: header values are float32 (7 digits), and their
#: determinant carries noise in the 16th; 15.999999999999996 is 16.
VOLUME_DIGITS = 12
#: Letters of the two ends of each world axis: negative, positive (nibabel's convention).
_AXIS_ENDS = (("L", "R"), ("P", "A"), ("I", "S"))
#: Turns a point in RAS into LPS (ITK, DICOM) and back.
_RAS_TO_LPS = np.array([-1.0, -1.0, 1.0])


class GridError(ValueError):
    """Two images don't lie on one grid, or an affine is no grid at all."""


def check_affine(affine: npt.ArrayLike, what: str = "image") -> FloatArray:
    """Give the affine as float64, or say what is wrong with it.

    Parameters
    ----------
    affine : (4, 4) array of float
        Voxel indices to RAS mm.
    what : str
        Name of the file or array, for the message.

    Raises
    ------
    GridError
        Not (4, 4), not finite, last row not 0 0 0 1, or singular.
    """
    matrix = np.asarray(affine, dtype=np.float64)
    if matrix.shape != (4, 4):
        raise GridError(f"{what}: affine must be (4, 4), not {_text(matrix.shape)}")
    if not np.isfinite(matrix).all():
        raise GridError(f"{what}: affine must hold finite numbers, came {matrix.tolist()}")
    if matrix[3].tolist() != [0, 0, 0, 1]:
        raise GridError(f"{what}: affine must end in the row 0 0 0 1, not {matrix[3].tolist()}")
    if _determinant(matrix) == 0:
        raise GridError(f"{what}: affine must span a volume, but its voxels have none")
    return matrix


def check_same_grid(
    shape_a: Sequence[int],
    affine_a: npt.ArrayLike,
    shape_b: Sequence[int],
    affine_b: npt.ArrayLike,
    what_a: str = "first image",
    what_b: str = "second image",
    *,
    tolerance_mm: float = GRID_TOLERANCE_MM,
) -> None:
    """Raise unless two images have one shape and put each voxel at one place.

    The measure is the largest distance between voxel centres of the same indices. It is reached
    at a corner, for the difference of two affine maps is affine. One grid stored in two
    orientations is refused too, by name: its voxel indices mean different places, and whoever
    pairs the arrays must first reorient one (`reorient`).

    Parameters
    ----------
    shape_a, shape_b : three ints
    affine_a, affine_b : (4, 4) array of float
        Voxel indices to RAS mm.
    what_a, what_b : str
        Names of the files or arrays, for the message.
    tolerance_mm : float
        Largest distance allowed between two centres, in mm.

    Raises
    ------
    GridError
        Names both images and says what differs.

    Examples
    --------
    >>> shifted = np.eye(4); shifted[0, 3] = -50
    >>> check_same_grid((9, 9, 9), np.eye(4), (9, 9, 9), shifted, "a.nii", "b.nii")
    Traceback (most recent call last):
    lesions.geometry.GridError: b.nii must lie on the grid of a.nii (within 0.05 mm), but its
    voxels lie up to 50 mm away
    """
    a, b = check_affine(affine_a, what_a), check_affine(affine_b, what_b)
    shape_a, shape_b = tuple(shape_a), tuple(shape_b)
    if shape_a == shape_b and grid_distance_mm(a, b, shape_a) <= tolerance_mm:
        return
    codes_a, codes_b = orientation(a), orientation(b)
    if codes_a != codes_b and _same_when_reoriented(a, shape_a, b, shape_b, tolerance_mm):
        raise GridError(
            f"{what_b} must be stored in the orientation of {what_a} ({codes_a}), not {codes_b}; "
            "the grid is the same, so reorienting it is enough"
        )
    if shape_a != shape_b:
        raise GridError(
            f"{what_b} must have the shape of {what_a}, {_text(shape_a)}, not {_text(shape_b)}"
        )
    raise GridError(
        f"{what_b} must lie on the grid of {what_a} (within {tolerance_mm:g} mm), but its voxels "
        f"lie up to {grid_distance_mm(a, b, shape_a):.3g} mm away"
    )


def grid_distance_mm(affine_a: FloatArray, affine_b: FloatArray, shape: Sequence[int]) -> float:
    """Give the largest distance between two grids' voxel centres of the same indices, in mm.

    >>> shifted = np.eye(4); shifted[:3, 3] = [3, -4, 0]
    >>> grid_distance_mm(np.eye(4), shifted, (2, 2, 2))
    5.0
    """
    last = np.maximum(np.asarray(shape[:3]) - 1, 0)
    corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)]) * last
    return float(np.linalg.norm(apply_affine(affine_a - affine_b, corners), axis=1).max())


def voxel_volume_mm3(affine: npt.ArrayLike) -> float:
    """Give the volume of one voxel, |det(affine[:3, :3])|, to 12 digits.

    >>> voxel_volume_mm3(np.diag([-1, 1, 1.5, 1]))
    1.5
    """
    det = abs(_determinant(np.asarray(affine, dtype=np.float64)))
    return det if det == 0 else round(det, VOLUME_DIGITS - 1 - math.floor(math.log10(det)))


def apply_affine(affine: FloatArray, points: npt.ArrayLike) -> FloatArray:
    """Map points by an affine: voxel indices to RAS mm.

    Parameters
    ----------
    affine : (4, 4) array of float
    points : (..., 3) array of float

    Returns
    -------
    (..., 3) array of float

    >>> apply_affine(np.diag([2.0, 2, 2, 1]), [1, 2, 3]).tolist()
    [2.0, 4.0, 6.0]
    """
    # Not a matrix product: BLAS wakes its threads for one, and takes up to 60 ms.
    x, y, z = np.moveaxis(np.asarray(points, np.float64), -1, 0)
    moved = [row[0] * x + row[1] * y + row[2] * z + row[3] for row in affine[:3].tolist()]
    return np.stack(moved, axis=-1)


def ras_to_lps(points_mm: npt.ArrayLike) -> FloatArray:
    """Turn points in RAS mm (nibabel, NiiVue) into LPS mm (ITK, DICOM), or back.

    >>> ras_to_lps([10.0, 20.0, 30.0]).tolist()
    [-10.0, -20.0, 30.0]
    """
    turned: FloatArray = np.asarray(points_mm, np.float64) * _RAS_TO_LPS
    return turned


def orientation(affine: npt.ArrayLike) -> str:
    """Name the way that each voxel axis runs, such as RAS or LPI; oblique: the nearest.

    >>> orientation(np.diag([-1, 1, 1, 1]))
    'LAS'
    """
    return "".join(_AXIS_ENDS[world][sign > 0] for world, sign in _world_axes(affine))


def reorient(
    array: npt.NDArray[np.generic], affine: npt.ArrayLike, codes: str = "RAS"
) -> tuple[npt.NDArray[np.generic], FloatArray]:
    """Flip and permute an image's axes until they run as `codes` says; no voxel is resampled.

    Parameters
    ----------
    array : (I, J, K) array
    affine : (4, 4) array of float
        Voxel indices to RAS mm.
    codes : str
        Such as RAS, LPS: where each axis of the result runs to.

    Returns
    -------
    array : a view of the input
    affine : (4, 4) array of float
        Puts every voxel where it was.

    >>> turned, affine = reorient(np.arange(3).reshape(3, 1, 1), np.diag([-1, 1, 1, 1]))
    >>> turned.ravel().tolist(), affine[0].tolist()
    ([2, 1, 0], [1.0, 0.0, 0.0, -2.0])
    """
    matrix = check_affine(affine)
    order, flips = _steps_to(matrix, codes)
    slices = tuple(slice(None, None, -1) if flip else slice(None) for flip in flips)
    return array.transpose(order)[slices], _reoriented_affine(matrix, array.shape, order, flips)


def check_orientation(codes: str) -> str:
    """Give an orientation back once it is known to be one.

    >>> check_orientation("LPS")
    'LPS'

    Raises
    ------
    GridError
        It names something else than three axes, or one twice.
    """
    _parse_orientation(codes)
    return codes


def _parse_orientation(codes: str) -> list[tuple[int, int]]:
    """Give for each letter the world axis that it stands for, and 1 or -1 along it."""
    wanted = []
    for letter in codes:
        world = next((w for w, ends in enumerate(_AXIS_ENDS) if letter in ends), None)
        if world is not None:
            wanted.append((world, 1 if letter == _AXIS_ENDS[world][1] else -1))
    if len(codes) != 3 or sorted(world for world, _ in wanted) != [0, 1, 2]:
        raise GridError(f'an orientation is three of L/R, P/A, I/S, such as RAS, not "{codes}"')
    return wanted


def _steps_to(affine: FloatArray, codes: str) -> tuple[list[int], list[bool]]:
    """Give the source axis of each target axis, and whether it must be flipped."""
    wanted = _parse_orientation(codes)
    axes = _world_axes(affine)
    order = [next(v for v, (w, _) in enumerate(axes) if w == world) for world, _ in wanted]
    return order, [axes[v][1] != sign for v, (_, sign) in zip(order, wanted, strict=True)]


def _reoriented_affine(
    affine: FloatArray, shape: Sequence[int], order: Sequence[int], flips: Sequence[bool]
) -> FloatArray:
    new_to_old = np.zeros((4, 4))
    new_to_old[3, 3] = 1
    for new, (old, flip) in enumerate(zip(order, flips, strict=True)):
        new_to_old[old, new] = -1 if flip else 1
        new_to_old[old, 3] = shape[old] - 1 if flip else 0
    turned: FloatArray = affine @ new_to_old
    return turned


def _same_when_reoriented(
    a: FloatArray, shape_a: Sequence[int], b: FloatArray, shape_b: Sequence[int], tolerance: float
) -> bool:
    order, flips = _steps_to(b, orientation(a))
    if [shape_b[axis] for axis in order] != list(shape_a):
        return False
    turned = _reoriented_affine(b, shape_b, order, flips)
    return grid_distance_mm(a, turned, shape_a) <= tolerance


def _world_axes(affine: npt.ArrayLike) -> list[tuple[int, int]]:
    """Give, for each voxel axis, the world axis nearest to it and the sign of its run.

    The largest cosine is settled first, then the largest among the axes left, so that an
    oblique grid still gets three different axes.
    """
    matrix = np.asarray(affine, np.float64)[:3, :3]
    cosines = matrix / np.linalg.norm(matrix, axis=0)
    left = np.abs(cosines)
    axes = [(0, 0)] * 3
    for _ in range(3):
        world, voxel = np.unravel_index(int(np.argmax(left)), (3, 3))
        axes[int(voxel)] = (int(world), 1 if cosines[world, voxel] > 0 else -1)
        left[world, :] = -1
        left[:, voxel] = -1
    return axes


def _determinant(affine: FloatArray) -> float:
    # Written out: exact for the diagonal and permuted affines of most scans, and faster than LU.
    (a, b, c), (d, e, f), (g, h, i) = affine[:3, :3].tolist()
    return float(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))


def _text(shape: Sequence[int]) -> str:
    return "(" + ", ".join(str(int(n)) for n in shape) + ")"
