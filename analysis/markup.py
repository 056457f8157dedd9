"""Numbers and tables as safe HTML: everything that comes from data is escaped."""

import math
from collections.abc import Sequence
from html import escape
from typing import Any

MISSING = "n/a"
SMALLEST_P = 0.001
# Smaller p-values are shown as below it.


def number(value: Any, digits: int = 2) -> str:
    """Show a number with fixed digits, `n/a` where it is missing; a true minus sign.

    >>> number(-0.157), number(None), number(3, 0)
    ('−0.16', 'n/a', '3')
    """
    if _is_missing(value):
        return MISSING
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def p_value(value: Any) -> str:
    """Show a p-value: two significant digits, three decimals at least, `<0.001` below.

    >>> p_value(0.00049), p_value(0.0015), p_value(0.5), p_value(None)
    ('<0.001', '0.0015', '0.500', 'n/a')
    """
    if _is_missing(value):
        return MISSING
    if value < SMALLEST_P:
        return f"<{SMALLEST_P}"
    return f"{value:.4f}" if value < 10 * SMALLEST_P else f"{value:.3f}"


def percent(value: Any) -> str:
    """Show a share in per cent.

    >>> percent(104 / 109)
    '95.4'
    """
    return MISSING if _is_missing(value) else f"{100 * value:.1f}"


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


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
