"""The paper's tests, once more from their textbook formulas, on seeded answers of four groups."""

import math
from itertools import combinations

import numpy as np
import pytest
from scipy.stats import chi2

from analysis.answers import select_answers
from analysis.questions.confidence import confidence_tests
from analysis.questions.correction import (
    GROUPS_H4,
    correction_pairs,
    correction_table,
    correction_tests,
)
from lesions.questionnaire import paper_questionnaire

SIZES = {"FNL": 20, "TPL": 25, "FPL_MS": 40, "FPL_mimic": 9}


@pytest.fixture(params=range(5))
def drawn(request, make_answers):
    """Give levels and yes/no of each group, and the selection that holds them."""
    rng = np.random.default_rng(request.param)
    levels = {group: rng.integers(1, 6, n) for group, n in SIZES.items()}
    yes = {group: rng.random(n) < rng.uniform(0.2, 0.8) for group, n in SIZES.items()}
    rows = [
        {
            "roi_id": f"{group}-{i}",
            "group": group,
            "confidence": int(levels[group][i]),
            "needs_correction": "yes" if yes[group][i] else "no",
        }
        for group, n in SIZES.items()
        for i in range(n)
    ]
    return levels, yes, select_answers(make_answers(rows), paper_questionnaire(), "set")


def test_mann_whitney_asks_whether_the_group_is_lower_than_tpl(drawn):
    levels, _, selection = drawn
    table = confidence_tests(selection, 5).set_index("group")
    y = levels["TPL"]
    for group in ("FNL", "FPL_MS", "FPL_mimic"):
        x = levels[group]
        u = sum((a > b) + 0.5 * (a == b) for a in x for b in y)
        n = len(x) + len(y)
        ties = np.unique(np.r_[x, y], return_counts=True)[1]
        variance = len(x) * len(y) / 12 * (n + 1 - (ties**3 - ties).sum() / (n * (n - 1)))
        z = (u - len(x) * len(y) / 2 + 0.5) / math.sqrt(variance)
        assert table.loc[group, "u"] == u
        assert table.loc[group, "p_mann_whitney"] == pytest.approx(math.erfc(-z / 2**0.5) / 2)


def test_chi_square_is_the_sum_over_the_cells(drawn):
    _, yes, selection = drawn
    observed = np.array([[yes[g].sum(), (~yes[g]).sum()] for g in GROUPS_H4], float)
    expected = observed.sum(1, keepdims=True) * observed.sum(0) / observed.sum()
    statistic = ((observed - expected) ** 2 / expected).sum()
    row = correction_tests(correction_table(selection)).iloc[0]
    assert row["chi2"] == pytest.approx(statistic)
    assert row["p_chi2"] == pytest.approx(chi2.sf(statistic, 3))


def test_pairs_are_yates_then_benjamini_and_hochberg_step_up(drawn):
    _, yes, selection = drawn
    found = correction_pairs(correction_table(selection)).set_index(["group_a", "group_b"])
    p_values = {}
    for a, b in combinations(GROUPS_H4, 2):
        observed = np.array([[yes[g].sum(), (~yes[g]).sum()] for g in (a, b)], float)
        expected = observed.sum(1, keepdims=True) * observed.sum(0) / observed.sum()
        excess = np.maximum(np.abs(observed - expected) - 0.5, 0)
        p_values[a, b] = chi2.sf((excess**2 / expected).sum(), 1)
        assert found.loc[(a, b), "p_yates"] == pytest.approx(p_values[a, b])
    ranked = sorted(p_values, key=p_values.__getitem__)
    lowest = 1.0
    for rank in range(len(ranked), 0, -1):
        lowest = min(lowest, p_values[ranked[rank - 1]] * len(ranked) / rank)
        assert found.loc[ranked[rank - 1], "q_yates"] == pytest.approx(lowest)
