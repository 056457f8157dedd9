"""Bang's index against published tables and the formulas written out."""

import math

import pytest

from analysis.measures.blinding import bang_index

#: CRISP: right, wrong, don't know (Bang, Ni and Davis 2004, Table 7, as the R package BI has it);
#: worked out by hand, with the limits of the one-sided 95 % intervals that the paper takes, which
#: are those of a two-sided 90 % interval.
CRISP = {(82, 25, 170): (0.21, 0.15, 0.26), (29, 27, 83): (0.01, -0.07, 0.10)}


@pytest.mark.parametrize(("counts", "printed"), CRISP.items())
def test_the_trial_of_bangs_paper(counts, printed):
    found = bang_index(*counts, level=0.9)
    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == printed


@pytest.mark.parametrize("counts", [(48, 4, 330), (30, 22, 319), (1, 2, 0), (0, 1, 9)])
def test_it_equals_the_paper_s_own_form(counts):
    """The form of the paper: (2 r - 1) times the share of guessers; the variance term by term."""
    right, wrong, _ = counts
    guessed, n = right + wrong, sum(counts)
    plain = (2 * right / guessed - 1) * guessed / n
    p, q = right / n, wrong / n
    error = math.sqrt((p * (1 - p) + q * (1 - q) + 2 * p * q) / n)
    found = bang_index(*counts)
    assert found.value == pytest.approx(plain)
    assert found.error == pytest.approx(error)
    assert found.high - found.value <= 1.959964 * error + 1e-6


def test_no_answers_have_no_index_and_equal_ones_no_interval():
    assert bang_index(0, 0, 0).value is None
    for counts, value in {(5, 0, 0): 1, (0, 5, 0): -1, (0, 0, 5): 0}.items():
        found = bang_index(*counts)
        assert (found.value, found.low, found.high) == (value, None, None)


def test_the_interval_stays_within_the_index():
    assert bang_index(9, 0, 1).high == 1
    assert bang_index(0, 9, 1).low == -1
