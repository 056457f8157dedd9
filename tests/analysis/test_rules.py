"""H1 and H2 by every rule, and classes that changed."""

from analysis.answers import select_answers
from analysis.questions.rules import changed_table, rule_table
from lesions.questionnaire import paper_questionnaire

PAPER = paper_questionnaire()
CLASSES = ("Vessel", "Leukocortical MS lesion")


def test_each_rule_counts_a_mixed_answer_its_way(make_answers):
    selection = select_answers(make_answers([{"classes": CLASSES}]), PAPER, "set")
    table = rule_table(selection, PAPER).set_index(["group", "rule"])
    n = {rule: table.loc[("TPL", rule), "n"] for rule in ("set", "primary", "any_ms")}
    assert n == {"set": 0, "primary": 0, "any_ms": 1}


def test_the_rules_agree_on_single_classes_and_give_the_papers_counts(paper_answers):
    table = rule_table(select_answers(paper_answers, PAPER, "set"), PAPER)
    h1 = table[(table["group"] == "FPL_MS") & (table["rater"] == "rater1")]
    assert h1["n"].tolist() == [104, 104, 104]


def test_a_changed_class_is_counted_once_a_change_and_other_changes_are_not(make_answers):
    rows = [
        {"roi_id": "a", "revision": 1, "classes": ("Vessel",)},
        {"roi_id": "a", "revision": 2, "classes": CLASSES},
        {"roi_id": "a", "revision": 3, "classes": CLASSES, "confidence": 1},
        {"roi_id": "b", "revision": 1, "classes": ("Other: sulcus",)},
        {"roi_id": "b", "revision": 2, "classes": ("Other: a sulcus",)},
    ]
    rows = [row | {"participant_id": "sub-1"} for row in rows]
    table = changed_table(select_answers(make_answers(rows), PAPER, "any_ms"), PAPER, "any_ms")
    (row,) = table.to_dict("records")
    assert (row["classes_before"], row["classes_after"], row["n"]) == (("Vessel",), CLASSES, 1)
    assert (row["family_before"], row["family_after"]) == ("OTHER", "CL")
