"""What the review does to the metrics."""

import pytest

from analysis.answers import select_answers
from analysis.questions.corrected import corrected_table
from lesions.questionnaire import paper_questionnaire

PAPER = paper_questionnaire()
VERDICTS = {"CL": "Leukocortical MS lesion", "WML": "Juxtacortical MS lesion", "no": "Vessel"}


def study(make_answers, *groups, n_patients=12):
    """Give answers: (group, weight, verdicts of rater 1, verdicts of rater 2) of each group."""
    rows = []
    for group, weight, *raters in groups:
        for k, verdicts in enumerate(raters, start=1):
            rows += [
                {
                    "rater": f"rater{k}",
                    "roi_id": f"{group}{i}",
                    "participant_id": f"sub-{i % n_patients}",
                    "group": group,
                    "classes": (VERDICTS[verdict],),
                    "sampling_weight": weight,
                }
                for i, verdict in enumerate(verdicts)
                if verdict
            ]
    return select_answers(make_answers(rows), PAPER, "set")


def value_of(selection, judge, counts_as, metric, column="corrected"):
    table = corrected_table(selection)
    table = table[(table["judge"] == judge) & (table["counts_as"] == counts_as)]
    return table.set_index("metric").loc[metric, column]


@pytest.fixture
def two_raters(make_answers):
    """Ten TPL of weight 3, ten FPL, five FNL of weight 4."""
    return study(
        make_answers,
        ("TPL", 3.0, ["CL"] * 10, ["CL"] * 10),
        ("FPL_MS", 1.0, ["CL"] * 4 + ["WML"] * 2 + ["no"] * 4, ["CL"] * 2 + ["no"] * 8),
        ("FNL", 4.0, ["CL"] * 3 + ["no"] * 2, ["CL"] * 4 + ["no"]),
        ("FPL_mimic", 1.0, ["CL"] * 6, ["no"] * 6),
    )


@pytest.mark.parametrize(
    ("judge", "counts_as", "tpl", "fpl", "fnl"),
    [
        ("any rater", "MS", 36, 4, 12),
        ("all raters", "MS", 32, 8, 16),
        ("majority", "MS", 32, 8, 16),
        ("any rater", "CL", 34, 6, 12),
    ],
)
def test_the_metrics_are_those_of_the_counts(two_raters, judge, counts_as, tpl, fpl, fnl):
    expected = {
        "precision": tpl / (tpl + fpl),
        "recall": tpl / (tpl + fnl),
        "F1": 2 * tpl / (2 * tpl + fpl + fnl),
    }
    for metric, value in expected.items():
        assert value_of(two_raters, judge, counts_as, metric) == pytest.approx(value)
        plain = {"precision": 30 / 40, "recall": 30 / 50, "F1": 60 / 90}[metric]
        assert value_of(two_raters, judge, counts_as, metric, "plain") == pytest.approx(plain)


def test_lesions_of_mimics_take_no_part(two_raters):
    assert value_of(two_raters, "rater", "MS", "precision", "fpl").tolist() == [10, 10]


def test_an_roi_that_a_rater_left_out_takes_the_share_of_the_others(make_answers):
    selection = study(
        make_answers,
        ("TPL", 1.0, ["CL"] * 10, ["CL"] * 10),
        ("FPL_MS", 1.0, ["CL"] * 10, ["CL"] * 3 + ["no"] * 3 + [None] * 4),
        ("FNL", 1.0, ["CL"] * 5, ["CL"] * 5),
    )
    assert value_of(selection, "rater", "MS", "precision").tolist() == [1, 0.75]


def test_intervals_go_over_patients_and_hold_the_value(two_raters):
    table = corrected_table(two_raters)
    assert (table["plain_low"] <= table["plain"]).all()
    assert (table["corrected"] <= table["corrected_high"]).all()
    assert (table["change_low"] <= table["change_high"]).all()


def test_without_weights_or_groups_it_says_why(make_answers, paper_answers):
    plain = corrected_table(select_answers(paper_answers, PAPER, "set"))
    assert set(plain["not_available"]) == {"the answers have no sampling weights"}
    few = corrected_table(study(make_answers, ("TPL", 1.0, ["CL"]), ("FNL", 1.0, ["CL"])))
    assert set(few["not_available"]) == {"no answers in FPL_MS"}
