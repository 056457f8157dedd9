"""Make one patient: brain, lesions, scan, reference and prediction."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from phantom.annotation import Annotation, annotate
from phantom.places import PLAN_MM, make_plan
from phantom.population import Canvas, add_lesions, add_perivascular_spaces
from phantom.prediction import Prediction, predict
from phantom.scanners import Scanner, scan, sharpen
from phantom.template import TISSUES, BoolArray, Float32Array, load_template
from phantom.warps import Grid, Shape, Warp, draw_shape, make_grid

#: How far beyond the brain's edge the brain extraction keeps the image, in mm.
KEPT_RIM_MM = 1.0
#: Within this of the brain's edge, in mm, fat and marrow that the brain extraction left are made
#: no brighter than this on the tissue scale.
RIM_MM, RIM_TISSUE = 0.7, 0.6
#: Tissue scale outside the head.
AIR = TISSUES[0]
#: Lesions of a patient by type: least and most.
MS_COUNTS = {
    "intracortical": (3, 6),
    "leukocortical": (6, 10),
    "subpial": (2, 5),
    "juxtacortical": (2, 5),
    "periventricular": (4, 8),
    "deep white matter": (3, 7),
}
MIMIC_COUNTS = {"punctate": (12, 26)}
SPACES = (20, 45)
#: How far the ventricles' walls move out, in mm: mean and standard deviation.
VENTRICLES_MM = {"MS": (1.6, 0.9), "mimic": (0.6, 0.8)}


@dataclass(frozen=True)
class Patient:
    """Who is scanned: number from 1, diagnosis (MS or mimic), and how."""

    number: int
    diagnosis: str
    scanner: Scanner
    spacing_mm: float

    @property
    def participant_id(self) -> str:
        """Give the BIDS subject.

        >>> from phantom.scanners import SCANNERS
        >>> Patient(3, "MS", SCANNERS["MPRAGE-3T"], 1.0).participant_id
        'sub-synth03'
        """
        return f"sub-synth{self.number:02d}"


@dataclass(frozen=True)
class Case:
    """A finished patient; all arrays have the shape (I, J, K) of `grid`.

    Attributes
    ----------
    patient, grid, shape
        Who, the voxel grid, and how the brain differs from the template.
    image : int16
    tissue : float32
        Tissue scale with the lesions.
    brain : bool
    canvas : Canvas
        Truth (uint8, see `TRUTH_NAMES`) and the list of lesions.
    annotation, prediction
        What the annotators drew and what the model found.
    """

    patient: Patient
    grid: Grid
    shape: Shape
    image: npt.NDArray[np.int16]
    brain: BoolArray
    canvas: Canvas
    annotation: Annotation
    prediction: Prediction

    @property
    def tissue(self) -> Float32Array:
        """Give the tissue scale with the lesions in it."""
        return self.canvas.tissue


def make_case(patient: Patient, seed: int) -> Case:
    """Make one patient; the same patient and seed give the same case.

    Parameters
    ----------
    patient : Patient
    seed : int
        Of the cohort; each patient draws from a stream of their own.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, patient.number]))
    grid = make_grid(patient.spacing_mm, rng)
    shape = draw_shape(rng, float(rng.normal(*VENTRICLES_MM[patient.diagnosis])))
    canvas, brain, kept = make_brain(grid, shape, patient.scanner)
    ranges = MS_COUNTS if patient.diagnosis == "MS" else MIMIC_COUNTS
    counts = {name: int(rng.integers(a, b + 1)) for name, (a, b) in ranges.items()}
    add_lesions(canvas, counts, rng)
    add_perivascular_spaces(canvas, int(rng.integers(SPACES[0], SPACES[1] + 1)), rng)
    annotation = annotate(canvas.lesions, grid.shape, rng)
    prediction = predict(canvas, annotation, mimic=patient.diagnosis == "mimic", rng=rng)
    image = scan(canvas.tissue, kept, patient.scanner, rng)
    return Case(patient, grid, shape, image, brain, canvas, annotation, prediction)


def make_brain(grid: Grid, shape: Shape, scanner: Scanner) -> tuple[Canvas, BoolArray, BoolArray]:
    """Warp the template onto a grid: a brain without lesions, its mask, and what is kept of it."""
    template = load_template()
    warp = Warp(template, shape, grid)
    edge_mm = warp.resample(template.edge_mm, grid)
    brain, kept = edge_mm < 0, edge_mm < KEPT_RIM_MM
    tissue = warp.resample(template.tissue, grid, 3, kept, AIR)
    rim = edge_mm > -RIM_MM
    tissue[rim] = np.minimum(tissue[rim], np.float32(RIM_TISSUE))
    sharpen(tissue, scanner.sharpening)
    step = max(round(PLAN_MM / grid.spacing_mm), 1)
    every = (slice(None, None, step),) * 3
    coarse = grid.coarser(step)
    inside = brain[every]
    plan = make_plan(
        coarse,
        tissue[every],
        edge_mm[every],
        warp.resample(template.ventricle_mm, coarse, 1, inside),
        warp.resample(template.cerebrum, coarse, 1, inside),
        step,
    )
    return Canvas(tissue, plan, grid.spacing_mm), brain, kept
