"""A file or a folder appears whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from lesions.atomic import (
    OutputError,
    build_folder,
    check_target,
    fill_folder,
    write_atomically,
)


def write_half(path, error):
    """Write something, then fail."""
    path.write_text("half")
    raise error


def test_a_file_appears_with_its_content_and_nothing_beside_it(tmp_path):
    with write_atomically(tmp_path / "new" / "a.tsv") as temporary:
        temporary.write_text("x")
        assert not (tmp_path / "new" / "a.tsv").exists()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.tsv"]
    assert (tmp_path / "new" / "a.tsv").read_text() == "x"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_write_leaves_the_old_file(tmp_path, error):
    (tmp_path / "a.tsv").write_text("old")
    with pytest.raises(error), write_atomically(tmp_path / "a.tsv") as temporary:
        write_half(temporary, error)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tsv"]
    assert (tmp_path / "a.tsv").read_text() == "old"


def test_a_folder_appears_with_all_that_was_written(tmp_path):
    with build_folder(tmp_path / "deep" / "out") as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "a").write_text("x")
        assert not (tmp_path / "deep" / "out").exists()
    assert (tmp_path / "deep" / "out" / "sub" / "a").read_text() == "x"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_folder_leaves_nothing(tmp_path, error):
    with pytest.raises(error), build_folder(tmp_path / "out") as folder:
        write_half(folder / "a", error)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_exists_is_refused_untouched(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("x")
    with pytest.raises(FileExistsError, match="expected no file or folder"):
        build_folder(tmp_path / "out").__enter__()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "mine"]


def test_files_and_folders_have_the_rights_that_the_user_gives(tmp_path):
    old = os.umask(0o027)
    try:
        with write_atomically(tmp_path / "a") as temporary:
            temporary.write_text("x")
        with build_folder(tmp_path / "out"):
            pass
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750


def test_what_is_no_ordinary_file_is_never_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, words in (("pipe", "is no ordinary file"), ("folder", "is a folder")):
        with pytest.raises(OutputError, match=words), write_atomically(tmp_path / name):
            pytest.fail("the block must not run")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]


def test_a_file_in_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "a").write_text("x")
    with pytest.raises(OutputError, match=r"b\.tsv: expected a folder .*/a is none"):
        check_target(tmp_path / "a" / "b.tsv")


def test_a_full_disk_is_told_with_the_path_and_leaves_the_old_file(tmp_path):
    (tmp_path / "a.tsv").write_text("old")
    message = r"a\.tsv: can't be written, No space left"
    with pytest.raises(OutputError, match=message), write_atomically(tmp_path / "a.tsv"):
        Path("/dev/full").write_text("x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.tsv"]
    assert (tmp_path / "a.tsv").read_text() == "old"


def test_an_error_of_reading_inside_a_write_keeps_its_own_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="input"), write_atomically(tmp_path / "a"):
        (tmp_path / "input").read_text()


@pytest.mark.parametrize("exists", [False, True])
def test_a_folder_is_filled_with_all_files_or_none(tmp_path, exists):
    out = tmp_path / "out"
    if exists:
        out.mkdir()
        (out / "mine").write_text("kept")
        (out / "a").write_text("old")
    before = {path.name: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(KeyboardInterrupt), fill_folder(out) as folder:
        write_half(folder / "a", KeyboardInterrupt)
    assert before == {path.name: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    with fill_folder(out) as folder:
        (folder / "a").write_text("new")
    assert (out / "a").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (out / "mine").exists() == exists


def test_a_private_file_is_its_owners_alone(tmp_path: Path) -> None:
    with write_atomically(tmp_path / "key", private=True) as temporary:
        temporary.write_text("secret")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
