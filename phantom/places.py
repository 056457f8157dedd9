"""Where in one patient's brain each type of lesion may begin."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from phantom.template import BoolArray, Float32Array
from phantom.warps import Grid

#: Cortex lies between these on the tissue scale, white matter above the second.
CORTEX_BETWEEN = (0.5, 1.5)
WHITE_ABOVE = 1.65
#: Cortex is at most this far from white matter; beyond lie meninges and vessels. In mm.
CORTEX_REACH_MM = 4.0
#: Grey-looking voxels this near to a ventricle are its wall, not cortex. In mm.
WALL_MM = 5.0
#: Lesions keep this far from the brain's edge, where meninges look like cortex. In mm.
MENINGES_MM = 2.5
#: Planning is done on voxels of about this size whatever the image's, in mm.
PLAN_MM = 1.0


@dataclass(frozen=True)
class Plan:
    """Maps of shape (I, J, K) on a grid of about 1 mm: what lies where in this brain.

    `step` is how many voxels of the image one voxel of the plan spans.
    """

    grid: Grid
    step: int
    tissue: Float32Array
    cortex: BoolArray
    white: BoolArray
    cortex_mm: Float32Array
    white_mm: Float32Array
    ventricle_mm: Float32Array

    def candidates(self, name: str) -> npt.NDArray[np.intp]:
        """Give the voxels where a lesion of this type may have its centre: (n, 3) ijk.

        Raises
        ------
        KeyError
            No such type.
        """
        reach = 1.3 * self.grid.spacing_mm
        inside = self.white & (self.ventricle_mm > WALL_MM)
        masks = {
            "intracortical": self.cortex & (self.tissue > 0.75) & (self.tissue < 1.25),
            "leukocortical": (self.cortex | self.white)
            & (abs(self.tissue - 1.5) < 0.22)
            & (self.cortex_mm <= reach)
            & (self.white_mm <= reach),
            "subpial": self.cortex & (self.tissue > 0.55) & (self.tissue < 0.9),
            "juxtacortical": inside & (self.cortex_mm <= 1.5 * reach),
            "periventricular": self.white & (self.ventricle_mm > 0.5) & (self.ventricle_mm < 3.5),
            "deep white matter": inside & (self.cortex_mm > 5) & (self.ventricle_mm > 8),
            "punctate": inside & (self.cortex_mm > 2.5) & (self.ventricle_mm > 6),
            "perivascular space": inside & (self.cortex_mm > 3.5),
            "sulcus": self.cortex & (self.tissue > 0.5) & (self.tissue < 0.75),
        }
        return np.argwhere(masks[name])


def make_plan(
    grid: Grid,
    tissue: Float32Array,
    edge_mm: Float32Array,
    ventricle_mm: Float32Array,
    cerebrum: Float32Array,
    step: int,
) -> Plan:
    """Tell cortex from white matter in the cerebrum, and measure distances between them.

    Parameters
    ----------
    grid : Grid
        The plan's grid.
    tissue, edge_mm, ventricle_mm, cerebrum : (I, J, K) arrays
        The template's maps, warped onto it.
    step : int
        Voxels of the image a voxel of the plan.
    """
    brain = edge_mm < 0
    place = (edge_mm < -MENINGES_MM) & (cerebrum > 0.5)
    white = _largest(brain & (tissue > WHITE_ABOVE))
    white_mm = _distance(white, grid)
    low, high = CORTEX_BETWEEN
    grey = (tissue > low) & (tissue < high) & (ventricle_mm > WALL_MM)
    cortex = place & grey & (white_mm <= CORTEX_REACH_MM)
    cortex_mm = _distance(brain & grey & (white_mm <= CORTEX_REACH_MM), grid)
    return Plan(grid, step, tissue, cortex, white & place, cortex_mm, white_mm, ventricle_mm)


def _distance(mask: BoolArray, grid: Grid) -> Float32Array:
    return np.asarray(ndimage.distance_transform_edt(~mask) * grid.spacing_mm, np.float32)


def _largest(mask: BoolArray) -> BoolArray:
    labels, n = ndimage.label(mask)
    sizes = np.bincount(labels.ravel(), minlength=n + 1)
    sizes[0] = 0
    return np.asarray(labels == sizes.argmax()) & mask
