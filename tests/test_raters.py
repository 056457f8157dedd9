"""docs/raters.md explains every answer and every key that the review page has."""

import re
from pathlib import Path

import pytest

from lesions.questionnaire import paper_questionnaire
from reviewapp.key_profiles import KEY_PROFILES
from tests.key_card import card

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "raters.md").read_text("utf-8")
QUESTIONNAIRE = paper_questionnaire()


def first_cells(heading):
    """Give the first cell of each row of the tables below a heading."""
    part = TEXT.split(f"## {heading}")[1].split("\n## ")[0]
    return re.findall(r"^\| (?!---)([^|]+?) \|", part, re.MULTILINE)[1:]


def test_each_class_says_where_it_lies_and_how_it_looks():
    assert first_cells("Question 1: what is it?") == [o.name for o in QUESTIONNAIRE.classes]


def test_each_level_of_confidence_is_explained():
    levels = [f"{i} {name}" for i, name in enumerate(QUESTIONNAIRE.confidence_levels, start=1)]
    assert first_cells("Question 2: how confident are you?") == levels


def test_each_reason_is_explained():
    reasons = [option.name for option in QUESTIONNAIRE.reasons]
    assert first_cells("Question 3: what lowers your confidence?") == reasons


@pytest.mark.parametrize(
    "group", ["FPL", "FNL", "TPL", "false positive", "false-positive", "mimic"]
)
def test_raters_read_nothing_of_groups(group):
    assert group not in TEXT


def test_the_card_of_keys_is_printed_line_by_line():
    part = TEXT.split("## The keys")[1].split("\n## ")[0]
    rows = [tuple(line[2:-2].split(" | ")) for line in part.splitlines() if line.startswith("| ")]
    printed = [row for row in rows if row[0] not in ("does", "---", "with")]
    pointer = [(one["device"], one["how"], one["text"]) for one in KEY_PROFILES["pointer"]]
    assert printed == [row for group in KEY_PROFILES["groups"] for row in card(group)] + pointer
