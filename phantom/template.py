"""The one real brain that every phantom starts from, on a scale of tissue."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from lesions.nifti import read_image, read_mask

Float32Array = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

#: Colin27's intensities, and where they lie on the tissue scale: 0 is cerebrospinal fluid, 1 is
#: cortex, 2 is white matter; below 0 is air and bone, above 2.6 fat and flowing blood.
INTENSITIES = (0.0, 31.0, 84.5, 113.0, 160.0, 254.0)
TISSUES = (-0.6, 0.0, 1.0, 2.0, 2.6, 3.0)
#: Fluid is below this on the tissue scale.
FLUID_BELOW = 0.5
#: Distances to the brain's edge are kept up to here, in mm.
EDGE_REACH_MM = 8.0
#: Distances to the ventricles are smoothed by this before their gradient is taken, in voxels.
NORMAL_SMOOTHING = 2.0
#: How far the push of a growing ventricle reaches into the tissue, in mm.
PUSH_REACH_MM = 14.0

#: Smaller islands of fluid in the boxes are sulci and vessels.
MIN_VENTRICLE_VOXELS = 300

_FOLDER = Path(__file__).with_name("anatomy")


@dataclass(frozen=True)
class Template:
    """The brain and what the phantoms ask about places in it; every map has the shape (I, J, K).

    Attributes
    ----------
    tissue : float32
        Tissue scale.
    edge_mm : float32
        Signed distance to the edge of the brain, negative inside.
    ventricle_mm : float32
        Signed distance to the lateral and third ventricles, negative inside.
    push : (3, I, J, K) float32
        Unit vectors away from the ventricles, fading with distance.
    cerebrum : float32
        1 where lesions may lie: cerebral cortex and white matter, without deep grey matter,
        hippocampus, brainstem and cerebellum.
    affine : (4, 4) float64
    """

    tissue: Float32Array
    edge_mm: Float32Array
    ventricle_mm: Float32Array
    push: Float32Array
    cerebrum: Float32Array
    affine: npt.NDArray[np.float64]


@cache
def load_template() -> Template:
    """Read the vendored Colin27 and work out its regions; once a process."""
    image = read_image(_FOLDER / "colin27_brain.nii.gz")
    brain = read_mask(_FOLDER / "colin27_brain_mask.nii.gz").array
    affine = image.affine
    tissue = to_tissue(image.array)
    x, y, z = _world_axes(brain.shape, affine)
    ventricle_mm = _signed_distance(_find_ventricles(tissue, brain, x, y, z))
    return Template(
        tissue,
        np.clip(_signed_distance(brain), -EDGE_REACH_MM, EDGE_REACH_MM),
        ventricle_mm,
        _push_field(ventricle_mm),
        _find_cerebrum(x, y, z).astype(np.float32),
        affine,
    )


def to_tissue(intensity: npt.ArrayLike) -> Float32Array:
    """Put Colin27's intensities on the tissue scale (piecewise linear).

    >>> to_tissue([31, 84.5, 113]).tolist()
    [0.0, 1.0, 2.0]
    """
    return np.interp(np.asarray(intensity, np.float32), INTENSITIES, TISSUES).astype(np.float32)


def _world_axes(shape: tuple[int, ...], affine: npt.NDArray[np.float64]) -> list[Any]:
    """Give broadcastable x, y, z in mm; the template's axes are those of the world."""
    return [
        (np.arange(n) * affine[a, a] + affine[a, 3]).reshape(
            [-1 if b == a else 1 for b in range(3)]
        )
        for a, n in enumerate(shape)
    ]


def _find_ventricles(tissue: Float32Array, brain: BoolArray, x: Any, y: Any, z: Any) -> BoolArray:
    """Take the fluid deep in the brain, in boxes in MNI space that leave fissures out."""
    side = np.abs(x)
    deep = ndimage.distance_transform_edt(brain) > 12
    front = (side < 26) & (y > -22) & (y < np.where(z > 14, 22, 34)) & (z > -10) & (z < 27)
    third = (side < 6) & (y > -24) & (y < 2) & (z > -10) & (z < 12)
    fissure = (side < 4) & (y > 8)
    atrium = (side > 16) & (side < 36) & (y > -48) & (y <= -18) & (z > 0) & (z < 27)
    body = (side < 24) & (y > -40) & (y <= -18) & (z > 14) & (z < 27)
    roof = (side > 9) & (side < 30) & (y > -40) & (y < 18) & (z >= 26) & (z < 34)
    box = ((front & ~fissure) | third | atrium | body | roof) & ~((side > 15) & (z < 2) & (y > -18))
    fluid = (tissue < FLUID_BELOW) & box & deep
    labels, n = ndimage.label(ndimage.binary_opening(fluid))
    sizes = np.bincount(labels.ravel(), minlength=n + 1)
    sizes[0] = 0
    return np.asarray(sizes >= MIN_VENTRICLE_VOXELS)[labels]


def _find_cerebrum(x: Any, y: Any, z: Any) -> BoolArray:
    """Leave out deep grey matter, hippocampus, brainstem and cerebellum by planes in MNI space."""
    side = np.abs(x)
    deep_grey = (side < 36) & (y > -38) & (y < 24) & (z > -20) & (z < 17)
    temporal = (side < 36) & (y > -48) & (y < 14) & (z <= 0)
    below_tentorium = (y < -28) & (z < np.where(side > 32, -8.0, 4.0))
    low = z < -32
    middle = (side < 2) & (z < 60)
    return np.asarray(~(deep_grey | temporal | below_tentorium | low | middle))


def _signed_distance(mask: BoolArray) -> Float32Array:
    outside = ndimage.distance_transform_edt(~mask)
    inside = ndimage.distance_transform_edt(mask)
    return np.asarray(outside - inside + np.where(mask, 0.5, -0.5), np.float32)


def _push_field(ventricle_mm: Float32Array) -> Float32Array:
    smooth = ndimage.gaussian_filter(ventricle_mm, NORMAL_SMOOTHING)
    fade = np.exp(-((np.maximum(smooth, 0) / PUSH_REACH_MM) ** 2))
    return np.stack([g * fade for g in np.gradient(smooth)]).astype(np.float32)
