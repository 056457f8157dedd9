"""Make pairs of synthetic lesion masks of brain size, with numpy alone."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from lesions.nifti import write_nifti

BoolArray = npt.NDArray[np.bool_]
#: Grids of the measurement: name -> (shape, voxel edge in mm).
GRIDS = {"1 mm": ((181, 217, 181), 1.0), "0.5 mm": ((362, 434, 362), 0.5)}
#: Log-normal lesion volumes: median 50 mm3, many of a few voxels, some of over 500 mm3.
MEDIAN_MM3, SIGMA = 50.0, 1.0


def lesion_pair(
    rng: np.random.Generator, shape: tuple[int, int, int], edge_mm: float
) -> tuple[BoolArray, BoolArray]:
    """Draw a reference of 20 to 60 lesions and a prediction that errs.

    The prediction misses a fifth of them, moves and resizes the rest, and adds 5 to 25 of its own.
    """
    reference = np.zeros(shape, bool, order="F")
    prediction = np.zeros(shape, bool, order="F")
    for _ in range(int(rng.integers(20, 61))):
        centre, radii = _draw(rng, shape, edge_mm)
        _paint(rng, reference, centre, radii)
        if rng.random() > 0.2:
            moved = centre + rng.normal(0, 0.4 / edge_mm, 3)
            _paint(rng, prediction, moved, radii * rng.uniform(0.7, 1.2))
    for _ in range(int(rng.integers(5, 26))):
        _paint(rng, prediction, *_draw(rng, shape, edge_mm))
    return reference, prediction


def write_pair(folder: Path, name: str, pair: tuple[BoolArray, BoolArray], edge_mm: float) -> None:
    """Write a pair as folder/reference/name and folder/prediction/name."""
    affine = np.diag([edge_mm, edge_mm, edge_mm, 1.0])
    for part, mask in zip(("reference", "prediction"), pair, strict=True):
        write_nifti(folder / part / name, mask, affine, description="synthetic")


def _draw(
    rng: np.random.Generator, shape: tuple[int, int, int], edge_mm: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Draw centre and half axes, in voxels: an ellipsoid anywhere in the brain."""
    direction = rng.normal(size=3)
    direction *= rng.random() ** (1 / 3) / np.linalg.norm(direction)
    centre = (np.array(shape) - 1) / 2 * (1 + 0.75 * direction)
    volume = MEDIAN_MM3 * np.exp(rng.normal(0, SIGMA))
    radius = (volume * 3 / (4 * np.pi)) ** (1 / 3) / edge_mm
    stretch = np.exp(rng.normal(0, 0.25, 3))
    return centre, radius * stretch / np.prod(stretch) ** (1 / 3)


def _paint(
    rng: np.random.Generator,
    mask: BoolArray,
    centre: npt.NDArray[np.float64],
    radii: npt.NDArray[np.float64],
) -> None:
    """Set the voxels of an ellipsoid with a rough edge."""
    low = np.maximum(np.floor(centre - radii - 1).astype(int), 0)
    high = np.minimum(np.ceil(centre + radii + 2).astype(int), mask.shape)
    axes = np.ogrid[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    distance = sum(((x - c) / r) ** 2 for x, c, r in zip(axes, centre, radii, strict=True))
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    mask[box] |= distance + rng.normal(0, 0.1, np.shape(distance)) <= 1
