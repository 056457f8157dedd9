"""Agreement from sums over patients, and the overlap of ranked lists."""

import numpy as np
import pytest

from analysis.measures.agreement import (
    cohen_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
    weights_of,
)
from analysis.measures.agreement_resampled import (
    alpha_of,
    gwet_of,
    kappa_of,
    percent_of,
    sums_over_patients,
)
from analysis.measures.ranked_lists import list_weights, rank_biased_overlap

PAIRS = [
    (percent_agreement, percent_of),
    (gwet_ac, gwet_of),
    (krippendorff_alpha, alpha_of),
    (cohen_kappa, kappa_of),
]


@pytest.fixture
def answers():
    rng = np.random.default_rng(2)
    ratings = rng.integers(0, 4, (60, 2))
    ratings[rng.random((60, 2)) < 0.15] = -1
    return ratings[(ratings != -1).any(axis=1)]


@pytest.mark.parametrize(("slow", "fast"), PAIRS)
@pytest.mark.parametrize("name", ["identity", "linear", "quadratic"])
def test_the_sums_give_the_coefficient(answers, slow, fast, name):
    weights = weights_of(name, 4)
    sums = sums_over_patients(answers, np.arange(len(answers)) % 7, weights)
    value = fast(sums.drawn(np.ones((1, 7))))[0]
    assert value == pytest.approx(slow(answers, weights).value)


@pytest.mark.parametrize(("slow", "fast"), PAIRS)
def test_a_patient_drawn_twice_counts_twice(answers, slow, fast):
    weights, patients = weights_of("linear", 4), np.arange(len(answers)) % 3
    times = np.array([[2.0, 0.0, 1.0]])
    value = fast(sums_over_patients(answers, patients, weights).drawn(times))[0]
    repeated = answers.repeat(times[0, patients].astype(int), axis=0)
    assert value == pytest.approx(slow(repeated, weights).value)


def test_rank_biased_overlap_of_even_lists_is_the_sum_written_out():
    """Webber et al. 2010, equation 30: a b c and a c d at p = 0.5; overlaps 1, 1/2, 2/3."""
    p = 0.5
    expected = 2 / 3 * p**3 + (1 - p) / p * (1 * p + 1 / 2 * p**2 + 2 / 3 * p**3)
    assert rank_biased_overlap("abc", "acd") == pytest.approx(expected)


def test_overlap_is_one_zero_symmetric_and_top_heavy():
    assert rank_biased_overlap("abc", "abc") == pytest.approx(1)
    assert rank_biased_overlap("abc", "xyz") == 0
    assert rank_biased_overlap("ab", "abc") == rank_biased_overlap("abc", "ab")
    assert rank_biased_overlap("ab", "ac") > rank_biased_overlap("ab", "cb")
    weights = list_weights([("a",), ("a", "b"), ("c",)])
    assert (weights == weights.T).all()
    assert weights.diagonal().tolist() == [1, 1, 1]
