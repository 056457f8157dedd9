"""Read and write the tables that pass between stages: TSV with a JSON data dictionary beside it.

Tab-separated UTF-8 with one header line; `n/a` is the only missing value (BIDS 1.10, "Tabular
files"). A field that holds a tab, a quote or a line break is quoted as in RFC 4180.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from lesions.atomic import write_atomically
from lesions.columns import Format
from lesions.fields import (
    MISSING,
    SYNTHETIC_PREFIX,
    TableError,
    describe,
    encode_row,
    format_field,
    parse_field,
)

__all__ = [
    "MISSING",
    "SYNTHETIC_PREFIX",
    "TableError",
    "describe",
    "format_field",
    "parse_field",
    "read_table",
    "write_table",
]


def read_table(path: Path | str, fmt: Format) -> pd.DataFrame:
    """Read a table and check every field against its format.

    Parameters
    ----------
    path : path of a .tsv file
    fmt : Format
        The columns that it must and may have.

    Returns
    -------
    DataFrame
        Columns in the format's order; text as str, lists as tuples of str, integers as int64 and
        numbers as float64; what is `n/a` is None in text, paths and lists, NaN in numbers. An
        absent optional column is not added. A table without rows gives an empty frame.
        `attrs["synthetic"]` says whether its dictionary or its subjects say "synthetic", and
        `attrs["provenance"]` holds what the dictionary says of its making.

    Raises
    ------
    TableError
        The file can't be read, a column is unknown, missing or twice there, a field is not of its
        kind, or two rows have the same key.
    """
    path = Path(path)
    header, rows = _read_rows(path)
    _check_header(path, fmt, header)
    fields: dict[str, list[Any]] = {name: [] for name in header}
    for line, row in rows:
        if len(row) != len(header):
            raise TableError(
                f"{path} row {line}: expected {len(header)} fields, one a column, came {len(row)}"
            )
        for name, text in zip(header, row, strict=True):
            try:
                fields[name].append(parse_field(fmt.by_name[name], text))
            except TableError as error:
                raise TableError(f"{path} row {line}: {error}") from None
    _check_key(path, fmt, fields, [line for line, _ in rows])
    frame = _as_frame(fmt, fields)
    dictionary = _read_dictionary(path)
    participants = [str(p) for p in fields.get("participant_id", [])]
    frame.attrs["synthetic"] = bool(dictionary.get("Synthetic")) or any(
        p.startswith(SYNTHETIC_PREFIX) for p in participants
    )
    frame.attrs["provenance"] = dictionary.get("Provenance", {})
    return frame


def write_table(
    frame: pd.DataFrame,
    path: Path | str,
    fmt: Format,
    provenance: Mapping[str, Any] | None = None,
    *,
    synthetic: bool | None = None,
) -> None:
    """Write a table and, beside it, its data dictionary; each file appears whole or not at all.

    Parameters
    ----------
    frame : DataFrame
        As `read_table` gives it; columns that the format doesn't know are an error, absent
        optional ones are left out.
    path : path ending in .tsv
        The dictionary gets the same name with .json.
    provenance : mapping, optional
        How the table was made (command, seed, input files …), kept in the dictionary.
    synthetic : bool, optional
        Whether the data are phantoms; `frame.attrs["synthetic"]` where not given.

    Raises
    ------
    TableError
        The name doesn't end in .tsv, a column is unknown or missing, or a field is not of its kind.
    OutputError
        The table can't be written there.
    """
    path = Path(path)
    if path.suffix != ".tsv":
        raise TableError(f"{path}: expected a table's name, which ends in .tsv")
    header = [str(name) for name in frame.columns]
    _check_header(path, fmt, header)
    header = [column.name for column in fmt.columns if column.name in header]
    rows: list[list[str]] = []
    for line, values in enumerate(frame[header].itertuples(index=False, name=None), start=2):
        texts = [format_field(fmt.by_name[n], v) for n, v in zip(header, values, strict=True)]
        for name, text in zip(header, texts, strict=True):
            try:
                parse_field(fmt.by_name[name], text)
            except TableError as error:
                raise TableError(f"{path} row {line}: {error}") from None
        rows.append(texts)
    if synthetic is None:
        synthetic = bool(frame.attrs.get("synthetic", False))
    with (
        write_atomically(path) as temporary,
        temporary.open("w", newline="", encoding="utf-8") as f,
    ):
        f.writelines(map(encode_row, [header, *rows]))
    dictionary = describe(fmt, header, provenance or {}, synthetic=synthetic)
    with write_atomically(path.with_suffix(".json")) as temporary:
        temporary.write_text(json.dumps(dictionary, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _read_rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as f:
            reader = csv.reader(f, delimiter="\t", strict=True)
            rows = [(reader.line_num, row) for row in reader if row]
    except OSError as error:
        raise TableError(f"{path}: expected a table, but {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path}: expected tab-separated UTF-8 text, but {error}") from None
    if not rows:
        raise TableError(f"{path}: expected a header line, came an empty file")
    return rows[0][1], rows[1:]


def _check_header(path: Path, fmt: Format, header: Sequence[str]) -> None:
    unknown = [name for name in header if name not in fmt.by_name]
    missing = [c.name for c in fmt.columns if not c.optional and c.name not in header]
    twice = sorted({name for name in header if list(header).count(name) > 1})
    known = ", ".join(fmt.by_name)
    if unknown:
        raise TableError(f'{path}: unknown column "{unknown[0]}"; {fmt.filename} has {known}')
    if missing:
        raise TableError(f'{path}: no column "{missing[0]}"; {fmt.filename} has {known}')
    if twice:
        raise TableError(f'{path}: column "{twice[0]}" stands there twice')


def _check_key(
    path: Path, fmt: Format, fields: Mapping[str, Sequence[Any]], lines: Sequence[int]
) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for line, key in zip(lines, zip(*(fields[name] for name in fmt.key), strict=True), strict=True):
        if key in seen:
            named = ", ".join(
                f"{name} {format_field(fmt.by_name[name], value)}"
                for name, value in zip(fmt.key, key, strict=True)
            )
            raise TableError(f"{path} row {line}: {named} stands already in row {seen[key]}")
        seen[key] = line


def _as_frame(fmt: Format, fields: Mapping[str, list[Any]]) -> pd.DataFrame:
    series: dict[str, Any] = {}
    for column in fmt.columns:
        if column.name in fields:
            numeric = column.kind in ("integer", "number")
            whole = column.kind == "integer" and not column.nullable
            dtype = ("int64" if whole else "float64") if numeric else "object"
            series[column.name] = pd.Series(fields[column.name], dtype=dtype)
    return pd.DataFrame(series)


def _read_dictionary(path: Path) -> dict[str, Any]:
    path = path.with_suffix(".json")
    if not path.is_file():
        return {}
    try:
        dictionary = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TableError(f"{path}: expected the table's data dictionary in JSON, {error}") from None
    if not isinstance(dictionary, dict):
        raise TableError(f"{path}: expected a JSON object, came {type(dictionary).__name__}")
    return dictionary
