"""Put lesions and perivascular spaces into one patient's brain."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from phantom.growth import NEIGHBOURS, Growth, Patch, connected_to_seed, cut_patch, grow
from phantom.lesion_types import LESION_TYPES, PERIVASCULAR_INDEX, PERIVASCULAR_SPACE, LesionType
from phantom.places import CORTEX_BETWEEN, Plan
from phantom.template import BoolArray, Float32Array

#: Voxels kept free between two lesions: two outlines, each a voxel too wide, stay apart.
LESION_GAP = 4
#: Seeds tried before a lesion is given up.
TRIES = 60
#: Largest lesion, in mm3.
LARGEST_MM3 = 500.0
#: A lesion must reach this share of the volume that was drawn for it.
LEAST_SHARE = 0.7
#: Share of a leukocortical lesion in cortex; least shares of the others in their home.
LEUKOCORTICAL_SHARE = (0.25, 0.75)
HOME_SHARE = 0.7
#: Half the width of a perivascular space, its length and depth on the tissue scale; ranges.
SPACE_HALF_WIDTH_MM = (0.45, 0.75)
SPACE_LENGTH_MM = (4.0, 11.0)
SPACE_DEPTH = (0.5, 1.0)
#: A voxel belongs to a perivascular space where it takes away more than this on the tissue scale.
SPACE_SHOWS = 0.3


@dataclass(frozen=True)
class Lesion:
    """A lesion, or a perivascular space, that was put in.

    `name` is its type; `contrast` is how far it lies below the tissue around it on the tissue
    scale.
    """

    name: str
    growth: Growth
    volume_mm3: float
    contrast: float

    @property
    def family(self) -> str:
        """Give CL, WML, or nothing for a perivascular space."""
        return LESION_TYPES[self.name].family if self.name in LESION_TYPES else ""


@dataclass
class Canvas:
    """One brain while it is being painted: tissue and truth have the image's shape (I, J, K)."""

    tissue: Float32Array
    plan: Plan
    spacing_mm: float
    truth: npt.NDArray[np.uint8] = field(init=False)
    lesions: list[Lesion] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin without lesions."""
        self.truth = np.zeros(self.tissue.shape, np.uint8)

    def is_free(self, growth: Growth) -> bool:
        """Say whether nothing lies within `LESION_GAP` voxels of a lesion, diagonals included."""
        near = ndimage.binary_dilation(growth.mask, NEIGHBOURS, LESION_GAP)
        return not bool((self.truth[growth.patch.box][near] > 0).any())


def add_lesions(canvas: Canvas, counts: Mapping[str, int], rng: np.random.Generator) -> None:
    """Put in so many lesions of each type, the large ones first.

    A lesion that finds no free place in `TRIES` seeds is left out.
    """
    drawn = [
        (float(volume), name)
        for name, n in counts.items()
        for volume in draw_volumes(LESION_TYPES[name], n, canvas.spacing_mm, rng)
    ]
    places = {name: canvas.plan.candidates(name) for name in counts}
    for volume, name in sorted(drawn, reverse=True):
        if len(places[name]):
            _add_lesion(canvas, LESION_TYPES[name], volume, places[name], rng)


def draw_volumes(
    kind: LesionType, n: int, spacing_mm: float, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Draw n log-normal volumes in mm3, between two voxels and `LARGEST_MM3`."""
    volumes = kind.median_mm3 * np.exp(rng.normal(0, kind.sigma, n))
    return np.clip(volumes, 2 * spacing_mm**3, LARGEST_MM3)


def add_perivascular_spaces(canvas: Canvas, n: int, rng: np.random.Generator) -> None:
    """Put in n thin dark tubes in white matter, on the way from the cortex to the ventricles."""
    places = canvas.plan.candidates(PERIVASCULAR_SPACE)
    if not len(places):
        return
    for _ in range(n):
        plan_seed = places[rng.integers(len(places))]
        axis = _from_ventricle(canvas.plan, plan_seed) + rng.normal(0, 0.35, 3)
        growth, dark = _tube(canvas, _image_seed(canvas, plan_seed, rng), axis, rng)
        if int(growth.mask.sum()) > 1 and canvas.is_free(growth):
            canvas.tissue[growth.patch.box] -= dark
            canvas.truth[growth.patch.box][growth.mask] = PERIVASCULAR_INDEX
            volume = float(growth.mask.sum()) * canvas.spacing_mm**3
            contrast = float(dark[growth.mask].mean())
            canvas.lesions.append(Lesion(PERIVASCULAR_SPACE, growth, volume, contrast))


