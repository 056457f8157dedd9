"""Wilson's interval against published values."""

import pytest

from analysis.measures.proportions import share_columns


@pytest.mark.parametrize(
    ("n", "n_answers", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_newcombes_method_three(n, n_answers, low, high):
    """Newcombe 1998, Table I."""
    columns = share_columns(n, n_answers)
    assert columns["share"] == n / n_answers
    assert (round(columns["low"], 4), round(columns["high"], 4)) == (low, high)


def test_no_answers_give_no_share_and_the_reason():
    columns = share_columns(0, 0)
    assert (columns["share"], columns["low"], columns["high"]) == (None, None, None)
    assert columns["not_available"] == "no answers"
