"""H1 and H2: what the raters call the ROIs."""

import pytest

from analysis.answers import select_answers
from analysis.questions.classes import class_table, combination_table, family_table, own_word_table
from lesions.questionnaire import paper_questionnaire

PAPER = paper_questionnaire()


def families_of(answers, rule="set"):
    table = family_table(select_answers(answers, PAPER, rule))
    return table.set_index(["rater", "group", "family"])


@pytest.mark.parametrize(
    ("group", "family", "percent"),
    [
        ("FPL_MS", "MS", (95.4, 88.1)),
        ("FPL_MS", "CL", (26.6, 49.5)),
        ("FPL_MS", "WML", (61.5, 22.0)),
        ("FPL_MS", "UNCLEAR", (7.3, 16.5)),
        ("FPL_mimic", "MS", (83.3, 33.3)),
        ("FNL", "OTHER", (40.8, 62.0)),
    ],
)
def test_the_papers_counts_give_its_percentages(paper_answers, group, family, percent):
    families = families_of(paper_answers)
    shares = [families.loc[(rater, group, family), "share"] for rater in ("rater1", "rater2")]
    assert tuple(round(100 * share, 1) for share in shares) == percent


def test_the_families_sum_to_the_answers_and_ms_is_the_sum_of_its_three(paper_answers):
    n = families_of(paper_answers)["n"].unstack()
    n_answers = families_of(paper_answers)["n_answers"].unstack()["MS"]
    assert (n["CL"] + n["WML"] + n["UNCLEAR"] == n["MS"]).all()
    assert (n["MS"] + n["OTHER"] == n_answers).all()


@pytest.mark.parametrize(
    ("rule", "family"), [("set", "OTHER"), ("primary", "WML"), ("any_ms", "UNCLEAR")]
)
def test_the_rule_decides_what_several_classes_are(make_answers, rule, family):
    classes = ("Juxtacortical MS lesion", "Vessel", "Leukocortical MS lesion")
    families = families_of(make_answers([{"classes": classes}]), rule)
    assert families.loc[("rater1", "TPL", family), "n"] == 1


def test_every_answer_is_in_one_category_of_the_figure(make_answers):
    chosen = [
        ("Vessel",),
        ("Other: sulcus",),
        ("Juxtacortical MS lesion", "Leukocortical MS lesion"),
        ("Juxtacortical MS lesion", "Vessel"),
        ("Vessel", "Unknown"),
    ]
    answers = make_answers([{"classes": classes} for classes in chosen])
    table = class_table(select_answers(answers, PAPER, "set"), PAPER)
    counted = table[table["n"] > 0].set_index("category")["n"].to_dict()
    assert counted == {
        "Vessel": 1,
        "Other": 1,
        "Several MS lesion classes": 1,
        "MS lesion class and another": 1,
        "Several other classes": 1,
    }


def test_combinations_keep_the_order_and_count_custom_words_as_one_class(make_answers):
    chosen = [("Vessel", "Unknown"), ("Unknown", "Vessel"), ("Other: a",), ("Other: b",)]
    selection = select_answers(
        make_answers([{"classes": classes} for classes in chosen]), PAPER, "set"
    )
    table = combination_table(selection, PAPER, "set")
    assert dict(zip(table["classes"], table["n"], strict=True)) == {
        ("Other",): 2,
        ("Unknown", "Vessel"): 1,
        ("Vessel", "Unknown"): 1,
    }
    assert own_word_table(selection)["words"].tolist() == ["a", "b"]


def test_a_group_without_answers_says_so(make_answers):
    row = families_of(make_answers([{"group": "TPL"}])).loc[("rater1", "FNL", "MS")]
    assert row["not_available"] == "no answers"
    assert row[["share", "low", "high"]].isna().all()
