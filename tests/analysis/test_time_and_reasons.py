"""Time per ROI, and reasons with confidence."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from analysis.answers import select_answers
from analysis.questions.reasons import reason_confidence_table, reason_set_table
from analysis.questions.time_spent import median_interval, time_table, trend_table
from lesions.questionnaire import paper_questionnaire

PAPER = paper_questionnaire()


def timed(make_answers, seconds, **more):
    rows = [
        {"roi_id": f"r{i}", "active_s": s, "answered_at": f"2026-01-05T09:{i:02d}:00Z", **more}
        for i, s in enumerate(seconds)
    ]
    return select_answers(make_answers(rows[::-1]), PAPER, "set")


def test_quarters_follow_the_order_of_answering(make_answers):
    table = time_table(timed(make_answers, [40, 30, 20, 10] * 2), 5)
    quarters = table[table["part"] == "quarter"].set_index("value")["median_s"]
    assert quarters.tolist() == [35, 15, 35, 15]
    whole = table[table["part"] == "all"].iloc[0]
    assert (whole["median_s"], whole["n"]) == (25, 8)


def test_a_rater_who_gets_faster_has_a_trend_below_zero(make_answers):
    seconds = [50, 40, 45, 30, 35, 20, 25, 10, 15, 5]
    row = trend_table(timed(make_answers, seconds)).set_index("variable").loc["position"]
    assert row["spearman"] == pytest.approx(spearmanr(seconds, range(10)).statistic)
    assert -1 < row["low"] < row["spearman"] < row["high"] < 0


def test_what_has_no_trend_says_why(make_answers):
    table = trend_table(timed(make_answers, [5.0] * 6)).set_index("variable")
    assert set(table["not_available"]) == {"all times or all values are equal"}
    assert (
        trend_table(timed(make_answers, [1, 2]))["not_available"].tolist()
        == ["needs 5 answers"] * 3
    )


def test_the_interval_of_a_median_covers_it_often_enough():
    rng = np.random.default_rng(0)
    ends = [median_interval(rng.exponential(size=15), 0.95) for _ in range(600)]
    inside = np.mean([low <= np.log(2) <= high for low, high in ends])
    assert inside > 0.93
    assert median_interval([1, 2, 3], 0.95) is None


def test_reasons_are_counted_as_sets_in_the_order_of_the_questionnaire(make_answers):
    reasons = [
        ("Low image quality", "Small lesion size"),
        ("Small lesion size", "Low image quality"),
        ("None",),
        ("Other: sulcus",),
    ]
    selection = select_answers(make_answers([{"reasons": r} for r in reasons]), PAPER, "set")
    table = reason_set_table(selection, PAPER)
    whole = table[table["group"] == "all"]
    assert dict(zip(whole["reasons"], whole["n"], strict=True)) == {
        ("Small lesion size", "Low image quality"): 2,
        ("None",): 1,
        ("Other",): 1,
    }
    assert whole["share"].sum() == 1


def test_a_reason_that_goes_with_low_confidence_has_a_delta_below_zero(make_answers):
    rows = [
        {"roi_id": f"r{i}", "confidence": level, "reasons": (reason,)}
        for i, (level, reason) in enumerate(
            [(1, "Small lesion size"), (3, "Small lesion size"), (2, "None"), (5, "None")]
        )
    ]
    table = reason_confidence_table(select_answers(make_answers(rows), PAPER, "set"), PAPER)
    small = table.set_index("reason").loc["Small lesion size"]
    assert (small["mean_with"], small["mean_without"], small["cliffs_delta"]) == (2, 3.5, -0.5)
    assert small["level_counts"] == ("1", "0", "1", "0", "0")
    other = table.set_index("reason").loc["Other"]
    assert (other["not_available"], other["n_with"]) == ("no answer gives it", 0)
    assert pd.isna(other["mean_with"])
