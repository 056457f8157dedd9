"""Parts that the sections of the report share."""

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

from analysis.contents import Report
from analysis.page.markup import MISSING, number, percent, table

Row = dict[Any, Any]


def section(name: str, title: str, body: str) -> str:
    """Give a section of the page with its heading."""
    return (
        f'<section class="report-section" id="report-{name}"><h2>{escape(title)}</h2>\n'
        f"{body}</section>\n"
    )


def table_with_reasons(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[str]], *, n_row_heads: int
) -> str:
    """Give a table and, below it, why numbers are missing: the last field of each row."""
    lacking: dict[str, list[str]] = {}
    for row in rows:
        if row[-1]:
            lacking.setdefault(row[-1], []).append(", ".join(row[:n_row_heads]))
    items = "".join(
        f"<li>{why} ({'all rows' if len(names) == len(rows) else '; '.join(names)})</li>\n"
        for why, names in lacking.items()
    )
    notes = f'<p class="report-note">Not available:</p><ul class="report-note">{items}</ul>\n'
    body = table(caption, header, [row[:-1] for row in rows], n_row_heads=n_row_heads)
    return body + (notes if items else "")


def share_cell(row: Row) -> str:
    """Show a share, its count and its intervals."""
    if not row["n_answers"]:
        return f'<span class="report-missing">{MISSING}: {escape(row["not_available"])}</span>'
    intervals = [(row["low"], row["high"]), (row["patient_low"], row["patient_high"])]
    lines = [
        f'<span class="report-interval">{percent(low)}–{percent(high)}</span>'
        for low, high in intervals
        if not pd.isna(low)
    ]
    return f"<b>{percent(row['share'])}</b> {of(row['n'], row['n_answers'])}{''.join(lines)}"


def of(n: int, n_all: int) -> str:
    """Show a count among all."""
    return f"{number(n, 0)}/{number(n_all, 0)}"


def by_group(frame: pd.DataFrame, order: Sequence[str]) -> list[Row]:
    """Give the rows by group, in the order given; within one as they are."""
    place = {group: i for i, group in enumerate(order)}
    return sorted(records(frame), key=lambda row: place[row["group"]])


def records(frame: pd.DataFrame) -> list[Row]:
    """Give the rows of a table."""
    return frame.to_dict("records")


def rater_cell(report: Report, row: Row) -> str:
    """Name the rater of a row."""
    return escape(report.rater_name(row["rater"]))


def why(row: Row) -> str:
    """Say why numbers of a row are missing; empty where none is."""
    return "" if pd.isna(row["not_available"]) else escape(row["not_available"])
