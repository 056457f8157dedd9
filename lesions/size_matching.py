"""Choose lesions whose sizes follow those of other lesions, without leaning on few patients.

Sizes are compared as natural logarithms of volumes. All costs are whole numbers, so the choice is
exact and the same on every machine.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from lesions.balance import GOAL_KS_EXCESS, GOAL_SMD, ks_optimum_steps, smd_of_logs

#: Log volumes are rounded to this step: a hundredth of a percent of a volume, far below a voxel.
#: Squared differences are then whole numbers, and their sums stay far below 2**53.
LOG_STEP = 1e-4
#: What |SMD| may grow by through a cap, where its goal is out of reach even without one.
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

    Interpolated between log volumes (Hazen), so n of n volumes are those volumes.

    >>> mid_quantiles(np.array([1.0, 4.0]), 2).round(6)
    array([1., 4.])
    """
    levels = (np.arange(n) + 0.5) / n
    return np.asarray(np.exp(np.quantile(np.log(volume_mm3), levels, method="hazen")))


def ks_windows(target_mm3: Floats, volume_mm3: Floats, n: int) -> tuple[Floats, Floats]:
    """Give the range of volumes for each of n chosen lesions that keeps KS within its goal.

    Where the i-th smallest stays in the i-th window, for all i, the KS distance to the target is
    at most that of the best n candidates (`ks_optimum`) plus GOAL_KS_EXCESS; and the other way
    round.

    Returns
    -------
    low, high : (n,) arrays of float
        Rising; 0 or infinite where nothing bounds a lesion.
    """
    target, total = np.sort(target_mm3), len(target_mm3)
    steps = ks_optimum_steps(target_mm3, volume_mm3, n) + int(GOAL_KS_EXCESS * n * total)
    i = np.arange(1, n + 1)
    # The target's distribution function, in counts: from `first` on, i lesions are not too many;
    # from `last` on, i - 1 lesions are too few.
    first = -((steps - i * total) // n)
    last = ((i - 1) * total + steps) // n + 1
    padded = np.r_[0.0, target, np.inf]
    return padded[np.maximum(first, 0)], padded[np.minimum(last, total + 1)]


def match_sizes(
    target_mm3: Floats, volume_mm3: Floats, patients: Ints, n: int, *, cap: int | None = None
) -> SizeMatch:
    """Choose n candidates whose volumes follow the target's, with the smallest cap per patient.

    The candidates are assigned to the target's `mid_quantiles` at the least total squared
    difference of log volumes, within the `ks_windows`. The cap is the smallest number of candidates
    per patient that keeps the windows and the goal of |SMD|; where that goal is out of reach
    without a cap, the smallest that worsens |SMD| by no more than CAP_TOLERANCE.

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
        Use this cap; the windows give way where it leaves no choice within them.

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
    windows = ks_windows(target_mm3, volume_mm3, n)
    if cap is not None:
        chosen = assign_sizes(template, volume_mm3, patients, cap, windows)
        if chosen is None:
            chosen = assign_sizes(template, volume_mm3, patients, cap)
        if chosen is None:
            raise SizeMatchingError(f"at most {cap} of one patient leaves fewer than {n} lesions")
        return SizeMatch(chosen, cap)
    largest = int(np.bincount(patients).max())
    free = assign_sizes(template, volume_mm3, patients, largest, windows)
    if free is None:
        raise SizeMatchingError("no choice keeps the KS distance that was found possible")
    reached = _size_of_smd(target_mm3, volume_mm3[free])
    limit = GOAL_SMD if reached <= GOAL_SMD else reached + CAP_TOLERANCE
    for smaller in range(1, largest):
        chosen = assign_sizes(template, volume_mm3, patients, smaller, windows)
        if chosen is not None and _size_of_smd(target_mm3, volume_mm3[chosen]) <= limit:
            return SizeMatch(chosen, smaller)
    return SizeMatch(free, largest)


def assign_sizes(
    template_mm3: Floats,
    volume_mm3: Floats,
    patients: Ints,
    cap: int,
    windows: tuple[Floats, Floats] | None = None,
) -> Ints | None:
    """Assign a candidate to each volume of a template, at most `cap` from one patient.

    The total squared difference of log volumes is the least possible. To hold the cap, a patient
    with m > cap candidates gets m - cap dummy rows that must take a candidate of that patient for
    nothing: an ordinary assignment problem then has the same optimum.

    Parameters
    ----------
    template_mm3 : (n,) array of float
    volume_mm3, patients : (M,) arrays
    cap : int
    windows : two (n,) arrays of float, optional
        The least and the largest volume that each volume of the template may get.

    Returns
    -------
    (n,) array of int, or None
        Index of the candidate for each volume of the template; None where no choice keeps the cap
        and the windows.
    """
    n = len(template_mm3)
    costs = ((_steps(template_mm3)[:, None] - _steps(volume_mm3)[None, :]) ** 2).astype(np.float64)
    if windows is not None:
        low, high = windows
        costs[(volume_mm3 < low[:, None]) | (volume_mm3 > high[:, None])] = np.inf
    kept = _useful_candidates(costs, patients, cap)
    owners = patients[kept]
    numbers = np.bincount(owners, minlength=1)
    if int(np.minimum(numbers, cap).sum()) < n:
        return None
    dummies = np.repeat(np.arange(len(numbers)), np.maximum(numbers - cap, 0))
    table = np.full((n + len(dummies), len(kept)), np.inf)
    table[:n] = costs[:, kept]
    table[n:][dummies[:, None] == owners[None, :]] = 0.0
    try:
        _, columns = linear_sum_assignment(table)
    except ValueError:  # "cost matrix is infeasible": scipy has no other way to say so
        return None
    return np.asarray(kept[columns[:n]], np.int64)


def _useful_candidates(costs: Floats, patients: Ints, cap: int) -> Ints:
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
        within &= np.isfinite(row[order])
        kept[order[within][:n]] = True
    return np.flatnonzero(kept)


def _steps(volume_mm3: Floats) -> Ints:
    return np.rint(np.log(volume_mm3) / LOG_STEP).astype(np.int64)


def _size_of_smd(target_mm3: Floats, chosen_mm3: Floats) -> float:
    smd = smd_of_logs(chosen_mm3, target_mm3)
    return 0.0 if smd is None else abs(smd)
