"""Turn the tissue scale into what a scanner would show."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from phantom.lattice import interpolate_slabs, slabs
from phantom.template import Float32Array

#: Largest value of a uniform image: half an intensity of the ratio is 4095 (Marques et al. 2010,
#: doi:10.1016/j.neuroimage.2009.10.002, as scanners store it).
UNIFORM_TOP = 4095
#: Knots of the receive and transmit fields along each side, and points of their lattice.
FIELD_KNOTS = 4
FIELD_LATTICE = 30
#: Intensity of a magnitude of 1.
MAGNITUDE_TOP = 1000


@dataclass(frozen=True)
class Scanner:
    """A scanner and its sequence.

    Attributes
    ----------
    name : str
    acquisition, suffix : str
        BIDS `acq-` label and suffix.
    field_strength_t : float
    site : str
    spacing_mm : float
    sequence : "uniform" or "magnitude"
        MP2RAGE's ratio of two inversions, or one magnitude image.
    levels : tuple of float
        Signal at tissue -0.6 (air), 0 (fluid), 1 (cortex), 2 (white matter), 2.6 and 3: in units
        of the ratio (-0.5 to 0.5) or of the largest signal.
    noise : float
        Standard deviation of the noise of one inversion or of the image, in its signal.
    bias : float
        Standard deviation of the logarithm of the receive field.
    transmit : float
        What is left of the transmit field in the ratio, in units of the ratio.
    sharpening : float
        Steepness of tissue borders against the 1 mm template's.
    sidecar : dict
        BIDS fields.
    """

    name: str
    acquisition: str
    suffix: str
    field_strength_t: float
    site: str
    spacing_mm: float
    sequence: Literal["uniform", "magnitude"]
    levels: tuple[float, ...]
    noise: float
    bias: float
    transmit: float
    sharpening: float
    sidecar: dict[str, object]


LEVEL_TISSUES = (-0.6, 0.0, 1.0, 2.0, 2.6, 3.0)
SCANNERS = {
    scanner.name: scanner
    for scanner in (
        Scanner(
            "MP2RAGE-3T", "MP2RAGE", "UNIT1", 3.0, "synthetic-A", 1.0, "uniform",
            (-0.47, -0.42, -0.03, 0.29, 0.37, 0.42), 0.024, 0.25, 0.0, 1.15,
            {"RepetitionTimePreparation": 5.0, "InversionTime": [0.7, 2.5], "FlipAngle": [4, 5]},
        ),
        Scanner(
            "MPRAGE-3T", "MPRAGE", "T1w", 3.0, "synthetic-D", 1.0, "magnitude",
            (0.03, 0.16, 0.48, 0.76, 0.88, 0.95), 0.022, 0.16, 0.0, 1.1,
            {"RepetitionTimePreparation": 2.3, "InversionTime": 0.9, "FlipAngle": 9},
        ),
        Scanner(
            "MP2RAGE-7T", "MP2RAGE", "UNIT1", 7.0, "synthetic-C", 0.5, "uniform",
            (-0.47, -0.40, -0.06, 0.27, 0.36, 0.41), 0.045, 0.45, 0.035, 1.9,
            {"RepetitionTimePreparation": 6.0, "InversionTime": [0.8, 2.7], "FlipAngle": [4, 5]},
        ),
    )
}  # fmt: skip


#: Signal of the second inversion at these ratios: fluid is bright, air is empty.
PROTON_DENSITY = ((-0.47, -0.42, 0.0, 0.3), (0.25, 0.6, 0.5, 0.42))


def sharpen(tissue: Float32Array, steepness: float) -> None:
    """Steepen the borders between fluid, cortex and white matter in place.

    A 1 mm template sampled at 0.5 mm is blurred; the middle of each border stays where it is.

    Parameters
    ----------
    tissue : (I, J, K) array of float32
    steepness : float
        1 changes nothing.
    """
    for where in slabs(tissue.shape[2]):
        slab = tissue[:, :, where]
        whole = np.clip(np.floor(slab), 0, 1)
        part = slab - whole
        steep = np.clip((part - 0.5) * np.float32(steepness) + 0.5, 0, 1)
        inside = (slab > 0) & (slab < 2)
        slab[inside] = (whole + steep)[inside]


def scan(
    tissue: Float32Array, shown: npt.NDArray[np.bool_], scanner: Scanner, rng: np.random.Generator
) -> npt.NDArray[np.int16]:
    """Scan a brain.

    The uniform image is S1 S2 / (S1^2 + S2^2) of two inversions with noise of their own: the
    receive field cancels, and the noise grows where the signal is low, in fluid above all. The
    magnitude image is Rician under the receive field.

    Parameters
    ----------
    tissue : (I, J, K) array of float32
    shown : (I, J, K) array of bool
        What the brain extraction keeps; 0 elsewhere.
    scanner : Scanner
    rng : Generator

    Returns
    -------
    (I, J, K) array of int16
    """
    out = np.zeros(tissue.shape, np.int16)
    receive = _draw_field(scanner.bias, rng)
    transmit = _draw_field(scanner.transmit, rng)
    positions = [np.linspace(0, FIELD_LATTICE - 1, n) for n in tissue.shape]
    for slab, (log_gain, residue) in interpolate_slabs([receive, transmit], positions):
        kept = shown[:, :, slab]
        ideal = np.interp(tissue[:, :, slab][kept], LEVEL_TISSUES, scanner.levels)
        signal = ideal.astype(np.float32)
        gain = np.exp(log_gain[kept])
        noise = rng.standard_normal((2, signal.size), np.float32) * np.float32(scanner.noise)
        if scanner.sequence == "uniform":
            signal += residue[kept] * (signal + np.float32(0.5))
            value = (_uniform(signal, gain, noise) + np.float32(0.5)) * UNIFORM_TOP
        else:
            value = np.sqrt((signal * gain + noise[0]) ** 2 + noise[1] ** 2) * MAGNITUDE_TOP
        out[:, :, slab][kept] = np.rint(np.clip(value, 1, UNIFORM_TOP)).astype(np.int16)
    return out


def _uniform(ratio: Float32Array, gain: Float32Array, noise: Float32Array) -> Float32Array:
    """Split the wanted ratio into two inversions, add noise to each and combine them again.

    With q = S1/S2 in (-1, 1) the ratio is q / (1 + q^2), so q = (1 - sqrt(1 - 4 u^2)) / (2 u).
    """
    u = np.clip(ratio, -0.495, 0.495)
    u = np.where(np.abs(u) < 1e-4, np.float32(1e-4), u)
    q = (1 - np.sqrt(1 - 4 * u * u)) / (2 * u)
    second = gain * np.interp(ratio, *PROTON_DENSITY).astype(np.float32)
    first = q * second + noise[0]
    second = second + noise[1]
    return np.asarray(first * second / (first**2 + second**2 + 1e-9), np.float32)


def _draw_field(size: float, rng: np.random.Generator) -> Float32Array:
    """Draw a smooth field on a lattice of `FIELD_LATTICE` points a side."""
    knots = ndimage.gaussian_filter(rng.standard_normal((FIELD_KNOTS + 2,) * 3), 0.7)
    where = np.linspace(1, FIELD_KNOTS, FIELD_LATTICE)
    points = np.stack(np.meshgrid(where, where, where, indexing="ij"))
    fine = ndimage.map_coordinates(knots / knots.std() * size, points, order=3)
    return np.asarray(fine, np.float32)
