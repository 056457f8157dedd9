"""An imperfect reference: what annotators overlooked, and the lesions as a hand would draw them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from phantom.growth import NEIGHBOURS, Growth, connected_to_seed
from phantom.population import Lesion
from phantom.template import BoolArray

#: Share of cortical lesions that the annotators overlook, and of juxtacortical ones that they take
#: for cortical.
OVERLOOKED = 0.27
MISTAKEN_JUXTACORTICAL = 0.08
#: How much the order of overlooking follows visibility rather than chance: the standard deviation
#: of the chance, in units of visibility.
CHANCE = 1.2
#: Borders drawn by hand: offset of a lesion, then of each slice of it; standard deviations in mm.
HAND_OFFSET_MM, SLICE_OFFSET_MM = 0.2, 0.3
#: Extra visibility of a type, in units of log volume.
EASE = {"leukocortical": 0.3, "intracortical": -0.2, "subpial": -0.5}


@dataclass(frozen=True)
class Annotation:
    """Which lesions the reference holds, and its mask, (I, J, K) array of bool.

    `annotated` and `overlooked` are indices into the list of lesions; the first may hold
    juxtacortical lesions, the second holds cortical ones alone.
    """

    annotated: tuple[int, ...]
    overlooked: tuple[int, ...]
    mask: BoolArray


def visibility(lesion: Lesion) -> float:
    """Say how easily a lesion is seen: log of volume times contrast, plus its type's ease."""
    seen = np.log(max(lesion.volume_mm3, 1) / 30) + np.log(max(lesion.contrast, 0.1))
    return float(seen) + EASE.get(lesion.name, 0.0)


def annotate(
    lesions: Sequence[Lesion], shape: tuple[int, ...], rng: np.random.Generator
) -> Annotation:
    """Draw the reference of one scan: cortical lesions alone, the less visible ones left out more.

    Parameters
    ----------
    lesions : sequence of Lesion
    shape : (I, J, K)
    rng : Generator

    Returns
    -------
    Annotation
        Empty where there is no cortical lesion.
    """
    cortical = [n for n, lesion in enumerate(lesions) if lesion.family == "CL"]
    seen = {n: visibility(lesions[n]) + rng.normal(0, CHANCE) for n in cortical}
    cortical.sort(key=lambda n: seen[n])
    n_overlooked = int(rng.binomial(len(cortical), OVERLOOKED)) if cortical else 0
    mistaken = [
        n
        for n, lesion in enumerate(lesions)
        if lesion.name == "juxtacortical" and cortical and rng.random() < MISTAKEN_JUXTACORTICAL
    ]
    annotated = sorted(cortical[n_overlooked:] + mistaken)
    mask = np.zeros(shape, np.bool_)
    for n in annotated:
        growth = lesions[n].growth
        mask[growth.patch.box] |= draw_by_hand(growth, rng)
    return Annotation(tuple(annotated), tuple(sorted(cortical[:n_overlooked])), mask)


def draw_by_hand(growth: Growth, rng: np.random.Generator) -> BoolArray:
    """Outline a lesion slice by slice (axial), each a little too wide or too narrow.

    Returns
    -------
    (i, j, k) array of bool on the lesion's patch
        One 26-connected component that holds the seed, at most a voxel beyond the lesion.
    """
    n_slices = growth.patch.shape[2]
    offsets = rng.normal(0, HAND_OFFSET_MM) + rng.normal(0, SLICE_OFFSET_MM, n_slices)
    mask = growth.margin_mm + offsets.astype(np.float32) > 0
    mask &= ndimage.binary_dilation(growth.mask, NEIGHBOURS)
    mask[growth.patch.seed] = True
    return connected_to_seed(mask, growth.patch)
