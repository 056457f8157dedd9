"""The report's tables are described."""

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.tables.design import DESIGN_FORMATS
from analysis.tables.formats import REPORT_FORMATS, as_table

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"


def described_columns(title):
    """Give the columns that a part of docs/formats.md describes, per table."""
    section = DOCS.read_text("utf-8").partition(f"## Tables of the {title}\n")[2]
    section = section.partition("\n## ")[0]
    parts = re.split(r"^### (.+)$", section, flags=re.M)[1:]
    return {
        name: re.findall(r"^\| `(\w+)` \|", text, flags=re.M)
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.mark.parametrize(
    ("title", "formats"), [("report", REPORT_FORMATS), ("design", DESIGN_FORMATS)]
)
def test_docs_describe_every_table_and_column_in_order(title, formats):
    expected = {fmt.filename: list(fmt.by_name) for fmt in formats.values()}
    assert described_columns(title) == expected


@pytest.mark.parametrize("fmt", REPORT_FORMATS.values(), ids=REPORT_FORMATS)
def test_every_column_says_what_it_holds_and_keys_are_columns(fmt):
    assert all(column.description for column in fmt.columns)
    assert set(fmt.key) <= set(fmt.by_name)


def test_what_a_row_leaves_out_is_missing_and_counts_stay_whole():
    fmt = REPORT_FORMATS["confidence"]
    table = as_table([{"rater": "a", "group": "TPL", "n": 3}], fmt)
    assert table["n"].dtype == "int64"
    assert pd.isna(table.loc[0, "mean"])
    assert as_table([], fmt).columns.tolist() == list(fmt.by_name)
