"""Exact permutation probabilities against brute force, SciPy and published values."""

from itertools import combinations, product

import numpy as np
import pytest
from scipy.stats import PermutationMethod, anderson_ksamp, fisher_exact, mannwhitneyu

from analysis.measures import exact
from analysis.measures.exact import (
    TooManyTablesError,
    anderson_darling_exact,
    fisher_freeman_halton,
    mann_whitney_exact,
)

SMALL = [
    ([1, 2, 2, 3], [3, 4, 4, 5, 5]),
    ([5, 1, 1], [1, 2, 5, 5, 3]),
    ([2, 2, 3, 3, 3], [2, 2, 2]),
    ([1], [1, 1, 2]),
    ([4, 5, 5, 1], [2, 2, 1, 3, 4, 5]),
]


def counts_of(*samples):
    return [np.bincount(sample, minlength=6)[1:] for sample in samples]


def brute_force(x, y, statistic, tail):
    """Go through every choice of which answers are the first group's."""
    pooled = np.array(x + y)
    values = []
    for chosen in combinations(range(len(pooled)), len(x)):
        first = np.isin(np.arange(len(pooled)), chosen)
        values.append(statistic(pooled[first], pooled[~first]))
    observed = statistic(np.array(x), np.array(y))
    slack = 1e-9 * max(1, abs(observed))
    values = np.array(values)
    hit = values >= observed - slack if tail == "upper" else values <= observed + slack
    return hit.mean()


def u_of(first, second):
    """Count the pairs in which the first is higher, ties as one half."""
    return sum((a > b) + 0.5 * (a == b) for a in first for b in second)


def ad_of(first, second):
    """Give SciPy's statistic, which is another function of the table that orders it alike."""
    return anderson_ksamp([first, second], variant="midrank").statistic


@pytest.mark.parametrize(("x", "y"), SMALL)
def test_mann_whitney_is_the_share_of_permutations_with_a_u_as_small(x, y):
    expected = brute_force(x, y, u_of, "lower")
    assert mann_whitney_exact(counts_of(x, y)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("x", "y"), [pair for pair in SMALL if sum(map(len, pair)) > 4])
def test_anderson_darling_is_the_share_of_permutations_with_a_statistic_as_large(x, y):
    expected = brute_force(x, y, ad_of, "upper")
    assert anderson_darling_exact(counts_of(x, y)) == pytest.approx(expected, rel=1e-12)


def test_mann_whitney_without_ties_is_scipys_exact_p():
    x, y = [1, 4, 5], [2, 3, 6, 7]
    counts = [np.bincount(x, minlength=8)[1:], np.bincount(y, minlength=8)[1:]]
    expected = mannwhitneyu(x, y, alternative="less", method="exact").pvalue
    assert mann_whitney_exact(counts) == pytest.approx(expected, rel=1e-12)


def test_anderson_darling_agrees_with_scipys_permutations_on_a_study_of_the_papers_size():
    rng = np.random.default_rng(3)
    x = rng.choice([1, 2, 3, 4, 5], 109, p=[0.15, 0.25, 0.3, 0.2, 0.1])
    y = rng.choice([1, 2, 3, 4, 5], 50, p=[0.1, 0.2, 0.25, 0.25, 0.2])
    method = PermutationMethod(n_resamples=4999, rng=np.random.default_rng(1))
    expected = anderson_ksamp([x, y], variant="midrank", method=method).pvalue
    error = np.sqrt(expected * (1 - expected) / 4999)
    assert abs(anderson_darling_exact(counts_of(x, y)) - expected) < 4 * error


def test_the_statistic_with_midranks_is_that_of_r():
    """The example of R's adk (Scholz 2011), now kSamples: with ties 1.62856, p 0.07084."""
    samples = [[1, 3, 2, 5, 7], [2, 8, 1, 6, 9, 4], [12, 5, 7, 9, 11]]
    found = anderson_ksamp(samples, variant="midrank")
    assert found.statistic == pytest.approx(1.62856, abs=5e-6)
    assert found.pvalue == pytest.approx(0.07084, abs=0.002)  # two tables between the same levels


def test_anderson_darling_does_not_care_which_group_is_first_nor_about_empty_levels():
    forward = anderson_darling_exact([[3, 0, 2, 0, 1], [1, 0, 4, 0, 6]])
    assert anderson_darling_exact([[1, 4, 6], [3, 2, 1]]) == pytest.approx(forward, rel=1e-12)


@pytest.mark.parametrize("table", [[[8, 2], [1, 5]], [[0, 10], [7, 3]], [[3, 4], [3, 4]]])
def test_fisher_of_two_rows_is_scipys(table):
    expected = fisher_exact(table).pvalue
    assert fisher_freeman_halton(table) == pytest.approx(expected, rel=1e-9)


def test_fisher_of_four_rows_is_the_sum_over_all_tables_that_are_not_more_probable():
    table = np.array([[3, 1], [0, 4], [2, 2], [1, 5]])
    sizes, n_yes = table.sum(axis=1), table[:, 0].sum()
    ways = {}
    for yes in product(*(range(size + 1) for size in sizes)):
        if sum(yes) == n_yes:
            ways[yes] = np.prod([exact_comb(n, k) for n, k in zip(sizes, yes, strict=True)])
    observed = ways[tuple(table[:, 0])]
    expected = sum(way for way in ways.values() if way <= observed) / sum(ways.values())
    assert fisher_freeman_halton(table) == pytest.approx(expected, rel=1e-12)
    assert fisher_freeman_halton(table.T) == pytest.approx(expected, rel=1e-12)


def test_fisher_of_three_columns_is_scipys_published_monte_carlo_value():
    """SciPy's documentation of fisher_exact: 0.0603 from 9,999 tables, so within ±0.01."""
    assert fisher_freeman_halton([[8, 2, 3], [1, 5, 4]]) == pytest.approx(0.0603, abs=0.0095)


def exact_comb(n, k):
    out = 1
    for i in range(int(k)):
        out = out * (int(n) - i) // (i + 1)
    return out


def test_a_table_too_large_to_walk_through_is_refused():
    wide = [[1000] * 9, [1000] * 9]
    with pytest.raises(TooManyTablesError, match="too many tables"):
        mann_whitney_exact(wide)


def test_probabilities_of_all_values_sum_to_one():
    def drawn_of_first(column, before, here):
        return (here * (column == 0)).astype(float)

    below = exact.tail_probability([5, 4, 3], 6, drawn_of_first, 2, "lower")
    above = exact.tail_probability([5, 4, 3], 6, drawn_of_first, 3, "upper")
    assert below + above == pytest.approx(1, rel=1e-12)
