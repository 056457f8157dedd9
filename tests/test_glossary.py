"""docs/glossary.md stays a list that can be searched by eye."""

import re
from pathlib import Path

GLOSSARY = Path(__file__).resolve().parents[1] / "docs" / "glossary.md"
ROW = re.compile(r"^\| (?!word |---)(?P<word>[^|]+) \| (?P<meaning>[^|]+) \|$", re.MULTILINE)


def rows():
    """Give (word, meaning) of each row."""
    return [(row["word"], row["meaning"]) for row in ROW.finditer(GLOSSARY.read_text("utf-8"))]


def test_words_are_in_alphabetical_order_and_stand_once():
    words = [word.lower() for word, _ in rows()]
    assert len(words) > 50
    assert words == sorted(set(words))


def test_outcomes_groups_and_families_are_there():
    text = " ".join(word + " " + meaning for word, meaning in rows())
    for word in ("TPL", "FPL", "FNL", "FPL_MS", "FPL_mimic", "CL", "WML", "UNCLEAR", "OTHER"):
        assert word in text
