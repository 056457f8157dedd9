"""docs/formats.md describes every file and column."""

import re
from pathlib import Path

import pytest

from lesions.columns import Column, Format
from lesions.formats import FORMATS

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"


def section(filename: str) -> str:
    """Give what the page says of one table."""
    text = DOCS.read_text("utf-8").partition("## Tables between the stages\n")[2]
    return text.partition(f"\n### {filename}\n")[2].partition("\n### ")[0].partition("\n## ")[0]


def row(column: Column) -> str:
    what = column.description
    what += f" ({column.units})" if column.units else ""
    if column.levels:
        what += "; one of " + ", ".join(f"`{level}`" for level in column.levels)
    what += "; the column may be absent" if column.optional else ""
    what += "; may be `n/a`" if column.nullable else ""
    return f"| `{column.name}` | {column.kind} | {what} |"


def test_the_page_has_these_tables_and_no_others() -> None:
    text = DOCS.read_text("utf-8").partition("## Tables between the stages\n")[2]
    found = re.findall(r"^### (.+)$", text.partition("\n## ")[0], flags=re.M)
    assert found == [fmt.filename for fmt in FORMATS]


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.filename)
def test_every_column_is_described_as_the_code_has_it(fmt: Format) -> None:
    text = section(fmt.filename)
    assert text.startswith(fmt.description)
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows == [row(column) for column in fmt.columns]
    assert "Key: " + ", ".join(f"`{name}`" for name in fmt.key) + "." in text


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.filename)
def test_every_table_says_who_writes_and_reads_it(fmt: Format) -> None:
    assert re.search(r"^Written by: .+\.$", section(fmt.filename), flags=re.M)
    assert re.search(r"^Read by: .+\.$", section(fmt.filename), flags=re.M)


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.filename)
def test_keys_are_columns(fmt: Format) -> None:
    assert set(fmt.key) <= set(fmt.by_name)
    assert len(fmt.by_name) == len(fmt.columns)
