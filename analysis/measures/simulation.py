"""Ordered answers of clustered ROIs, drawn from a proportional-odds model."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import logit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Drawn:
    """Answers of one simulated study: levels from 1, whether in the group, and the patient."""

    levels: IntArray
    in_group: npt.NDArray[np.bool_]
    patients: IntArray


def thresholds_of(shares: npt.ArrayLike) -> FloatArray:
    """Give the thresholds at which a logistic answer has these shares of levels.

    >>> thresholds_of([0.5, 0.5]).tolist()
    [0.0]
    """
    p = np.asarray(shares, float)
    if p.ndim != 1 or len(p) < 2 or (p <= 0).any():
        raise ValueError(f"shares must be two or more numbers above 0, not {p.tolist()}")
    return np.asarray(logit(np.cumsum(p / p.sum())[:-1]), np.float64)


def draw_answers(
    rng: np.random.Generator,
    thresholds: FloatArray,
    log_odds: float,
    patient_sd: float,
    n_patients: int,
    n_rois: int,
) -> Drawn:
    """Draw a study in which each patient has `n_rois` ROIs in each of two groups.

    Parameters
    ----------
    thresholds : those of the group that is compared with, for a patient of intercept 0
    log_odds : of a higher answer in the group, against the other
    patient_sd : standard deviation of the patients' intercepts, in log odds
    """
    patients = np.repeat(np.arange(n_patients), 2 * n_rois)
    in_group = np.tile(np.repeat([True, False], n_rois), n_patients)
    latent = rng.logistic(size=len(patients)) + log_odds * in_group
    latent += patient_sd * rng.normal(size=n_patients)[patients]
    return Drawn(1 + np.digitize(latent, thresholds).astype(np.int64), in_group, patients)
