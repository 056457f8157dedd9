"""`python -m lesions match`: the table, the refusals, and what it does not import."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lesions.__main__ import main
from lesions.formats import MATCHES
from lesions.tsv import read_table, write_table


@pytest.fixture
def folders(tmp_path: Path, write_mask: Any, rng: np.random.Generator) -> tuple[Path, Path]:
    """Three pairs of masks; the last is empty in the reference."""
    for folder in ("reference", "prediction"):
        (tmp_path / folder).mkdir()
        for n, density in enumerate((0.05, 0.2, 0.0 if folder == "reference" else 0.01)):
            write_mask(rng.random((12, 11, 10)) < density, f"{folder}/sub-0{n + 1}_mask.nii.gz")
    return tmp_path / "reference", tmp_path / "prediction"


def match(folders: tuple[Path, Path], out: Path) -> int:
    """Run the command in this process."""
    return main(["match", *map(str, folders), "--out", str(out)])


def test_a_row_stands_for_each_pair(folders: tuple[Path, Path], tmp_path: Path) -> None:
    assert match(folders, tmp_path / "matches.tsv") == 0
    table = read_table(tmp_path / "matches.tsv", MATCHES)
    assert table["file"].tolist() == [f"sub-0{n}_mask.nii.gz" for n in (1, 2, 3)]
    assert (table.n_tpl + table.n_fpl == table.n_prediction).all()
    assert (table.n_detected_reference + table.n_fnl == table.n_reference).all()
    assert table.loc[2, ["n_reference", "n_tpl", "reference_volume_mm3"]].tolist() == [0, 0, 0]
    assert not table.attrs["synthetic"]


def test_the_file_is_byte_for_byte_what_write_table_writes(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    match(folders, tmp_path / "a.tsv")
    table = read_table(tmp_path / "a.tsv", MATCHES)
    write_table(table, tmp_path / "b.tsv", MATCHES, table.attrs["provenance"])
    for ending in (".tsv", ".json"):
        a, b = (tmp_path / f"{name}{ending}" for name in "ab")
        assert a.read_bytes() == b.read_bytes()


@pytest.mark.parametrize("mark", ["name", "sidecar"])
def test_masks_of_phantoms_make_a_table_that_says_synthetic(
    mark: str, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    for folder in folders:
        mask = folder / "sub-01_mask.nii.gz"
        if mark == "name":
            mask.rename(folder / "sub-synth01_mask.nii.gz")
        else:
            (folder / "sub-01_mask.json").write_text('{"Synthetic": true}')
    match(folders, tmp_path / "matches.tsv")
    assert read_table(tmp_path / "matches.tsv", MATCHES).attrs["synthetic"]


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        ("prediction/sub-02_mask.nii.gz", "prediction: expected a mask sub-02_mask.nii.gz"),
        ("reference/sub-03_mask.nii.gz", "reference: expected a mask sub-03_mask.nii.gz"),
    ],
)
def test_a_mask_without_its_twin_is_refused(
    gone: str, words: str, folders: tuple[Path, Path], tmp_path: Path, capsys: Any
) -> None:
    (tmp_path / gone).unlink()
    assert match(folders, tmp_path / "matches.tsv") == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "matches.tsv").exists()


def test_a_refused_mask_gives_one_line_and_no_table(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Any
) -> None:
    path = folders[1] / "sub-03_mask.nii.gz"
    path.write_bytes(path.read_bytes()[:-10])
    assert match(folders, tmp_path / "matches.tsv") == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert "prediction/sub-03_mask.nii.gz: expected a whole gzip file" in error
    assert not list(tmp_path.glob("*.tsv"))


@pytest.mark.parametrize("kind", ["missing", "empty"])
def test_folders_without_masks_are_refused(kind: str, tmp_path: Path, capsys: Any) -> None:
    if kind == "empty":
        (tmp_path / "r").mkdir()
    assert match((tmp_path / "r", tmp_path / "r"), tmp_path / "matches.tsv") == 1
    assert "expected" in capsys.readouterr().err


def test_the_command_loads_no_library_that_it_can_do_without(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    program = (
        "import sys; from lesions.__main__ import main; code = main(sys.argv[1:]); "
        "print(*sorted({'pandas', 'scipy', 'nibabel', 'cc3d', 'numpy.ma'} & set(sys.modules))); "
        "sys.exit(code)"
    )
    out = subprocess.run(
        [sys.executable, "-c", program, "match", *map(str, folders), "--out", tmp_path / "m.tsv"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.strip() == ""
    assert (tmp_path / "m.tsv").exists()


def test_help_and_wrong_usage_have_their_exit_codes(capsys: Any) -> None:
    for argv, code in ((["--help"], 0), (["match", "--help"], 0), ([], 2), (["match"], 2)):
        with pytest.raises(SystemExit) as stop:
            main(argv)
        assert stop.value.code == code
    assert "folder of the model's masks" in capsys.readouterr().out
