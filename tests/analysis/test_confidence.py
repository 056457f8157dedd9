"""H3: confidence per group, and against TPL."""

import numpy as np
import pytest
from scipy.stats import anderson_ksamp, mannwhitneyu

from analysis.answers import select_answers
from analysis.questions.confidence import confidence_table, confidence_tests
from lesions.questionnaire import paper_questionnaire

PAPER = paper_questionnaire()


def study(make_answers, **levels):
    """Give a selection of one rater: the confidence of each ROI per group."""
    rows = [
        {"roi_id": f"{group}-{i}", "group": group, "confidence": level}
        for group, values in levels.items()
        for i, level in enumerate(values)
    ]
    return select_answers(make_answers(rows), PAPER, "set")


def row_of(table, group):
    return table.set_index("group").loc[group]


def test_mean_sd_median_and_levels_of_a_group(make_answers):
    row = row_of(confidence_table(study(make_answers, TPL=[1, 2, 4, 5, 5]), 5), "TPL")
    assert (row["n"], row["mean"], row["median"]) == (5, 3.4, 4)
    assert row["sd"] == pytest.approx(np.sqrt(13.2 / 4))
    assert row["level_counts"] == ("1", "1", "0", "1", "2")


def test_one_answer_has_a_mean_but_no_sd(make_answers):
    row = row_of(confidence_table(study(make_answers, TPL=[4]), 5), "TPL")
    assert row["mean"] == 4
    assert np.isnan(row["sd"])
    assert row["not_available"] == "sd: one answer"


def test_the_papers_tests_are_scipys(make_answers):
    low, high = [1, 1, 2, 2, 3, 3, 3, 4], [2, 3, 3, 4, 4, 4, 5, 5, 5]
    row = row_of(confidence_tests(study(make_answers, FNL=low, TPL=high), 5), "FNL")
    expected = mannwhitneyu(low, high, alternative="less", method="asymptotic")
    assert (row["u"], row["p_mann_whitney"]) == (expected.statistic, expected.pvalue)
    ad = anderson_ksamp([low, high], variant="midrank")
    assert (row["ad_statistic"], row["p_ad_tabulated"]) == (ad.statistic, ad.pvalue)
    assert row["p_ad_clipped"] == "no"
    assert row["p_mann_whitney_exact"] == pytest.approx(row["p_mann_whitney"], abs=0.01)


def test_delta_counts_pairs(make_answers):
    low, high = [1, 2, 2], [2, 3]
    row = row_of(confidence_tests(study(make_answers, FNL=low, TPL=high), 5), "FNL")
    pairs = [np.sign(a - b) for a in low for b in high]
    assert row["cliffs_delta"] == pytest.approx(np.mean(pairs))


def test_a_higher_group_has_a_p_near_one(make_answers):
    selection = study(make_answers, FNL=[5] * 9 + [4], TPL=[1] * 9 + [2])
    row = row_of(confidence_tests(selection, 5), "FNL")
    assert row["cliffs_delta"] == 1
    assert row["p_mann_whitney_exact"] == 1
    assert row["p_mann_whitney"] > 0.999


@pytest.mark.parametrize(
    ("low", "high", "clipped", "p"),
    [([1] * 20, [5] * 20, "floor", 0.001), ([3, 4] * 10, [4, 3] * 10, "cap", 0.25)],
)
def test_the_end_of_the_anderson_darling_table_is_told(make_answers, low, high, clipped, p):
    row = row_of(confidence_tests(study(make_answers, FNL=low, TPL=high), 5), "FNL")
    assert (row["p_ad_clipped"], row["p_ad_tabulated"]) == (clipped, p)
    assert row["p_ad_exact"] <= p if clipped == "floor" else row["p_ad_exact"] >= p


def test_equal_answers_have_an_effect_of_zero_and_no_test(make_answers):
    row = row_of(confidence_tests(study(make_answers, FNL=[3, 3], TPL=[3, 3, 3]), 5), "FNL")
    assert row["cliffs_delta"] == 0
    assert np.isnan(row["p_mann_whitney"])
    assert row["not_available"].startswith("tests: all answers are equal")


@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (1, 3), (2, 2), (1, 30)])
def test_groups_of_one_and_two_give_exact_numbers_or_reasons(make_answers, sizes):
    n, m = sizes
    selection = study(make_answers, FNL=[1] * n, TPL=[5] * m)
    row = row_of(confidence_tests(selection, 5), "FNL")
    ways = np.prod([(m + i) / i for i in range(1, n + 1)])
    assert row["p_mann_whitney_exact"] == pytest.approx(1 / ways)
    assert np.isfinite(row["p_ad_exact"])
    assert np.isnan(row["p_ad_tabulated"]) == (n + m < 4)
    assert ("fewer than 4 answers" in row["not_available"]) == (n + m < 4)


def test_a_missing_group_is_named(make_answers):
    table = confidence_tests(study(make_answers, FNL=[1, 2]), 5)
    assert row_of(table, "FNL")["not_available"] == "no answers in TPL"
    assert row_of(table, "FPL_MS")["not_available"] == "no answers in FPL_MS and TPL"


def test_comparisons_beside_the_papers_say_so(make_answers):
    table = confidence_tests(study(make_answers, FNL=[1, 2], TPL=[2, 3]), 5)
    assert dict(zip(table["group"], table["in_paper"], strict=True)) == {
        "FNL": "yes",
        "FPL_MS": "yes",
        "FPL_mimic": "no",
    }
