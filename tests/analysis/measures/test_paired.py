"""McNemar's test and differences of shares against published values."""

import pytest

from analysis.measures.holm import holm
from analysis.measures.paired import mcnemar_exact, newcombe_difference, paired_difference


def test_mcnemar_of_one_against_seven():
    """Fagerland et al. 2013, Table 1 (airway hyper-responsiveness): exact .0703, mid-p .0391."""
    exact, mid = mcnemar_exact(1, 7)
    assert (round(exact, 4), round(mid, 4)) == (0.0703, 0.0391)
    assert mcnemar_exact(7, 1) == (exact, mid)


def test_no_difference_has_a_p_of_one():
    assert mcnemar_exact(0, 0) == (1, 1)
    assert mcnemar_exact(3, 3)[0] == 1


def test_the_paired_interval_is_newcombes_method_ten():
    """Newcombe 1998 (paired), Table II, 36 12 2 0: .0569 to .3404."""
    found = paired_difference(36, 12, 2, 0)
    assert [round(end, 4) for end in (found.value, found.low, found.high)] == [0.2, 0.0569, 0.3404]


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(counts, low, high):
    """Newcombe 1998 (unpaired), Table II, method 10."""
    found = newcombe_difference(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_holm_is_rs_p_adjust():
    assert holm([]) == []
    assert holm([0.5, 0.5]) == [1, 1]
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