def _add_lesion(
    canvas: Canvas,
    kind: LesionType,
    volume: float,
    places: npt.NDArray[np.intp],
    rng: np.random.Generator,
) -> None:
    level = rng.uniform(*kind.level)
    for _ in range(TRIES):
        plan_seed = places[rng.integers(len(places))]
        seed = _image_seed(canvas, plan_seed, rng)
        axis = None
        if kind.name == "periventricular":
            axis = _from_ventricle(canvas.plan, plan_seed) + rng.normal(0, 0.2, 3)
        growth = grow(canvas.tissue, seed, canvas.spacing_mm, kind, volume, rng, axis)
        n_least = LEAST_SHARE * volume / canvas.spacing_mm**3
        if growth.mask.sum() < n_least or not canvas.is_free(growth):
            continue
        tissue = canvas.tissue[growth.patch.box]
        if not is_at_home(kind.name, tissue, growth.mask):
            continue
        dark = growth.share * np.maximum(tissue - np.float32(level), 0)
        contrast = float(dark[growth.mask].mean())
        tissue -= dark
        canvas.truth[growth.patch.box][growth.mask] = kind.index
        size = float(growth.mask.sum()) * canvas.spacing_mm**3
        canvas.lesions.append(Lesion(kind.name, growth, size, contrast))
        return


def is_at_home(name: str, tissue: Float32Array, mask: BoolArray) -> bool:
    """Say whether a lesion lies where its type must: how much of it is cortex, how much not.

    >>> half = np.array([1.0, 2.0])
    >>> is_at_home("leukocortical", half, half > 0), is_at_home("intracortical", half, half > 0)
    (True, False)
    """
    low, high = CORTEX_BETWEEN
    inside = tissue[mask]
    cortex = float(((inside > low) & (inside < high)).mean())
    if name == "leukocortical":
        return LEUKOCORTICAL_SHARE[0] <= cortex <= LEUKOCORTICAL_SHARE[1]
    if LESION_TYPES[name].family == "CL":
        return cortex >= HOME_SHARE
    return float((inside >= high).mean()) >= HOME_SHARE


def _image_seed(
    canvas: Canvas, plan_seed: npt.NDArray[np.intp], rng: np.random.Generator
) -> tuple[int, int, int]:
    step = canvas.plan.step
    seed = plan_seed * step + rng.integers(0, step, 3)
    i, j, k = (min(int(c), n - 1) for c, n in zip(seed, canvas.tissue.shape, strict=True))
    return i, j, k


def _from_ventricle(plan: Plan, seed: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Give the unit vector that leads away from the ventricles."""
    i, j, k = (slice(max(int(c) - 2, 0), int(c) + 3) for c in seed)
    near = plan.ventricle_mm[i, j, k]
    slope = np.array([g.mean() for g in np.gradient(near)], np.float64)
    return slope / max(float(np.sqrt((slope * slope).sum())), 1e-6)


def _tube(
    canvas: Canvas,
    seed: tuple[int, int, int],
    axis: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[Growth, Float32Array]:
    """Give a bent tube, and what it takes off the tissue scale in its patch."""
    length = rng.uniform(*SPACE_LENGTH_MM)
    width = rng.uniform(*SPACE_HALF_WIDTH_MM)
    depth = rng.uniform(*SPACE_DEPTH)
    patch = cut_patch(canvas.tissue.shape, seed, length / 2 + 3, canvas.spacing_mm)
    axis = axis / np.sqrt((axis * axis).sum())
    bend = np.array([-axis[1], axis[0], 0.0]) * rng.normal(0, 0.02)
    distance = _distance_to_curve(patch, axis, bend, length)
    tissue = canvas.tissue[patch.box]
    dark = np.float32(depth) * np.exp(-0.5 * (distance / np.float32(width)) ** 2)
    dark = np.asarray(dark * np.clip(tissue - 1, 0, 1), np.float32)
    mask = connected_to_seed(dark > SPACE_SHOWS, patch)
    return Growth(patch, (dark - np.float32(SPACE_SHOWS)), mask), dark


def _distance_to_curve(
    patch: Patch, axis: npt.NDArray[np.float64], bend: npt.NDArray[np.float64], length: float
) -> Float32Array:
    offsets = patch.offsets_mm()
    along = sum(float(axis[a]) * offsets[a] for a in range(3))
    along = np.clip(along, -length / 2, length / 2)
    squared = sum(
        (offsets[a] - along * float(axis[a]) - along**2 * float(bend[a])) ** 2 for a in range(3)
    )
    return np.asarray(np.sqrt(squared), np.float32)
