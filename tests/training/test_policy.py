"""The rule that turns answers into changes of labels."""

import pytest

from lesions.questionnaire import QuestionnaireError, paper_questionnaire
from training.policy import decide_both_raters, find_verdict

CL, DEEP, VESSEL = "Leukocortical MS lesion", "Deep white matter MS lesion", "Vessel"


def decide(group, *, raters=("anna", "ben"), **answers):
    return decide_both_raters(group, raters, answers, paper_questionnaire())


@pytest.mark.parametrize(
    ("group", "anna", "ben", "change"),
    [
        ("FPL_MS", [CL], ["Intracortical MS lesion"], "added"),
        ("FPL_mimic", [CL], [CL], "added"),
        ("FPL_MS", [CL], [DEEP], "kept"),
        ("FPL_MS", [CL], [CL, DEEP], "kept"),
        ("FPL_MS", [VESSEL], [VESSEL], "kept"),
        ("FNL", [VESSEL], ["Vascular lesion"], "removed"),
        ("FNL", ["Other: sulcus"], [VESSEL], "removed"),
        ("FNL", [VESSEL], [CL], "kept"),
        ("FNL", [DEEP], [DEEP], "kept"),
        ("FNL", ["Unknown"], ["Unknown"], "kept"),
        ("FNL", [VESSEL, "Unknown"], [VESSEL], "kept"),
        ("FNL", [CL, VESSEL], [VESSEL], "kept"),
        ("FNL", [VESSEL, DEEP], [VESSEL, DEEP], "kept"),
        ("FPL_MS", [CL, VESSEL], [CL], "kept"),
        ("FPL_MS", [CL, "Intracortical MS lesion"], [CL], "added"),
        ("TPL", [VESSEL], [VESSEL], "kept"),
        ("TPL", [CL], [CL], "kept"),
    ],
)
def test_labels_change_only_where_all_raters_say_the_same(group, anna, ben, change):
    assert decide(group, anna=anna, ben=ben).change == change


def test_a_third_rater_has_a_say_too():
    raters = ("anna", "ben", "cleo")
    agreed = decide("FPL_MS", raters=raters, anna=[CL], ben=[CL], cleo=[CL])
    outvoted = decide("FPL_MS", raters=raters, anna=[CL], ben=[CL], cleo=[VESSEL])
    assert (agreed.change, outvoted.change) == ("added", "kept")


def test_one_rater_alone_changes_nothing():
    decision = decide("FPL_MS", raters=("anna",), anna=[CL])
    assert decision.change == "kept"
    assert "at least 2 raters are needed" in decision.why


def test_a_missing_answer_changes_nothing_and_is_named():
    decision = decide("FNL", anna=[VESSEL])
    assert decision.change == "kept"
    assert decision.why == ("an answer is missing; anna: no MS lesion (Vessel); ben: no answer")


def test_the_why_holds_each_verdict_and_its_classes():
    decision = decide("FPL_MS", anna=[CL, "Intracortical MS lesion"], ben=[DEEP])
    assert decision.why == (
        "not all say cortical lesion; anna: cortical lesion (Leukocortical MS lesion|Intracortical "
        "MS lesion); ben: white matter lesion (Deep white matter MS lesion)"
    )


def test_a_study_without_any_answer_keeps_all():
    assert decide("FPL_MS", raters=()).change == "kept"


def test_an_unknown_class_is_refused_by_name():
    with pytest.raises(QuestionnaireError, match=r"Tumour"):
        find_verdict(["Tumour"], paper_questionnaire())
