"""H4: delineations that need correction."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact

from analysis.answers import select_answers
from analysis.questions.correction import (
    benjamini_hochberg,
    correction_pairs,
    correction_table,
    correction_tests,
)
from lesions.questionnaire import paper_questionnaire

PAPER = paper_questionnaire()


def study(make_answers, **counts):
    """Give the shares of one rater: (yes, no) per group."""
    rows = [
        {"roi_id": f"{group}-{answer}-{i}", "group": group, "needs_correction": answer}
        for group, (yes, no) in counts.items()
        for answer, n in (("yes", yes), ("no", no))
        for i in range(n)
    ]
    return correction_table(select_answers(make_answers(rows), PAPER, "set"))


def test_all_groups_are_compared_by_chi_square_with_the_exact_p_beside_it(make_answers):
    counts = {"FNL": (12, 38), "TPL": (9, 41), "FPL_MS": (30, 79), "FPL_mimic": (0, 18)}
    row = correction_tests(study(make_answers, **counts)).iloc[0]
    expected = chi2_contingency(list(counts.values()), correction=False)
    assert (row["chi2"], row["p_chi2"]) == (expected.statistic, expected.pvalue)
    assert (row["df"], row["n"], row["groups"]) == (3, 227, tuple(counts))
    assert row["min_expected"] == expected.expected_freq.min()
    assert 0 < row["p_exact"] < 1


def test_a_group_without_answers_costs_a_degree_of_freedom(make_answers):
    row = correction_tests(study(make_answers, FNL=(3, 7), TPL=(5, 5), FPL_MS=(1, 9))).iloc[0]
    assert (row["df"], row["groups"]) == (2, ("FNL", "TPL", "FPL_MS"))


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ({"FNL": (0, 5), "TPL": (0, 6)}, "no delineation needs correction"),
        ({"FNL": (5, 0), "TPL": (6, 0)}, "every delineation needs correction"),
        ({"TPL": (3, 6)}, "answers in one group alone"),
    ],
)
def test_a_table_that_cannot_be_tested_says_why(make_answers, counts, reason):
    correction = study(make_answers, **counts)
    row = correction_tests(correction).iloc[0]
    assert row["not_available"] == reason
    assert row[["chi2", "df", "p_chi2", "p_exact"]].isna().all()
    assert correction_pairs(correction)["not_available"].notna().all()


def test_pairs_have_yates_and_fisher_each_adjusted_over_the_pairs_that_could_be_tested(
    make_answers,
):
    counts = {"FNL": (8, 12), "TPL": (2, 18), "FPL_MS": (9, 11)}
    pairs = correction_pairs(study(make_answers, **counts)).set_index(["group_a", "group_b"])
    tested = pairs[pairs["not_available"].isna()]
    assert len(pairs) == 6
    assert len(tested) == 3
    for (a, b), row in tested.iterrows():
        table = [counts[a], counts[b]]
        assert row["p_yates"] == chi2_contingency(table, correction=True).pvalue
        assert row["p_fisher"] == fisher_exact(table).pvalue
    for p, q in (("p_yates", "q_yates"), ("p_fisher", "q_fisher")):
        assert tested[q].tolist() == pytest.approx(slow_benjamini_hochberg(tested[p].tolist()))
    assert pairs.loc[("TPL", "FPL_mimic"), "not_available"] == "no answers in FPL_mimic"


def slow_benjamini_hochberg(p_values):
    """Give for each p the smallest m p / rank of it and of those above it, at most 1."""
    m, order = len(p_values), np.argsort(p_values)
    out = [0.0] * m
    for rank, i in enumerate(order, start=1):
        above = [m * p_values[j] / r for r, j in enumerate(order, start=1) if r >= rank]
        out[i] = min(1.0, *above, 1.0)
    return out


def test_benjamini_and_hochberg_reject_four_of_their_fifteen():
    """The example of their paper: section 3.2 of doi:10.1111/j.2517-6161.1995.tb02031.x."""
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    published += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    adjusted = benjamini_hochberg(published)
    assert [q <= 0.05 for q in adjusted] == [True] * 4 + [False] * 11
    assert adjusted == pytest.approx(slow_benjamini_hochberg(published))


def test_each_rater_is_adjusted_alone(make_answers):
    rows = [
        {"rater": rater, "roi_id": f"{group}{i}", "group": group, "needs_correction": answer}
        for rater in ("a", "b")
        for group, n_yes in (("FNL", 6), ("TPL", 1))
        for i, answer in enumerate(["yes"] * n_yes + ["no"] * (8 - n_yes))
    ]
    for row in rows:
        row["participant_id"] = "sub-01"
    pairs = correction_pairs(correction_table(select_answers(make_answers(rows), PAPER, "set")))
    tested = pairs[pairs["not_available"].isna()]
    assert tested["rater"].tolist() == ["a", "b"]
    assert (tested["q_yates"] == tested["p_yates"]).all()
