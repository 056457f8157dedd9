"""What a command can't use it refuses: one line that names file and row, and nothing written."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pandas as pd
import pytest

from lesions.__main__ import main
from lesions.formats import LESIONS
from lesions.tsv import write_table

AFFINE = np.diag([1.0, 1, 2, 1])
Break = Callable[[Path], Any]


def save(path: Path, array: Any, affine: Any = AFFINE) -> None:
    nibabel.save(nibabel.Nifti1Image(array, affine), path)


def mask_of(path: Path) -> Path:
    return path.with_name("sub-02_prediction.nii.gz")


def truncate(path: Path) -> None:
    raw = gzip.decompress(mask_of(path).read_bytes())
    mask_of(path).write_bytes(gzip.compress(raw, 1)[:-40])


def edit(old: str, new: str) -> Break:
    return lambda path: path.write_text(path.read_text().replace(old, new))


def shifted() -> Any:
    affine = AFFINE.copy()
    affine[0, 3] = -50
    return affine


MASKS: dict[str, tuple[Break, str]] = {
    "another grid": (lambda p: save(mask_of(p), np.zeros((8, 8, 8), np.uint8), shifted()), "grid"),
    "another shape": (lambda p: save(mask_of(p), np.zeros((8, 8, 9), np.uint8)), "shape"),
    "not binary": (
        lambda p: save(mask_of(p), np.arange(512).reshape(8, 8, 8).astype(np.int16)),
        "must hold 0 and one value above it",
    ),
    "4-D": (lambda p: save(mask_of(p), np.zeros((8, 8, 8, 2), np.uint8)), "3-D"),
    "truncated": (truncate, "truncated"),
    "NaN": (lambda p: save(mask_of(p), np.full((8, 8, 8), np.nan, np.float32)), "came nan"),
}
TABLES: dict[str, tuple[Break, str]] = {
    "missing file": (lambda p: mask_of(p).unlink(), "row 3: prediction_mask must be a file"),
    "no reference": (edit("sub-02_reference.nii.gz", "n/a"), "reference_mask must be a file"),
    "duplicate scan": (edit("sub-02\t", "sub-01\t"), "row 3: participant_id sub-01"),
    "unknown column": (edit("brain_mask", "brian_mask"), 'unknown column "brian_mask"'),
    "missing column": (edit("split", "site"), "column"),
    "wrong level": (edit("\tmimic\t", "\tHC\t"), "row 3: diagnosis must be one of MS, mimic"),
    "decimal comma": (edit("\t3\t", "\t2,9\t"), "(decimal comma?)"),
    "a folder for an image": (
        lambda p: (mask_of(p).unlink(), mask_of(p).mkdir()),
        "row 3: prediction_mask must be a file, but ",
    ),
    "space around a site": (edit("\tA\t", "\t A\t"), "site must be text without outer spaces"),
    "space around a number": (edit("\t3\t", "\t 3\t"), "field_strength_t must be a number above 0"),
    "number as in Python": (edit("\t3\t", "\t1_0\t"), 'above 0, not "1_0"'),
    "trailing tab": (
        lambda p: p.write_text(p.read_text().rstrip() + "\t\n"),
        "row 3: expected 13 fields, one a column, came 14",
    ),
    "empty cohort": (
        lambda p: p.write_text(p.read_text().splitlines()[0] + "\n"),
        "expected at least one scan",
    ),
    "no table": (lambda p: p.unlink(), "expected a table"),
}


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[[list[str], Path], str]:
    """Run a command that must refuse; give its one line, and check that nothing was written."""

    def run(argv: list[str], folder: Path) -> str:
        before = sorted(folder.rglob("*"))
        assert main(argv) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        # On a slow machine the progress bar has shown itself before.
        *earlier, line = captured.err.splitlines()
        assert not [text for text in earlier if "error" in text]
        assert line.startswith("error: ")
        assert sorted(folder.rglob("*")) == before
        return line

    return run


@pytest.mark.parametrize("command", ["table", "metrics"])
@pytest.mark.parametrize("case", MASKS)
def test_a_bad_mask_is_refused_with_its_scan_and_row(
    cohort_path: Path, refused: Callable[[list[str], Path], str], case: str, command: str
) -> None:
    spoil, words = MASKS[case]
    spoil(cohort_path)
    line = refused(
        [command, str(cohort_path), "--out", str(cohort_path.with_name("out.tsv"))],
        cohort_path.parent,
    )
    assert "row 3 (sub-02_acq-MP2RAGE)" in line
    assert "sub-02_prediction.nii.gz" in line
    assert words in line


@pytest.mark.parametrize("command", ["table", "metrics"])
@pytest.mark.parametrize("case", TABLES)
def test_a_bad_cohort_is_refused_with_its_table(
    cohort_path: Path, refused: Callable[[list[str], Path], str], case: str, command: str
) -> None:
    spoil, words = TABLES[case]
    spoil(cohort_path)
    line = refused(
        [command, str(cohort_path), "--out", str(cohort_path.with_name("out.tsv"))],
        cohort_path.parent,
    )
    assert "scans.tsv" in line
    assert words in line


def test_a_bad_mask_is_refused_from_another_process(
    cohort_path: Path, refused: Callable[[list[str], Path], str]
) -> None:
    MASKS["not binary"][0](cohort_path)
    out = str(cohort_path.with_name("out.tsv"))
    line = refused(["table", str(cohort_path), "--out", out, "--jobs", "2"], cohort_path.parent)
    assert "row 3 (sub-02_acq-MP2RAGE)" in line


def test_a_table_without_fpl_of_ms_gives_no_sample(
    tmp_path: Path,
    lesion_pools: Callable[..., pd.DataFrame],
    refused: Callable[[list[str], Path], str],
) -> None:
    path = tmp_path / "lesions.tsv"
    write_table(lesion_pools(FPL_MS=(0, 0, 1), FNL=(9, 3, 1), TPL=(9, 3, 1)), path, LESIONS)
    line = refused(["sample", str(path), "--out", str(tmp_path / "rois.tsv")], tmp_path)
    assert "lesions.tsv: expected at least one FPL of an MS scan" in line


def test_a_table_of_two_acquisitions_gives_no_sample_unless_one_is_named(
    tmp_path: Path,
    lesion_pools: Callable[..., pd.DataFrame],
    refused: Callable[[list[str], Path], str],
) -> None:
    path = tmp_path / "lesions.tsv"
    table = lesion_pools()
    table.loc[::2, "acquisition"] = "MPRAGE"
    write_table(table, path, LESIONS)
    argv = ["sample", str(path), "--out", str(tmp_path / "rois.tsv")]
    assert "came MP2RAGE, MPRAGE: name one" in refused(argv, tmp_path)
    assert '"T2", came MP2RAGE, MPRAGE' in refused([*argv, "--acquisition", "T2"], tmp_path)
    assert main([*argv, "--acquisition", "MPRAGE"]) == 0


def test_a_lesion_named_twice_is_refused(
    tmp_path: Path,
    lesion_pools: Callable[..., pd.DataFrame],
    refused: Callable[[list[str], Path], str],
) -> None:
    path = tmp_path / "lesions.tsv"
    write_table(lesion_pools(), path, LESIONS)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[5]]) + "\n")
    line = refused(["sample", str(path), "--out", str(tmp_path / "rois.tsv")], tmp_path)
    assert f"row {len(lines) + 1}: lesion_id FPL_MS-00004 stands already in row 6" in line


@pytest.mark.parametrize("option", [["--n", "0"], ["--seed", "-1"], ["--max-per-patient", "x"]])
def test_an_option_out_of_range_is_wrong_usage(tmp_path: Path, option: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["sample", "lesions.tsv", "--out", str(tmp_path / "rois.tsv"), *option])
    assert stopped.value.code == 2


@pytest.mark.parametrize("command", ["table", "metrics"])
def test_an_output_that_can_not_be_is_refused_before_the_work(
    cohort_path: Path, refused: Callable[[list[str], Path], str], command: str
) -> None:
    mask_of(cohort_path).write_bytes(b"never read")
    folder = cohort_path.with_name("folder.tsv")
    folder.mkdir()
    line = refused([command, str(cohort_path), "--out", str(folder)], cohort_path.parent)
    assert "expected a file to write" in line
    line = refused(
        [command, str(cohort_path), "--out", str(cohort_path / "out.tsv")], cohort_path.parent
    )
    assert "expected a folder to write into" in line


@pytest.mark.parametrize("command", ["table", "metrics", "sample", "scans"])
def test_a_table_with_another_ending_is_wrong_usage(tmp_path: Path, command: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "in", "--out", str(tmp_path / "rois.json")])
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: b"\n".join(
            b"\t".join(b'"%s"' % field for field in line.split(b"\t")) for line in raw.splitlines()
        ),
        lambda raw: raw + b"\n\n",
    ],
    ids=["DOS line ends", "byte order mark", "quoted fields", "blank lines"],
)
def test_a_table_that_excel_saved_reads_the_same(
    cohort_path: Path, change: Callable[[bytes], bytes]
) -> None:
    out = cohort_path.with_name("out.tsv")
    assert main(["table", str(cohort_path), "--out", str(out)]) == 0
    plain = out.read_bytes()
    cohort_path.write_bytes(change(cohort_path.read_bytes()))
    assert main(["table", str(cohort_path), "--out", str(out)]) == 0
    assert out.read_bytes() == plain
