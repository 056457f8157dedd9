"""A prediction like that of a trained model: smooth outlines, small lesions missed, look-alikes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from phantom.annotation import Annotation, visibility
from phantom.growth import NEIGHBOURS, Growth, connected_to_seed, grow, logistic
from phantom.lesion_types import LESION_TYPES, PERIVASCULAR_SPACE
from phantom.population import LESION_GAP, TRIES, Canvas, Lesion
from phantom.template import BoolArray, Float32Array

#: Share of annotated and of overlooked cortical lesions that the model finds.
FOUND_ANNOTATED, FOUND_OVERLOOKED = 0.58, 0.6
#: Standard deviation of the chance in what is found, in units of visibility.
CHANCE = 0.8
#: Probability of 0, 1, 2 … of each look-alike in a scan: other lesions, vessels, sulci.
LOOK_ALIKES_MS = {
    "lesion": (0.4, 0.45, 0.15),
    "vessel": (0.6, 0.38, 0.02),
    "sulcus": (0.5, 0.45, 0.05),
}
LOOK_ALIKES_MIMIC = {"lesion": (0.1, 0.5, 0.4), "vessel": (0.5, 0.5), "sulcus": (0.8, 0.2)}
#: A model's outline is eroded or dilated: mean and standard deviation in mm.
MEAN_OFFSET_MM, OFFSET_MM = 0.2, 0.4
#: Smoothing of a model's outline, and rise of its probability, in mm.
SMOOTHING_MM, RISE_MM = 0.5, 0.45
#: Highest probability of what stays below the threshold.
MISSED_PEAK = (0.05, 0.42)
#: A voxel is predicted above this probability.
THRESHOLD = 0.5
#: No prediction is smaller than about this, in mm3.
LEAST_MM3 = 8.0
#: Probabilities are rounded to steps of one over this, so that the file stays small.
STEPS = np.float32(200)
#: Volume of a false alarm in a sulcus: median in mm3 and standard deviation of its logarithm.
SULCUS_MM3, SULCUS_SIGMA = 22.0, 0.5


@dataclass(frozen=True)
class Prediction:
    """Probability, (I, J, K) array of float32 in [0, 1], and where it is above `THRESHOLD`.

    `found` are indices into the lesions; `n_sulci` counts alarms without a lesion.
    """

    probability: Float32Array
    mask: BoolArray
    found: tuple[int, ...]
    n_sulci: int


def predict(
    canvas: Canvas, annotation: Annotation, *, mimic: bool, rng: np.random.Generator
) -> Prediction:
    """Draw a model's output for one scan.

    Every predicted component either shares a voxel with the reference (it lies on an annotated
    lesion) or keeps away from it by two voxels and more.

    Parameters
    ----------
    canvas : Canvas
        The finished brain with its lesions.
    annotation : Annotation
        The reference.
    mimic : bool
        Whether the patient has no MS: other look-alikes.
    rng : Generator
    """
    lesions = canvas.lesions
    alikes = LOOK_ALIKES_MIMIC if mimic else LOOK_ALIKES_MS
    taken = {*annotation.annotated, *annotation.overlooked}
    others = [n for n, lesion in enumerate(lesions) if n not in taken]
    found = [
        *_most_visible(lesions, annotation.annotated, FOUND_ANNOTATED, rng),
        *_most_visible(lesions, annotation.overlooked, FOUND_OVERLOOKED, rng),
        *_pick(lesions, [n for n in others if lesions[n].family], alikes["lesion"], rng),
        *_pick(lesions, [n for n in others if not lesions[n].family], alikes["vessel"], rng),
    ]
    probability = np.zeros(canvas.tissue.shape, np.float32)
    for n, lesion in enumerate(lesions):
        if n in found:
            _lay(probability, lesion.growth, rng)
        elif lesion.family == "CL" or lesion.name == "juxtacortical":
            _lay_missed(probability, lesion.growth, rng)
    n_sulci = _draw_count(alikes["sulcus"], rng)
    placed = sum(_add_sulcus(canvas, probability, annotation.mask, rng) for _ in range(n_sulci))
    np.rint(probability * STEPS, out=probability)
    probability /= STEPS
    return Prediction(probability, probability > THRESHOLD, tuple(sorted(found)), placed)


def _most_visible(
    lesions: Sequence[Lesion], among: Sequence[int], share: float, rng: np.random.Generator
) -> list[int]:
    """Choose about a share of the lesions, the more visible rather than the less."""
    seen = {n: visibility(lesions[n]) + rng.normal(0, CHANCE) for n in among}
    n_found = int(np.floor(share * len(seen) + rng.random()))
    return sorted(seen, key=lambda n: -seen[n])[:n_found]


def _pick(
    lesions: Sequence[Lesion],
    among: Sequence[int],
    chances: tuple[float, ...],
    rng: np.random.Generator,
) -> list[int]:
    """Choose a drawn number of look-alikes: near the cortex rather than deep, visible ones."""
    near = {"juxtacortical": 2.0, "periventricular": -3.0, "punctate": 1.0, PERIVASCULAR_SPACE: 0.0}
    seen = {
        n: visibility(lesions[n]) + near.get(lesions[n].name, -1.0) + rng.normal(0, CHANCE)
        for n in among
    }
    return sorted(seen, key=lambda n: -seen[n])[: _draw_count(chances, rng)]


def _draw_count(chances: tuple[float, ...], rng: np.random.Generator) -> int:
    return int(rng.choice(len(chances), p=chances))


def outline(growth: Growth, rng: np.random.Generator) -> Float32Array:
    """Give the model's probability in a lesion's patch: one smooth component about the seed.

    Returns
    -------
    (i, j, k) array of float32
        Zero further than two voxels from the lesion; above the threshold at the seed.
    """
    blur = SMOOTHING_MM / growth.patch.spacing_mm
    smooth = ndimage.gaussian_filter(np.clip(growth.margin_mm, -3, 3), blur)
    probability = logistic((smooth + np.float32(rng.normal(MEAN_OFFSET_MM, OFFSET_MM))) / RISE_MM)
    probability *= np.float32(rng.uniform(0.85, 1))
    near = ndimage.binary_dilation(growth.mask, NEIGHBOURS)
    probability[~ndimage.binary_dilation(near, NEIGHBOURS)] = 0
    probability[~near] = np.minimum(probability[~near], np.float32(0.49))
    core = _core(growth)
    probability[core] = np.maximum(probability[core], np.float32(0.55))
    kept = connected_to_seed(probability > THRESHOLD, growth.patch)
    stray = (probability > THRESHOLD) & ~kept
    probability[stray] = np.float32(0.45)
    return probability


def _core(growth: Growth) -> BoolArray:
    """Give the few voxels about the seed that any outline of the lesion holds."""
    near = (growth.patch.offsets_mm() ** 2).sum(0)
    near = np.where(growth.mask, near, np.float32(np.inf))
    n = min(max(round(LEAST_MM3 / growth.patch.spacing_mm**3), 1), int(growth.mask.sum()))
    core = near <= np.partition(near, n - 1, axis=None)[n - 1]
    core[growth.patch.seed] = True
    return connected_to_seed(core, growth.patch)


def _lay(total: Float32Array, growth: Growth, rng: np.random.Generator) -> None:
    part = total[growth.patch.box]
    np.maximum(part, outline(growth, rng), out=part)


def _lay_missed(total: Float32Array, growth: Growth, rng: np.random.Generator) -> None:
    shown = outline(growth, rng)
    shown *= np.float32(rng.uniform(*MISSED_PEAK)) / shown.max()
    part = total[growth.patch.box]
    np.maximum(part, shown, out=part)


def _add_sulcus(
    canvas: Canvas, total: Float32Array, reference: BoolArray, rng: np.random.Generator
) -> bool:
    """Predict a lesion where cortex and fluid mix, away from everything else."""
    places = canvas.plan.candidates("sulcus")
    kind = LESION_TYPES["subpial"]
    for _ in range(TRIES if len(places) else 0):
        seed = places[rng.integers(len(places))] * canvas.plan.step
        volume = SULCUS_MM3 * float(np.exp(rng.normal(0, SULCUS_SIGMA)))
        at = (int(seed[0]), int(seed[1]), int(seed[2]))
        growth = grow(canvas.tissue, at, canvas.spacing_mm, kind, volume, rng)
        near = ndimage.binary_dilation(growth.mask, NEIGHBOURS, LESION_GAP)
        box = growth.patch.box
        busy = (canvas.truth[box] > 0) | reference[box] | (total[box] > THRESHOLD)
        if growth.mask.sum() > 1 and not (busy & near).any():
            _lay(total, growth, rng)
            return True
    return False
