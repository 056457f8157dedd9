"""Numbers and tables as safe HTML: everything that comes from data is escaped.

A number stands in `<data value="…">` with all its digits, so that a program finds each number of
the page in results.json.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from analysis.page.wording import (
    MISSING,
    is_missing,
    number_text,
    p_text,
    percent_text,
    significant_text,
)

__all__ = ["MISSING", "general", "number", "p_value", "percent", "shown", "table", "words"]


def shown(value: Any, text: str) -> str:
    """Give the text of a number with the number itself behind it.

    >>> shown(0.5, "50 %")
    '<data value="0.5">50 %</data>'
    """
    if is_missing(value):
        return escape(text)
    whole = float(value).is_integer() and abs(value) < 1e15
    return f'<data value="{int(value) if whole else float(value)!r}">{escape(text)}</data>'


def number(value: Any, digits: int = 2) -> str:
    """Show a number with fixed digits."""
    return shown(value, number_text(value, digits))


def p_value(value: Any) -> str:
    """Show a p-value."""
    return shown(value, p_text(value))


def percent(value: Any) -> str:
    """Show a share in per cent."""
    return shown(value, percent_text(value))


def general(value: Any) -> str:
    """Show a number with four significant digits."""
    return shown(value, significant_text(value))


def words(text: str) -> str:
    """Show text; digits alone are a number, and the answer None is quoted.

    >>> words("None")
    '“None”'
    """
    if text == "None":
        return "“None”"
    return shown(int(text), text) if text.isdecimal() else escape(text)


def table(
    caption: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    n_row_heads: int = 1,
    text_columns: Sequence[int] = (),
) -> str:
    """Give a table in a box that scrolls sideways; cells are HTML already, the rest is escaped.

    `n_row_heads` first columns name the row; `text_columns` are aligned to the left.
    """
    left = {*range(n_row_heads), *text_columns}
    head = "".join(
        f'<th scope="col"{_class(i, left)}>{escape(name)}</th>' for i, name in enumerate(header)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row"{_class(i, left)}>{cell}</th>'
            if i < n_row_heads
            else f"<td{_class(i, left)}>{cell}</td>"
            for i, cell in enumerate(row)
        )
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<div class="report-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="report-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>\n"
    )


def _class(index: int, left: set[int]) -> str:
    return ' class="report-text"' if index in left else ' class="report-number"'
