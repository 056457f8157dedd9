"""Agreement of any number of raters, with answers missing: percent, kappa, AC1/AC2, alpha.

All coefficients are (p_a - p_e) / (1 - p_e): p_a is the agreement of two answers drawn at random
from one item, p_e what chance would give, and weights say how far two categories agree. Standard
errors are Gwet's, by linearisation over items taken as independent (K. L. Gwet, Handbook of
Inter-Rater Reliability, 4th ed. 2014, chapters 3 to 5; the R package irrCAC gives the same).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
WeightName = Literal["identity", "linear", "quadratic", "ordinal"]
#: Stands in a table of ratings for an answer that is missing.
NO_RATING = -1


class AgreementError(ValueError):
    """Agreement is not defined; the message is the reason."""


@dataclass(frozen=True)
class Agreement:
    """A coefficient with its standard error, the agreement observed and that by chance."""

    value: float
    error: float
    observed: float
    by_chance: float
    n_items: int


def weights_of(name: WeightName, n_categories: int) -> FloatArray:
    """Give the (q, q) weights: 1 for the same category, less for those further apart.

    `linear` 1 - |k - l| / (q - 1) (Cicchetti and Allison 1971), `quadratic` its square (Fleiss
    and Cohen 1973), `ordinal` Gwet's: 1 - C(|k - l| + 1, 2) / C(q, 2).

    >>> weights_of("quadratic", 3)[0].tolist()
    [1.0, 0.75, 0.0]
    """
    apart = np.abs(np.subtract.outer(np.arange(n_categories), np.arange(n_categories)))
    most = max(1, n_categories - 1)
    if name == "identity":
        return np.asarray(apart == 0, np.float64)
    if name == "linear":
        return np.asarray(1 - apart / most, np.float64)
    if name == "quadratic":
        return np.asarray(1 - (apart / most) ** 2, np.float64)
    pairs = np.where(apart > 0, apart * (apart + 1) / 2, 0)
    return np.asarray(1 - pairs / (most * (most + 1) / 2), np.float64)


def percent_agreement(ratings: npt.ArrayLike, weights: FloatArray) -> Agreement:
    """Give the (weighted) share of agreeing pairs, averaged over items with two answers or more.

    Parameters
    ----------
    ratings : (n, r) array of int
        Categories from 0, NO_RATING where missing; one row an item, one column a rater.
    weights : (q, q) array
    """
    counts = _counts(ratings, len(weights))
    agreeing = _item_agreement(counts, weights)
    rated = counts.sum(axis=1) >= 2
    observed = float(agreeing[rated].mean())
    error = _error(agreeing[rated], observed)
    return Agreement(observed, error, observed, 0.0, int(rated.sum()))


def gwet_ac(ratings: npt.ArrayLike, weights: FloatArray) -> Agreement:
    """Give Gwet's AC1 (identity weights) or AC2 (others).

    Chance is sum(W) / (q (q - 1)) sum_k pi_k (1 - pi_k) with pi_k the share of category k, each
    item counted once. Gwet (2008), doi:10.1348/000711006X126600.

    Examples
    --------
    >>> table = [[0, 0], [0, 0], [1, 1], [0, 1]]
    >>> round(gwet_ac(table, weights_of("identity", 2)).value, 4)
    0.5294
    """
    counts = _counts(ratings, len(weights))
    n, q = counts.shape
    raters = counts.sum(axis=1)
    shares = counts / raters[:, None]
    pi = shares.mean(axis=0)
    scale = weights.sum() / (q * (q - 1))
    chance = float(scale * (pi * (1 - pi)).sum())
    rated = raters >= 2
    agreeing = _item_agreement(counts, weights)
    observed = float(agreeing[rated].mean())
    value = (observed - chance) / (1 - chance)
    by_item = np.where(rated, n / rated.sum() * (agreeing - chance) / (1 - chance), 0.0)
    chance_by_item = scale * (shares * (1 - pi)).sum(axis=1)
    influence = by_item - 2 * (1 - value) * (chance_by_item - chance) / (1 - chance)
    return Agreement(value, _error(influence, value), observed, chance, n)


def krippendorff_alpha(ratings: npt.ArrayLike, weights: FloatArray) -> Agreement:
    """Give Krippendorff's alpha; items with one answer are left out.

    With `alpha_ordinal_weights` the ordinal alpha. Krippendorff, Content Analysis (2004),
    chapter 11; standard error as irrCAC's krippen.alpha.raw.
    """
    counts = _counts(ratings, len(weights))
    counts = counts[counts.sum(axis=1) >= 2]
    n = len(counts)
    raters = counts.sum(axis=1)
    mean_raters = raters.mean()
    epsilon = 1 / (n * mean_raters)
    agreeing = (counts * (counts @ weights - 1)).sum(axis=1) / (mean_raters * (raters - 1))
    plain = float(agreeing.mean())
    observed = (1 - epsilon) * plain + epsilon
    pi = (counts / mean_raters).mean(axis=0)
    chance = float(pi @ weights @ pi)
    if chance == 1:
        raise AgreementError("all answers are equal")
    value = (observed - chance) / (1 - chance)
    uncorrected = (plain - chance) / (1 - chance)
    more = (raters - mean_raters) / mean_raters
    by_item = (agreeing - plain * more - chance) / (1 - chance)
    average = (weights @ pi + weights.T @ pi) / 2
    chance_by_item = counts @ average / mean_raters - chance * more
    influence = by_item - 2 * (1 - uncorrected) * (chance_by_item - chance) / (1 - chance)
    return Agreement(value, _error(influence, uncorrected), observed, chance, n)


def alpha_ordinal_weights(ratings: npt.ArrayLike, n_categories: int) -> FloatArray:
    """Give the weights that make alpha ordinal: distance by the answers between two categories.

    delta = (sum of the counts from k to l - half of those at k and l)^2, weight 1 - delta / max.
    """
    counts = _counts(ratings, n_categories)
    totals = counts[counts.sum(axis=1) >= 2].sum(axis=0)
    middle = np.cumsum(totals) - totals / 2
    apart = np.subtract.outer(middle, middle) ** 2
    return np.asarray(1 - apart / max(1.0, apart.max()), np.float64)


def cohen_kappa(ratings: npt.ArrayLike, weights: FloatArray) -> Agreement:
    """Give Cohen's kappa of two raters, over the items that both rated.

    The standard error is that of Fleiss, Cohen and Everitt (1969), doi:10.1037/h0028106, as in
    SAS PROC FREQ.

    Examples
    --------
    >>> table = [[0, 0], [0, 0], [1, 1], [0, 1]]
    >>> round(cohen_kappa(table, weights_of("identity", 2)).value, 4)
    0.5
    """
    table = confusion(ratings, len(weights))
    n = int(table.sum())
    if n == 0:
        raise AgreementError("no item with answers of both raters")
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, chance = float((weights * p).sum()), float(rows @ weights @ columns)
    if chance == 1:
        raise AgreementError("both raters gave one and the same answer throughout")
    value = (observed - chance) / (1 - chance)
    by_row, by_column = weights @ columns, weights.T @ rows
    spread = weights - np.add.outer(by_row, by_column) * (1 - value)
    variance = ((p * spread**2).sum() - (value - chance * (1 - value)) ** 2) / (
        n * (1 - chance) ** 2
    )
    return Agreement(value, float(np.sqrt(max(0.0, variance))), observed, chance, n)


def confusion(ratings: npt.ArrayLike, n_categories: int) -> IntArray:
    """Count the pairs of answers of two raters: rows the first, columns the second."""
    both = np.asarray(ratings, np.int64)
    if both.ndim != 2 or both.shape[1] != 2:
        raise ValueError(f"ratings must be (n, 2), not {both.shape}")
    both = both[(both != NO_RATING).all(axis=1)]
    flat = np.bincount(both[:, 0] * n_categories + both[:, 1], minlength=n_categories**2)
    return np.asarray(flat.reshape(n_categories, n_categories), np.int64)


def _counts(ratings: npt.ArrayLike, n_categories: int) -> FloatArray:
    """Count the answers in each category, one row an item with an answer."""
    table = np.asarray(ratings, np.int64)
    counts = np.stack([(table == k).sum(axis=1) for k in range(n_categories)], axis=1)
    kept = counts[counts.sum(axis=1) > 0].astype(np.float64)
    if not (kept.sum(axis=1) >= 2).any():
        raise AgreementError("no item with two answers")
    return np.asarray(kept, np.float64)


def _item_agreement(counts: FloatArray, weights: FloatArray) -> FloatArray:
    raters = counts.sum(axis=1)
    pairs = np.maximum(1, raters * (raters - 1))
    return np.asarray((counts * (counts @ weights - 1)).sum(axis=1) / pairs, np.float64)


def _error(influence: FloatArray, value: float) -> float:
    n = len(influence)
    if n < 2:
        return float("nan")
    return float(np.sqrt(((influence - value) ** 2).sum() / (n * (n - 1))))
