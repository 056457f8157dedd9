"""Turn the fields of a table into text and back, and describe its columns.

Apart from `lesions.tsv` because it needs no pandas: a command that writes a plain table starts
without it.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lesions.columns import LIST_SEPARATOR, Column, Format

MISSING = "n/a"
#: Subjects of phantoms bear this; it marks a table as synthetic even without its dictionary.
SYNTHETIC_PREFIX = "sub-synth"
#: How numbers are written. Python reads more: spaces around them, `1_000`, other scripts' digits.
_NUMBERS = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "number": re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"),
}


class TableError(ValueError):
    """A table breaks its format; the message names the file, the row and the column."""


def describe(
    fmt: Format, header: Sequence[str], provenance: Mapping[str, Any], *, synthetic: bool
) -> dict[str, Any]:
    """Give the data dictionary of a table (BIDS "Tabular files": Description, Units, Levels)."""
    out: dict[str, Any] = {"Description": fmt.description, "Synthetic": synthetic}
    if synthetic:
        out["Notice"] = "SYNTHETIC: made from phantoms, not from patients."
    out["Provenance"] = dict(provenance)
    for name in header:
        column = fmt.by_name[name]
        entry: dict[str, Any] = {"Description": column.description}
        if column.units:
            entry["Units"] = column.units
        if column.kind == "list":
            entry["Delimiter"] = LIST_SEPARATOR
        if column.levels:
            entry["Levels"] = dict(column.levels)
        out[name] = entry
    return out


def parse_field(column: Column, text: str) -> Any:
    """Turn the text of one field into its value.

    >>> from lesions.formats import LESIONS
    >>> parse_field(LESIONS.by_name["volume_mm3"], "12,5")
    Traceback (most recent call last):
    lesions.fields.TableError: volume_mm3 must be a number above 0, not "12,5" (decimal comma?)
    """
    if text == MISSING:
        if column.nullable:
            return math.nan if column.kind in ("integer", "number") else None
        raise TableError(f"{column.name} must be {_expected(column)}, not n/a")
    if text == "":
        raise TableError(f"{column.name} is empty; expected {_expected(column)} (missing is n/a)")
    if column.kind in ("integer", "number"):
        return _parse_number(column, text)
    if column.kind == "list":
        return tuple(text.split(LIST_SEPARATOR))
    if column.levels is not None and text not in column.levels:
        raise TableError(f'{column.name} must be {_expected(column)}, not "{text}"')
    if not column.free and (text != text.strip() or "\0" in text):
        raise TableError(f"{column.name} must be text without outer spaces, not {text!r}")
    return text


def format_field(column: Column, value: Any) -> str:
    """Turn a value into the text of its field: the inverse of `parse_field`.

    Numbers are written with the fewest digits that read back as the same double.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if type(value).__name__ == "NAType":  # pandas.NA, known by name: this module has no pandas
        return MISSING
    if column.kind == "list":
        items = [str(item) for item in value]
        bad = [item for item in items if LIST_SEPARATOR in item]
        if bad:
            raise TableError(f'{column.name}: "{bad[0]}" holds the separator {LIST_SEPARATOR}')
        return LIST_SEPARATOR.join(items) if items else MISSING
    if column.kind == "integer":
        return str(int(value))
    if column.kind == "number":
        return repr(float(value)).removesuffix(".0")
    return str(value)


def encode_row(texts: Iterable[str]) -> str:
    r"""Give one line of a table; what holds a tab, a quote or a line break is quoted (RFC 4180).

    Not csv.writer: before Python 3.13 it leaves a lone carriage return bare, which then reads back
    as the end of the row.

    >>> encode_row(["a", "b\rc"])
    'a\t"b\rc"\n'
    """
    return "\t".join(map(_quote, texts)) + "\n"


def _quote(text: str) -> str:
    if any(character in text for character in '\t\r\n"'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _parse_number(column: Column, text: str) -> int | float:
    if not _NUMBERS[column.kind].fullmatch(text):
        hint = " (decimal comma?)" if text.count(",") == 1 else ""
        raise TableError(f'{column.name} must be {_expected(column)}, not "{text}"{hint}')
    value: int | float = int(text) if column.kind == "integer" else float(text)
    low = column.minimum is not None and value < column.minimum
    if low or (column.above is not None and value <= column.above) or not math.isfinite(value):
        raise TableError(f'{column.name} must be {_expected(column)}, not "{text}"')
    return value


def _expected(column: Column) -> str:
    if column.levels is not None:
        return "one of " + ", ".join(column.levels)
    noun = {"integer": "a whole number", "number": "a number"}.get(column.kind, "text")
    if column.above is not None:
        return f"{noun} above {column.above:g}"
    return noun if column.minimum is None else f"{noun} of at least {column.minimum:g}"
