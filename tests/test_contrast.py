"""The tokens of both themes reach the contrast of WCAG 2.2 AA."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[1] / "static" / "css" / "tokens.css").read_text("utf-8")
#: Text on a ground: at least 4.5:1 (1.4.3).
TEXTS = [
    *((ink, ground) for ink in ("text", "dim", "accent", "saved", "attention", "danger")
      for ground in ("background", "panel", "panel-raised", "field", "band")),
    ("text", "panel-hover"), ("text", "accent-soft"), ("text", "attention-soft"),
    ("attention", "attention-soft"), ("on-accent", "accent"), ("accent-hover", "panel"),
    ("dim", "panel-hover"), ("dim", "accent-soft"),
]  # fmt: skip
#: Edges of controls and marks beside their ground: at least 3:1 (1.4.11).
EDGES = [
    *(("line-strong", ground) for ground in ("panel", "panel-raised", "field", "background")),
    *(("accent", ground) for ground in ("panel", "background", "accent-soft")),
]
#: White letters on solid buttons.
SOLID = ("accent-solid", "accent-solid-hover", "danger-solid", "danger-solid-hover")


def value(name: str, theme: str) -> str:
    """Give a token's colour in one theme."""
    found = re.findall(rf"--{name}: ([^;]+);", TOKENS)[0]
    pair = re.match(r"light-dark\((#\w+), (#\w+)\)", found)
    return str(pair[1 if theme == "light" else 2]) if pair else str(found)


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_reaches_four_and_a_half(theme):
    ratios = {pair: contrast(*(value(name, theme) for name in pair)) for pair in TEXTS}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}
    for name in SOLID:
        assert contrast("#ffffff", value(name, theme)) >= 4.5, name


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_edges_of_controls_reach_three(theme):
    ratios = {pair: contrast(*(value(name, theme) for name in pair)) for pair in EDGES}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 3} == {}
