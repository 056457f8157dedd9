"""Tables are read as they were written, and refused by file, row and column."""

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lesions.columns import Column, Format
from lesions.formats import ANSWERS, FORMATS, LESIONS, MATCHES
from lesions.tsv import TableError, format_field, parse_field, read_table, write_table

TINY = Format(
    "tiny.tsv",
    "A table for tests.",
    (
        Column("name", "text", "who"),
        Column("mm", "number", "how long", "mm", nullable=True, above=0),
        Column("tags", "list", "words", nullable=True),
        Column("n", "integer", "how many", minimum=0),
        Column("side", "text", "where", levels={"left": "L", "right": "R"}, optional=True),
    ),
    ("name",),
)
HEADER = "name\tmm\ttags\tn\n"


def table(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def frame(**changes: Any) -> pd.DataFrame:
    values = {"name": "a", "mm": 0.1, "tags": ("x", "y"), "n": 3} | changes
    return pd.DataFrame(
        {name: pd.Series([value], dtype="object") for name, value in values.items()}
    )


def test_a_table_reads_back_as_it_was_written(tmp_path: Path) -> None:
    written = pd.concat(
        [
            frame(name='tab\there, "quoted"\nand broken', mm=1 / 3),
            frame(name="None", mm=math.nan, tags=None, n=0),
        ],
        ignore_index=True,
    )
    write_table(written, tmp_path / "t.tsv", TINY, {"Seed": 1}, synthetic=False)
    read = read_table(tmp_path / "t.tsv", TINY)
    assert read["name"].tolist() == written["name"].tolist()
    assert read["mm"][0] == 1 / 3
    assert math.isnan(read["mm"][1])
    assert read["tags"].tolist() == [("x", "y"), None]
    assert read["n"].dtype == "int64"
    assert read.attrs == {"synthetic": False, "provenance": {"Seed": 1}}


@pytest.mark.parametrize(
    "words",
    ["None", "a\rb", "\r", "\r\n", "\n", '"', ' "x" ', "a\u2028b", "a\\", "脳 🧠 ü", "=1+1", "\t"],
)
def test_what_a_rater_wrote_reads_back_to_the_letter(tmp_path: Path, words: str) -> None:
    columns = (Column("name", "text", ""), Column("words", "text", "", nullable=True, free=True))
    fmt = Format("w.tsv", "", columns, ("name",))
    written = pd.DataFrame({"name": ["a", "b"], "words": [words, "next"]})
    write_table(written, tmp_path / "w.tsv", fmt)
    assert read_table(tmp_path / "w.tsv", fmt)["words"].tolist() == [words, "next"]


def test_the_answer_none_is_text() -> None:
    assert parse_field(ANSWERS.by_name["reasons"], "None") == ("None",)


def test_the_dictionary_says_what_the_columns_hold(tmp_path: Path) -> None:
    write_table(frame(), tmp_path / "t.tsv", TINY, synthetic=True)
    dictionary = json.loads((tmp_path / "t.json").read_text("utf-8"))
    assert dictionary["mm"] == {"Description": "how long", "Units": "mm"}
    assert dictionary["tags"]["Delimiter"] == "|"
    assert "side" not in dictionary
    assert dictionary["Notice"].startswith("SYNTHETIC")


def test_phantoms_are_synthetic_even_without_a_dictionary(tmp_path: Path) -> None:
    fmt = Format("p.tsv", "", (Column("participant_id", "text", ""),), ("participant_id",))
    path = table(tmp_path / "p.tsv", "participant_id\nsub-01\nsub-synth01\n")
    assert read_table(path, fmt).attrs["synthetic"]
    assert not read_table(table(path, "participant_id\nsub-01\n"), fmt).attrs["synthetic"]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_table(frame(), tmp_path / f"{name}.tsv", TINY)
    for ending in ("tsv", "json"):
        a, b = ((tmp_path / f"{name}.{ending}").read_bytes() for name in "ab")
        assert a == b


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    read = read_table(table(tmp_path / "t.tsv", HEADER), TINY)
    assert read.empty
    assert list(read.columns) == ["name", "mm", "tags", "n"]


def test_columns_in_another_order_are_read_in_the_formats_order(tmp_path: Path) -> None:
    read = read_table(
        table(tmp_path / "t.tsv", "n\tside\ttags\tmm\tname\n1\tleft\tx\t2\ta\n"), TINY
    )
    assert list(read.columns) == ["name", "mm", "tags", "n", "side"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a header line, came an empty file"),
        ("name\tmm\ttags\n", 'no column "n"'),
        ("name\tmm\ttags\tn\tm\n", 'unknown column "m"; tiny.tsv has name, mm'),
        ("name\tmm\ttags\tn\tn\n", 'column "n" stands there twice'),
        (HEADER + "a\t1\tx\n", "row 2: expected 4 fields, one a column, came 3"),
        (
            HEADER + "a\t1,5\tx\t1\n",
            'row 2: mm must be a number above 0, not "1,5" (decimal comma?)',
        ),
        (HEADER + "a\t0\tx\t1\n", 'row 2: mm must be a number above 0, not "0"'),
        (HEADER + "a\tinf\tx\t1\n", 'row 2: mm must be a number above 0, not "inf"'),
        (HEADER + "a\t1_0\tx\t1\n", 'row 2: mm must be a number above 0, not "1_0"'),
        (HEADER + "a\t1\tx\t 1\n", 'row 2: n must be a whole number of at least 0, not " 1"'),
        (HEADER + "a \t1\tx\t1\n", "row 2: name must be text without outer spaces, not 'a '"),
        (HEADER + "a\t1\tx\t1.5\n", 'row 2: n must be a whole number of at least 0, not "1.5"'),
        (HEADER + "a\t1\tx\tn/a\n", "row 2: n must be a whole number of at least 0, not n/a"),
        (HEADER + "\t1\tx\t1\n", "row 2: name is empty; expected text (missing is n/a)"),
        (HEADER + "a\t1\tx\t1\nb\t1\tx\t1\na\t1\tx\t1\n", "row 4: name a stands already in row 2"),
        (
            HEADER[:-1] + "\tside\na\t1\tx\t1\tup\n",
            'row 2: side must be one of left, right, not "up"',
        ),
    ],
)
def test_a_table_that_breaks_its_format_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = table(tmp_path / "t.tsv", text)
    with pytest.raises(TableError) as refused:
        read_table(path, TINY)
    assert message in str(refused.value)
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_bytes(b"name\xff\n")
    with pytest.raises(TableError, match="expected tab-separated UTF-8 text"):
        read_table(tmp_path / "t.tsv", TINY)


def test_a_broken_dictionary_is_refused(tmp_path: Path) -> None:
    table(tmp_path / "t.json", "[1]")
    with pytest.raises(TableError, match=r"t\.json: expected a JSON object, came list"):
        read_table(table(tmp_path / "t.tsv", HEADER), TINY)


@pytest.mark.parametrize(
    "changes", [{"mm": -1.0}, {"n": None}, {"tags": ("a|b",)}, {"name": ""}, {"extra": 1}]
)
def test_a_field_that_breaks_its_format_is_not_written(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(TableError):
        write_table(frame(**changes), tmp_path / "t.tsv", TINY)
    assert not list(tmp_path.iterdir())


def test_numbers_are_written_with_the_fewest_digits_that_read_back() -> None:
    volume = LESIONS.by_name["volume_mm3"]
    assert [format_field(volume, value) for value in (16.0, 0.1, 1e-7)] == ["16", "0.1", "1e-07"]


def test_every_format_has_a_file_of_its_own() -> None:
    names = [fmt.filename for fmt in FORMATS]
    assert len(set(names)) == len(names)
    assert MATCHES in FORMATS
