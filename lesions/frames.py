"""Turn rows into the kind of table that `lesions.tsv.read_table` gives."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lesions.columns import Format


def frame_of(rows: Sequence[Mapping[str, Any]], fmt: Format, *, synthetic: bool) -> pd.DataFrame:
    """Give a table with a format's columns, in its order and of its kinds.

    Parameters
    ----------
    rows : sequence of mappings
        Column -> value, every column named; None or NaN where missing.
    fmt : Format
    synthetic : bool
        Kept in `attrs`.

    Returns
    -------
    DataFrame
        Text, paths and lists as objects (None where missing), whole numbers as int64, numbers, and
        whole numbers that may be missing, as float64. No rows give an empty table.
    """
    series: dict[str, Any] = {}
    for column in fmt.columns:
        values = [row[column.name] for row in rows]
        dtype = "object"
        if column.kind in ("integer", "number"):
            dtype = "int64" if column.kind == "integer" and not column.nullable else "float64"
        series[column.name] = pd.Series(values, dtype=dtype)
    frame = pd.DataFrame(series)
    frame.attrs["synthetic"] = synthetic
    return frame
