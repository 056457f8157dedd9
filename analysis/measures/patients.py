"""Intervals that resample patients: ROIs of one patient are alike, so they count for less."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

N_RESAMPLES = 10_000
# The ends of a 95 % interval then rest on 250 resamples each.
SEED = 20260517
# Fixed, so that the same answers give the same report.
MIN_RESAMPLES = N_RESAMPLES // 2
# Where more resamples than that have no value (a group without answers), their spread misleads.
MIN_PATIENTS = 10
# With fewer clusters such intervals are far too narrow (Cameron, Gelbach and Miller 2008,
# doi:10.1162/rest.90.3.414); with 10 to 30 they are still somewhat narrow.


@dataclass(frozen=True)
class Interval:
    """The ends of a confidence interval; both None, with the reason, where there is none."""

    low: float | None
    high: float | None
    not_available: str | None = None


def share_interval(patients: list[str], hits: npt.ArrayLike, level: float) -> Interval:
    """Give the percentile interval of a share when whole patients are drawn with return.

    Parameters
    ----------
    patients : n patients, one an answer
    hits : (n,) array of bool
    level : coverage in (0, 1)

    Returns
    -------
    Interval
        Not available with fewer than MIN_PATIENTS patients, nor where all answers agree, since
        every resample is then the same. Field and Welsh (2007),
        doi:10.1111/j.1467-9868.2007.00593.x ("cluster bootstrap").
    """
    names, index = np.unique(np.array(patients, dtype=str), return_inverse=True)
    if len(names) < MIN_PATIENTS:
        return too_few(len(names))
    if len(set(np.asarray(hits, bool).tolist())) == 1:
        return Interval(None, None, "interval over patients: the share is 0 or 1")
    hit = np.bincount(index, weights=np.asarray(hits, float), minlength=len(names))
    n = np.bincount(index, minlength=len(names))
    weights = resamples(len(names))
    return percentiles((weights @ hit) / (weights @ n), level)


def delta_interval(
    patients: list[str], levels: npt.ArrayLike, in_group: npt.ArrayLike, level: float
) -> Interval:
    """Give the percentile interval of Cliff's delta when whole patients are drawn with return.

    Parameters
    ----------
    patients : n patients, one an answer
    levels : (n,) array of int
        Ordered answers, from 1.
    in_group : (n,) array of bool
        Whether the answer is of the group, else it is of those that the group is compared with.
    level : coverage in (0, 1)
    """
    value, group = np.asarray(levels, int), np.asarray(in_group, bool)
    names, index = np.unique(np.array(patients, dtype=str), return_inverse=True)
    fewest = min(len(set(index[group].tolist())), len(set(index[~group].tolist())))
    if fewest < MIN_PATIENTS:
        return too_few(fewest)
    counts = np.zeros((2, len(names), int(value.max())))
    np.add.at(counts, (group.astype(int), index, value - 1), 1)
    weights = resamples(len(names))
    others, own = weights @ counts[0], weights @ counts[1]
    n = own.sum(axis=1) * others.sum(axis=1)
    below = np.cumsum(others, axis=1) - others
    u = (own * (below + others / 2)).sum(axis=1)
    kept = n > 0
    return percentiles(2 * u[kept] / n[kept] - 1, level)


@lru_cache(maxsize=8)
def resamples(n_patients: int) -> FloatArray:
    """Give how often each patient is drawn, one row a resample; not to be changed."""
    rng = np.random.default_rng(SEED)
    even = np.full(n_patients, 1 / n_patients)
    return rng.multinomial(n_patients, even, size=N_RESAMPLES).astype(float)


def percentiles(values: FloatArray, level: float) -> Interval:
    """Give the middle part of the resampled values that are numbers."""
    values = values[np.isfinite(values)]
    if len(values) < MIN_RESAMPLES:
        return Interval(None, None, "interval over patients: too few resamples have a value")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def too_few(n: int) -> Interval:
    """Say that the patients are too few."""
    return Interval(None, None, f"interval over patients: needs {MIN_PATIENTS} patients, came {n}")
