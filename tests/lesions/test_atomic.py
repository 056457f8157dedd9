"""A file or a folder appears whole or not at all."""

import os
import stat

import pytest

from lesions.atomic import build_folder, write_atomically


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
