"""Choose lesions whose sizes follow those of other lesions, without leaning on few patients.

Sizes are compared as natural logarithms of volumes. All costs are whole numbers, so the choice is
exact and the same on every machine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from lesions.balance import GOAL_KS_EXCESS, GOAL_SMD, ks_distance, ks_optimum, smd_of_logs

#: Log volumes are rounded to this step: a hundredth of a percent of a volume, far below a voxel.
#: Squared differences are then whole numbers, and their sums stay far below 2**53.
LOG_STEP = 1e-4
#: What |SMD| or KS may grow by through a cap, where the goals are out of reach even without one.
CAP_TOLERANCE = 0.01

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class SizeMatchingError(ValueError):
    """No selection keeps the limits that were asked for."""


@dataclass(frozen=True)
class SizeMatch:
    """The lesions chosen (indices of the candidates) and the most that one patient gives."""

    chosen: Ints
    cap: int


def mid_quantiles(volume_mm3: Floats, n: int) -> Floats:
    """Give n volumes that stand for a distribution: its quantiles at (i - 1/2) / n.

    The inverse of the empirical distribution function, so each is a volume that occurs.

    >>> mid_quantiles(np.array([1.0, 2, 4, 8]), 2)
    array([1., 4.])
    """
    levels = (np.arange(n) + 0.5) / n
    return np.quantile(volume_mm3, levels, method="inverted_cdf")


def match_sizes(
    target_mm3: Floats, volume_mm3: Floats, patients: Ints, n: int, *, cap: int | None = None
) -> SizeMatch:
    """Choose n candidates whose volumes follow the target's, with the smallest cap per patient.

    The candidates are assigned to the target's `mid_quantiles` at the least total squared
    difference of log volumes. The cap is the smallest number of candidates per patient that keeps
    the goals of `lesions.balance`; where they are out of reach without a cap, the smallest that
    worsens |SMD| and KS by no more than CAP_TOLERANCE.

    Parameters
    ----------
    target_mm3 : (T,) array of float
        Volumes to follow; T > 0.
    volume_mm3 : (M,) array of float
        Volumes of the candidates. Of candidates alike in size the first ones are preferred.
    patients : (M,) array of int
        Whose they are.
    n : int
        How many to choose; all, where there are no more.
    cap : int, optional
        Use this cap.

    Raises
    ------
    SizeMatchingError
        The cap leaves fewer than n candidates, although there are more.

    Examples
    --------
    >>> match = match_sizes(np.array([2.0, 8]), np.array([1.0, 2, 9, 30]), np.zeros(4, int), 2)
    >>> match.chosen.tolist(), match.cap
    ([1, 2], 2)
    """
    n = min(n, len(volume_mm3))
    if n == 0:
        return SizeMatch(np.zeros(0, np.int64), 0)
    template = mid_quantiles(target_mm3, n)
    if cap is not None:
        return SizeMatch(assign_sizes(template, volume_mm3, patients, cap), cap)
    largest = int(np.bincount(patients).max())
    free = assign_sizes(template, volume_mm3, patients, largest)
    limits = _limits(target_mm3, volume_mm3, volume_mm3[free])
    for smaller in range(_least_cap(patients, n), largest):
        chosen = assign_sizes(template, volume_mm3, patients, smaller)
        if np.all(_balance(target_mm3, volume_mm3[chosen]) <= limits):
            return SizeMatch(chosen, smaller)
    return SizeMatch(free, largest)


def assign_sizes(template_mm3: Floats, volume_mm3: Floats, patients: Ints, cap: int) -> Ints:
    """Assign a candidate to each volume of a template, at most `cap` from one patient.

    The total squared difference of log volumes is the least possible. To hold the cap, a patient
    with m > cap candidates gets m - cap dummy rows that must take a candidate of that patient for
    nothing: an ordinary assignment problem then has the same optimum.

    Parameters
    ----------
    template_mm3 : (n,) array of float
    volume_mm3, patients : (M,) arrays
    cap : int

    Returns
    -------
    (n,) array of int
        Index of the candidate for each volume of the template.

    Raises
    ------
    SizeMatchingError
        The cap leaves fewer candidates than the template has volumes.
    """
    n = len(template_mm3)
    available = int(np.minimum(np.bincount(patients), cap).sum())
    if available < n:
        raise SizeMatchingError(
            f"expected {n} lesions with at most {cap} of one patient, there are {available}"
        )
    costs = (_steps(template_mm3)[:, None] - _steps(volume_mm3)[None, :]) ** 2
    kept = _useful_candidates(costs, patients, cap)
    owners = patients[kept]
    numbers = np.bincount(owners)
    dummies = np.repeat(np.arange(len(numbers)), np.maximum(numbers - cap, 0))
    table = np.full((n + len(dummies), len(kept)), np.inf)
    table[:n] = costs[:, kept]
    table[n:][dummies[:, None] == owners[None, :]] = 0.0
    _, columns = linear_sum_assignment(table)
    return np.asarray(kept[columns[:n]], np.int64)


def _useful_candidates(costs: Ints, patients: Ints, cap: int) -> Ints:
    """Give the candidates that an optimal assignment can be made of.

    A row needs only its n cheapest candidates, not counting any beyond its `cap` cheapest of one
    patient: n - 1 other rows can't block them all, so a dearer one can be swapped for one of them.
    """
    n = len(costs)
    kept = np.zeros(costs.shape[1], bool)
    for row in costs:
        order = np.argsort(row, kind="stable")
        by_patient = np.argsort(patients[order], kind="stable")
        owners = patients[order][by_patient]
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        rank = np.arange(len(owners)) - np.repeat(starts, np.diff(np.r_[starts, len(owners)]))
        within = np.zeros(len(order), bool)
        within[by_patient[rank < cap]] = True
        kept[order[within][:n]] = True
    return np.flatnonzero(kept)


def _steps(volume_mm3: Floats) -> Ints:
    return np.rint(np.log(volume_mm3) / LOG_STEP).astype(np.int64)


def _least_cap(patients: Ints, n: int) -> int:
    numbers = np.bincount(patients)
    cap = 1
    while int(np.minimum(numbers, cap).sum()) < n:
        cap += 1
    return cap


def _balance(target_mm3: Floats, chosen_mm3: Floats) -> Floats:
    smd = smd_of_logs(chosen_mm3, target_mm3)
    return np.array(
        [0.0 if smd is None else abs(smd), ks_distance(chosen_mm3, target_mm3)], np.float64
    )


def _limits(target_mm3: Floats, volume_mm3: Floats, free_mm3: Floats) -> Floats:
    reached = _balance(target_mm3, free_mm3)
    best = ks_optimum(target_mm3, volume_mm3, len(free_mm3))
    goals = np.array([GOAL_SMD, best + GOAL_KS_EXCESS])
    return np.where(reached <= goals, goals, reached + CAP_TOLERANCE)
