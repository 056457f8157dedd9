"""Agreement when whole patients are drawn with return: coefficients from sums over patients."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.measures.agreement import NO_RATING, FloatArray

#: Sums over the items of each patient, (patients, ...) -> values of one coefficient.
Coefficient = Callable[["Sums"], FloatArray]


@dataclass(frozen=True)
class Sums:
    """Sums over items, one row a patient or a resample; `weights` of the categories.

    `agreeing` sums the items' agreement, `n_rated` their number, `shares` the shares of each
    category, `n_items` the items with any answer; `pairs` and `totals` are those of alpha;
    `rows`, `columns`, `both` and `n_both` those of two raters.
    """

    weights: FloatArray
    agreeing: FloatArray
    n_rated: FloatArray
    shares: FloatArray
    n_items: FloatArray
    pairs: FloatArray
    totals: FloatArray
    rows: FloatArray
    columns: FloatArray
    both: FloatArray
    n_both: FloatArray

    def drawn(self, times: FloatArray) -> "Sums":
        """Give the sums of resamples; `times` (resamples, patients) says how often each is in."""
        parts = {
            name: times @ value for name, value in vars(self).items() if name not in ("weights",)
        }
        return Sums(weights=self.weights, **parts)


def sums_over_patients(
    ratings: npt.ArrayLike, patients: npt.ArrayLike, weights: FloatArray
) -> Sums:
    """Sum what the coefficients need over the items of each patient.

    Parameters
    ----------
    ratings : (n, r) array of int
        Categories from 0, NO_RATING where missing.
    patients : (n,) array
        The patient of each item, of any type.
    weights : (q, q) array
    """
    table = np.asarray(ratings, np.int64)
    q = len(weights)
    counts = np.stack([(table == k).sum(axis=1) for k in range(q)], axis=1).astype(np.float64)
    raters = counts.sum(axis=1)
    rated = raters >= 2
    agreeing = (counts * (counts @ weights - 1)).sum(axis=1)
    two = rated & (table[:, :2] != NO_RATING).all(axis=1) if table.shape[1] == 2 else rated & False
    first, second = (np.where(two, table[:, min(j, table.shape[1] - 1)], 0) for j in (0, 1))
    index = np.unique(np.asarray(patients), return_inverse=True)[1]
    columns: Mapping[str, FloatArray] = {
        "agreeing": np.where(rated, agreeing / np.maximum(1, raters * (raters - 1)), 0),
        "n_rated": rated.astype(float),
        "shares": counts / np.maximum(1, raters)[:, None],
        "n_items": (raters > 0).astype(float),
        "pairs": np.where(rated, agreeing / np.maximum(1, raters - 1), 0),
        "totals": np.where(rated[:, None], counts, 0),
        "rows": np.eye(q)[first] * two[:, None],
        "columns": np.eye(q)[second] * two[:, None],
        "both": weights[first, second] * two,
        "n_both": two.astype(float),
    }
    return Sums(weights=weights, **{name: _by(index, value) for name, value in columns.items()})


def percent_of(sums: Sums) -> FloatArray:
    """Give the share of agreeing pairs."""
    return sums.agreeing / sums.n_rated


def gwet_of(sums: Sums) -> FloatArray:
    """Give AC1 or AC2."""
    q = len(sums.weights)
    pi = sums.shares / sums.n_items[:, None]
    chance = sums.weights.sum() / (q * (q - 1)) * (pi * (1 - pi)).sum(axis=1)
    return np.asarray((percent_of(sums) - chance) / (1 - chance), np.float64)


def alpha_of(sums: Sums) -> FloatArray:
    """Give Krippendorff's alpha; the distances of categories are those of all the answers."""
    n = sums.totals.sum(axis=1)
    pi = sums.totals / n[:, None]
    chance = np.einsum("ij,jk,ik->i", pi, sums.weights, pi)
    observed = (1 - 1 / n) * sums.pairs / n + 1 / n
    return np.asarray((observed - chance) / (1 - chance), np.float64)


def kappa_of(sums: Sums) -> FloatArray:
    """Give Cohen's kappa of two raters."""
    n = sums.n_both[:, None]
    chance = np.einsum("ij,jk,ik->i", sums.rows / n, sums.weights, sums.columns / n)
    return np.asarray((sums.both / sums.n_both - chance) / (1 - chance), np.float64)


def _by(index: npt.NDArray[np.intp], values: FloatArray) -> FloatArray:
    out = np.zeros((int(index.max()) + 1, *values.shape[1:]))
    np.add.at(out, index, values)
    return out
