"""The end of the report: every table in full, so that no number of results.json is out of sight."""

from html import escape
from typing import Any

import pandas as pd

from analysis.contents import Report
from analysis.page.markup import MISSING, general, p_value, table, words
from analysis.page.wording import is_missing
from analysis.tables.formats import REPORT_FORMATS
from lesions.columns import Column


def tables_section(report: Report) -> str:
    """Show every table with all its columns, one fold a table."""
    folds = "".join(_fold(name, frame) for name, frame in report.tables.items())
    return (
        '<section class="report-section" id="report-tables"><h2>All tables</h2>\n'
        "<p>Every number of results.json, under its name there. Hold the pointer over a number, or "
        "read the page’s source, for all its digits.</p>\n"
        f"{folds}</section>\n"
    )


def _fold(name: str, frame: pd.DataFrame) -> str:
    fmt = REPORT_FORMATS[name]
    columns = [column for column in fmt.columns if column.name in frame.columns]
    rows = [[_cell(row[c.name], c) for c in columns] for row in frame.to_dict("records")]
    text = [i for i, column in enumerate(columns) if column.kind not in ("integer", "number")]
    body = table(fmt.description, [c.name for c in columns], rows, n_row_heads=0, text_columns=text)
    return f"<details><summary>{escape(name)}</summary>\n{body}</details>\n"


def _cell(value: Any, column: Column) -> str:
    if is_missing(value):
        return MISSING
    if column.kind == "list":
        return " › ".join(words(str(item)) for item in value)
    if column.kind in ("integer", "number"):
        return p_value(value) if column.name.startswith(("p_", "q_")) else general(value)
    return words(str(value))
