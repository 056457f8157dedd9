"""Exact permutation probabilities of statistics that add up over the columns of a 2 x k table.

All tables with the margins of the one observed are walked through, in two halves that meet in the
middle: the first half's sums are looked up among the second half's sorted sums. So 109 against 50
answers on five levels (hundreds of thousands of tables) take milliseconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln
from scipy.stats import binom

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
#: (column, drawn in the columns before, drawn in this one) -> the column's share of the statistic.
Terms = Callable[[int, IntArray, IntArray], FloatArray]

TIE_TOLERANCE = 1e-9
# Relative: sums along two ways through equal tables differ by rounding, some 1e-13.
MAX_PATHS = 20_000_000
# About three seconds; 1,000 answers on five levels need 16 million, 350 on seven need 20.


class TooManyTablesError(ValueError):
    """The exact distribution has too many tables to walk through."""


@dataclass(frozen=True)
class _Paths:
    drawn: IntArray
    statistic: FloatArray
    weight: FloatArray


def tail_probability(
    sizes: Sequence[int],
    n_drawn: int,
    terms: Terms,
    observed: float,
    tail: Literal["lower", "upper"],
) -> float:
    """Give the chance of a statistic at least as extreme, when items are drawn without return.

    Parameters
    ----------
    sizes : k numbers of items, one a column
    n_drawn : items drawn of all columns together
    terms : function
        The statistic is the sum of `terms` over the columns.
    observed : value of the statistic that was observed
    tail : which side is extreme; ties with `observed` count

    Returns
    -------
    float in [0, 1]

    Raises
    ------
    TooManyTablesError
        More than MAX_PATHS ways through half of the table.

    Examples
    --------
    The chance of at least 2 of the 2 red balls among 2 drawn of 4 is 1/6.

    >>> reds = lambda column, before, here: (here * (column == 0)).astype(float)
    >>> round(tail_probability([2, 2], 2, reds, 2, "upper"), 6)
    0.166667
    """
    walk = _Walk(sizes, n_drawn, terms)
    tolerance = TIE_TOLERANCE * max(1.0, abs(observed))
    sign = 1.0 if tail == "upper" else -1.0
    total = 0.0
    left = walk.paths(np.zeros(1, np.int64), 0, walk.middle)
    for drawn in np.unique(left.drawn):
        here = left.drawn == drawn
        right = walk.paths(np.array([drawn]), walk.middle, len(sizes))
        order = np.argsort(sign * right.statistic)
        above = np.append(np.cumsum(right.weight[order][::-1])[::-1], 0.0)
        needed = sign * (observed - left.statistic[here]) - tolerance
        found = np.searchsorted(sign * right.statistic[order], needed, side="left")
        total += float(left.weight[here] @ above[found])
    return min(1.0, total / walk.total_weight)


class _Walk:
    """Walks through the columns and keeps every way: items drawn, statistic, probability."""

    def __init__(self, sizes: Sequence[int], n_drawn: int, terms: Terms) -> None:
        self.sizes = [int(size) for size in sizes]
        self.n_drawn = n_drawn
        self.terms = terms
        self.middle = len(self.sizes) // 2
        n = sum(self.sizes)
        # Binomial weights of any one p give the hypergeometric ones; n_drawn / n can't underflow.
        self.p = n_drawn / n
        self.total_weight = float(binom.pmf(n_drawn, n, self.p))
        wide = [size + 1 for size in self.sizes]
        n_left = int(np.prod(wide[: self.middle], dtype=object))
        n_right = int(np.prod(wide[self.middle : -1], dtype=object))
        n_states = 1 + min(n_drawn, sum(self.sizes[: self.middle]))
        if max(n_left, n_states * n_right) > MAX_PATHS:
            raise TooManyTablesError(
                f"too many tables for an exact test: {max(n_left, n_states * n_right):.1e} ways"
            )

    def paths(self, drawn: IntArray, start: int, stop: int) -> _Paths:
        """Extend the ways that drew `drawn` items before column `start` up to column `stop`."""
        statistic = np.zeros(len(drawn))
        weight = np.ones(len(drawn))
        for column in range(start, stop):
            size, after = self.sizes[column], sum(self.sizes[column + 1 :])
            low = np.maximum(0, self.n_drawn - after - drawn)
            n_ways = np.maximum(0, np.minimum(size, self.n_drawn - drawn) - low + 1)
            source = np.repeat(np.arange(len(drawn)), n_ways)
            first = np.repeat(np.cumsum(n_ways) - n_ways, n_ways)
            here = low[source] + np.arange(len(source)) - first
            before = drawn[source]
            statistic = statistic[source] + self.terms(column, before, here)
            weight = weight[source] * binom.pmf(here, size, self.p)
            drawn = before + here
        return _Paths(drawn, statistic, weight)


def mann_whitney_exact(counts: npt.ArrayLike) -> float:
    """Give the exact one-sided p of Mann-Whitney with ties: the first row is not lower.

    Parameters
    ----------
    counts : (2, k) array of int
        Answers of two groups on k ordered levels; both groups have some.

    Returns
    -------
    float in (0, 1]
        Permutation probability of a U of the first group at most as large. Lehmann,
        Nonparametrics (1975), section 1.4 (ties).

    Examples
    --------
    >>> round(mann_whitney_exact([[2, 0], [0, 2]]), 6)
    0.166667
    """
    group, sizes = _margins(counts)
    below = np.cumsum(sizes) - sizes

    def terms(column: int, before: IntArray, here: IntArray) -> FloatArray:
        others_below = below[column] - before
        return np.asarray(here * (others_below + (sizes[column] - here) / 2.0), np.float64)

    return tail_probability(
        sizes.tolist(), int(group.sum()), terms, _statistic(terms, group), "lower"
    )


def anderson_darling_exact(counts: npt.ArrayLike) -> float:
    """Give the exact p of the two-sample Anderson-Darling test with midranks.

    Parameters
    ----------
    counts : (2, k) array of int
        Answers of two groups on k ordered levels; both groups have some, on two levels at least.

    Returns
    -------
    float in (0, 1]
        Permutation probability of a statistic at least as large. Scholz and Stephens (1987),
        doi:10.1080/01621459.1987.10478517, equation 7.

    Examples
    --------
    >>> round(anderson_darling_exact([[2, 0], [0, 2]]), 6)
    0.333333
    """
    group, sizes = _margins(counts)
    keep = sizes > 0
    group, sizes = group[keep], sizes[keep]
    n, n_group = int(sizes.sum()), int(group.sum())
    midranks = np.cumsum(sizes) - sizes / 2
    scale = sizes / (midranks * (n - midranks) - n * sizes / 4) / (n * n_group * (n - n_group))

    def terms(column: int, before: IntArray, here: IntArray) -> FloatArray:
        excess = n * (before + here / 2.0) - midranks[column] * n_group
        return np.asarray(scale[column] * excess**2, np.float64)

    return tail_probability(sizes.tolist(), n_group, terms, _statistic(terms, group), "upper")


def fisher_freeman_halton(counts: npt.ArrayLike) -> float:
    """Give the exact p of independence in a table of two columns or two rows.

    Parameters
    ----------
    counts : (r, 2) or (2, r) array of int

    Returns
    -------
    float in (0, 1]
        Probability of the tables with these margins that are not more probable than this one.
        Freeman and Halton (1951), doi:10.1093/biomet/38.1-2.141.

    Examples
    --------
    >>> round(fisher_freeman_halton([[3, 0], [0, 3]]), 6)
    0.1
    """
    table = np.asarray(counts, np.int64)
    group, sizes = _margins(table.T if table.shape[1] == 2 else table)

    def terms(column: int, before: IntArray, here: IntArray) -> FloatArray:
        size = sizes[column]
        ways = gammaln(size + 1) - gammaln(here + 1) - gammaln(size - here + 1)
        return np.asarray(ways, np.float64)

    return tail_probability(
        sizes.tolist(), int(group.sum()), terms, _statistic(terms, group), "lower"
    )


def _margins(counts: npt.ArrayLike) -> tuple[IntArray, IntArray]:
    table = np.asarray(counts, np.int64)
    if table.ndim != 2 or table.shape[0] != 2:
        raise ValueError(f"counts must be (2, k), not {table.shape}")
    return table[0], table.sum(axis=0)


def _statistic(terms: Terms, group: IntArray) -> float:
    before = np.cumsum(group) - group
    parts = [terms(j, before[j : j + 1], group[j : j + 1]) for j in range(len(group))]
    return float(np.sum(parts))
