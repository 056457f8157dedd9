"""The tables of agreement."""

import pandas as pd
import pytest

from analysis.answers import select_answers
from analysis.measures.agreement import cohen_kappa, weights_of
from analysis.questions.agreement import agreement_table, confusion_table
from analysis.questions.mcnemar import mcnemar_table
from lesions.questionnaire import paper_questionnaire

PAPER = paper_questionnaire()
KEYS = ["kind", "raters", "group", "question", "coefficient"]


def study(make_answers, *raters, repeats=()):
    """Give answers with the confidence levels of each rater, in order of the ROIs; 0 for none."""
    names = [f"rater{i}" for i in range(1, 1 + len(raters))]
    rows = [
        {"rater": name, "roi_id": f"r{i}", "participant_id": f"sub-{i % 12}", "confidence": level}
        for name, levels in zip(names, raters, strict=True)
        for i, level in enumerate(levels)
        if level
    ]
    rows += [
        {"roi_id": f"r{i}", "participant_id": f"sub-{i % 12}", "confidence": level, "repeat": 1}
        for i, level in enumerate(repeats)
    ]
    return select_answers(make_answers(rows), PAPER, "set")


def table_of(selection):
    return agreement_table(selection, PAPER).set_index(KEYS).sort_index()


def test_kappa_of_confidence_is_that_of_the_pairs(make_answers):
    first, second = [1, 2, 3, 4, 5, 3, 2], [1, 3, 3, 5, 5, 2, 0]
    table = table_of(study(make_answers, first, second))
    pairs = [(a - 1, b - 1) for a, b in zip(first, second, strict=True) if b]
    for weights in ("linear", "quadratic"):
        key = ("all raters", ("rater1", "rater2"), "all", "confidence", f"Cohen kappa, {weights}")
        assert table.loc[key, "value"] == cohen_kappa(pairs, weights_of(weights, 5)).value
        assert table.loc[key, "n_items"] == 6


def test_three_raters_have_no_kappa_together_but_in_pairs(make_answers):
    table = table_of(study(make_answers, [1, 2, 3], [1, 2, 4], [2, 2, 3])).reset_index()
    kappas = table[table["coefficient"].str.startswith("Cohen")]
    assert set(kappas["kind"]) == {"pair"}
    assert set(table.loc[table["kind"] == "pair", "raters"]) == {
        ("rater1", "rater2"),
        ("rater1", "rater3"),
        ("rater2", "rater3"),
    }


def test_repeats_give_the_agreement_of_a_rater_with_the_same_rater(make_answers):
    table = table_of(study(make_answers, [1, 2, 3, 4], repeats=[1, 2, 3, 5]))
    key = ("same rater", ("rater1",), "all", "confidence", "percent")
    assert (table.loc[key, "value"], table.loc[key, "n_items"]) == (0.75, 4)


def test_one_rater_and_no_shared_roi_say_why(make_answers):
    alone = agreement_table(study(make_answers, [1, 2]), PAPER)
    assert set(alone["not_available"]) == {"one rater alone"}
    apart = agreement_table(study(make_answers, [1, 0], [0, 2]), PAPER)
    assert set(apart["not_available"]) == {"no ROI with two answers"}
    assert mcnemar_table(study(make_answers, [1, 2])).empty


def test_full_agreement_has_a_value_and_no_interval(make_answers):
    table = table_of(study(make_answers, [1, 2, 3], [1, 2, 3]))
    row = table.loc[("all raters", ("rater1", "rater2"), "all", "confidence", "Gwet AC1")]
    assert (row["value"], row["not_available"]) == (1, "intervals: no two answers differ")
    assert pd.isna(row["low"])


def test_full_disagreement_has_no_interval_of_width_nothing(make_answers):
    table = table_of(study(make_answers, [1, 2, 3], [2, 3, 4]))
    row = table.loc[("all raters", ("rater1", "rater2"), "all", "confidence", "percent")]
    assert (row["value"], row["error"]) == (0, 0)
    assert "interval: the standard error is 0" in row["not_available"]
    assert row[["low", "high"]].isna().all()


def test_a_share_has_no_interval_below_nothing(make_answers):
    table = table_of(study(make_answers, [1, 2, 3, 4], [1, 3, 4, 5]))
    row = table.loc[("all raters", ("rater1", "rater2"), "all", "confidence", "percent")]
    assert (row["value"], row["low"]) == (0.25, 0)
    assert 0.25 < row["high"] <= 1


def test_ranked_classes_that_share_the_first_agree_in_part(make_answers):
    rows = [
        {"rater": rater, "roi_id": roi, "participant_id": "sub-1", "classes": classes}
        for rater, roi, classes in (
            ("a", "x", ("Vessel", "Unknown")),
            ("b", "x", ("Vessel",)),
            ("a", "y", ("Vessel",)),
            ("b", "y", ("Unknown", "Vascular lesion")),
        )
    ]
    table = table_of(select_answers(make_answers(rows), PAPER, "set"))
    value = table.loc[("all raters", ("a", "b"), "all", "ranked classes", "overlap"), "value"]
    assert value == pytest.approx(0.5)


def test_the_confusion_counts_every_pair_of_answers(paper_answers):
    selection = select_answers(paper_answers, PAPER, "set")
    table = confusion_table(selection, PAPER)
    assert set(table.groupby("question")["n"].sum()) == {226}
    family = table[table["question"] == "family"].set_index(["answer_a", "answer_b"])["n"]
    assert family[("WML", "CL")] == 25


def test_mcnemar_counts_the_papers_raters(paper_answers):
    """Of 18 mimic FPLs rater 1 calls 15 MS lesions, rater 2 calls 6 of the same."""
    table = mcnemar_table(select_answers(paper_answers, PAPER, "set"))
    row = table.set_index(["group", "claim"]).loc[("FPL_mimic", "MS lesion")]
    assert row[["n_both", "n_first", "n_second", "n_neither"]].tolist() == [6, 9, 0, 3]
    assert row["p_mcnemar"] == pytest.approx(2 / 2**9)
    assert row["difference"] == pytest.approx(0.5)
