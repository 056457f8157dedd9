"""The paper's questions, which answers they take, and how classes collapse."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from lesions.questionnaire import (
    CollapseRule,
    QuestionnaireError,
    paper_questionnaire,
    parse_questionnaire,
    read_questionnaire,
)

INTRA, LEUKO = "Intracortical MS lesion", "Leukocortical MS lesion"
UNCLEAR = "Unclear leuko- or juxtacortical MS lesion"
JUXTA, DEEP = "Juxtacortical MS lesion", "Deep white matter MS lesion"
GOOD: dict[str, Any] = {
    "classes": [LEUKO, JUXTA],
    "confidence": 4,
    "reasons": ["None"],
    "needs_correction": False,
    "comment": "",
}


def test_the_questions_are_those_of_table_3() -> None:
    paper = paper_questionnaire()
    assert [option.name for option in paper.classes] == [
        INTRA, LEUKO, UNCLEAR, JUXTA, DEEP, "Vascular lesion", "Vessel", "Other", "Unknown",
    ]  # fmt: skip
    assert paper.confidence_levels == ("Not at all", "Slightly", "Moderately", "Very", "Extremely")
    assert [option.name for option in paper.reasons if option.exclusive] == ["None"]
    assert len(paper.reasons) == 7


@pytest.mark.parametrize(
    ("classes", "by_set", "primary", "any_ms"),
    [
        ([INTRA], "CL", "CL", "CL"),
        ([INTRA, LEUKO], "CL", "CL", "CL"),
        ([JUXTA, DEEP], "WML", "WML", "WML"),
        ([UNCLEAR], "UNCLEAR", "UNCLEAR", "UNCLEAR"),
        ([JUXTA, LEUKO], "UNCLEAR", "WML", "UNCLEAR"),
        ([LEUKO, UNCLEAR], "UNCLEAR", "CL", "UNCLEAR"),
        ([LEUKO, "Vessel"], "OTHER", "CL", "CL"),
        (["Vessel", JUXTA, LEUKO], "OTHER", "OTHER", "UNCLEAR"),
        (["Vessel"], "OTHER", "OTHER", "OTHER"),
        (["Unknown", DEEP], "OTHER", "OTHER", "WML"),
        (["Other: sulcus"], "OTHER", "OTHER", "OTHER"),
    ],
)
def test_classes_collapse_by_the_named_rule(
    classes: list[str], by_set: str, primary: str, any_ms: str
) -> None:
    rules: dict[CollapseRule, str] = {"set": by_set, "primary": primary, "any_ms": any_ms}
    for rule, family in rules.items():
        assert paper_questionnaire().family(classes, rule) == family
    assert paper_questionnaire().family(classes) == by_set


def test_no_class_an_unknown_one_or_an_unknown_rule_has_no_family() -> None:
    with pytest.raises(QuestionnaireError, match="came none"):
        paper_questionnaire().family([])
    with pytest.raises(QuestionnaireError, match='came "Cyst"'):
        paper_questionnaire().family([LEUKO, "Cyst"])
    with pytest.raises(QuestionnaireError, match='any_ms, came "majority"'):
        paper_questionnaire().family([LEUKO], "majority")  # type: ignore[arg-type]


def test_a_full_answer_has_no_error() -> None:
    assert paper_questionnaire().errors(GOOD) == {}
    custom = GOOD | {
        "classes": ["Other: sulcus"],
        "reasons": ["Other: motion", "Low image quality"],
    }
    assert paper_questionnaire().errors(custom) == {}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("classes", [], "at least one class"),
        ("classes", "Vessel", "at least one class"),
        ("classes", [1], "must be text"),
        ("classes", ["Cyst"], '"Cyst" is no class'),
        ("classes", [INTRA, INTRA], "chosen once"),
        ("classes", ["Other"], "Say in words"),
        ("classes", ["Other: "], "Say in words"),
        ("classes", ["Other: a|b"], 'must not hold "|"'),
        ("classes", ["Other: a\tb"], "tabs"),
        ("classes", ["Other: " + "x" * 201], "200 characters"),
        ("classes", ["Vessel: big"], "takes no text"),
        ("confidence", 0, "from 1 to 5"),
        ("confidence", 6, "from 1 to 5"),
        ("confidence", True, "from 1 to 5"),
        ("confidence", None, "from 1 to 5"),
        ("reasons", [], "at least one reason"),
        ("reasons", ["None", "Small lesion size"], "can't stand beside"),
        ("needs_correction", "no", "yes or no"),
        ("needs_correction", None, "yes or no"),
        ("comment", 3, "must be text"),
        ("comment", "x" * 2001, "2000 characters"),
    ],
)
def test_a_broken_rule_is_named_by_its_field(field: str, value: object, words: str) -> None:
    found = paper_questionnaire().errors(GOOD | {field: value})
    assert list(found) == [field]
    assert words in found[field]


def test_an_empty_answer_names_every_question() -> None:
    expected = ["classes", "confidence", "reasons", "needs_correction"]
    assert list(paper_questionnaire().errors({})) == expected


def test_a_questionnaire_reads_back_from_its_own_form(tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    path.write_text(json.dumps(paper_questionnaire().as_dict()))
    assert read_questionnaire(path) == paper_questionnaire()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda q: q.pop("confidence"), "a part is missing"),
        (lambda q: q["classes"].update(options=[]), "classes must have options"),
        (lambda q: q["reasons"]["options"].append({"name": "None"}), "names of their own"),
        (lambda q: q["classes"]["options"][0].update(name="a|b"), 'must not hold "|"'),
        (lambda q: q["classes"]["options"][0].update(family="MS"), "must have a family of CL"),
        (lambda q: q["classes"]["options"][0].update(colour="red"), "of the wrong form"),
    ],
)
def test_a_broken_questionnaire_is_refused_by_file(spoil: Any, words: str) -> None:
    data = copy.deepcopy(paper_questionnaire().as_dict())
    spoil(data)
    with pytest.raises(QuestionnaireError, match=r"^mine\.json: ") as refused:
        parse_questionnaire(data, source="mine.json")
    assert words in str(refused.value)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "q.json").write_text("{")
    with pytest.raises(QuestionnaireError, match=r"q\.json: expected a questionnaire in JSON"):
        read_questionnaire(tmp_path / "q.json")
