"""The private, content-addressed store."""

import hashlib
import stat
from pathlib import Path
from typing import Any

import pytest

from reviewapp import volumes
from reviewapp.models import Volume
from reviewapp.stores.folder import path_of
from reviewapp.volumes import VolumeError

pytestmark = pytest.mark.django_db
CONTENT = b"voxels" * 1000


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_content_is_stored_once_under_its_hash() -> None:
    with volumes.adding() as add:
        name = add(CONTENT)
        before = path_of(name).stat().st_mtime_ns
        assert add(CONTENT) == name == hashlib.sha256(CONTENT).hexdigest()
        assert path_of(name).stat().st_mtime_ns == before
        Volume.objects.create(sha256=name, kind="crop", n_bytes=len(CONTENT))
    assert volumes.read(name) == CONTENT
    assert len(volumes.read_packed(name)) < len(CONTENT)


def test_only_the_server_s_account_may_read(settings: Any) -> None:
    with volumes.adding() as add:
        path = path_of(add(CONTENT))
    assert mode(path) == 0o600
    folders = [path.parent, path.parent.parent, Path(settings.VOLUME_DIR)]
    assert {mode(folder) for folder in folders} == {0o700}
    assert path.relative_to(settings.VOLUME_DIR).parts[:2] == (path.name[:2], path.name[2:4])


def test_new_files_go_when_the_block_fails_and_old_ones_stay() -> None:
    with volumes.adding() as add:
        old = add(b"old")
        Volume.objects.create(sha256=old, kind="crop", n_bytes=3)
    names = [old]

    def fail() -> None:
        with volumes.adding() as add:
            names.extend([add(b"old"), add(b"new")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [path_of(name).exists() for name in names] == [True, True, False]


def test_one_process_adds_at_a_time() -> None:
    with volumes.adding(), pytest.raises(VolumeError, match="another command"), volumes.adding():
        pass
    with volumes.adding():
        pass


def test_a_mask_is_kept_while_a_command_adds_and_stays_when_that_fails() -> None:
    names = []

    def fail() -> None:
        with volumes.adding() as add:
            names.append(add(b"shared"))
            with volumes.keeping() as keep:
                names.append(keep(b"shared"))
                Volume.objects.create(sha256=names[-1], kind="mask", n_bytes=6)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert volumes.read(names[1]) == b"shared"


def test_what_was_kept_without_a_row_stays() -> None:
    with volumes.keeping() as keep:
        name = keep(CONTENT)
    assert volumes.read(name) == CONTENT
    assert mode(path_of(name)) == 0o600


def test_a_missing_volume_is_named() -> None:
    with pytest.raises(VolumeError, match="0" * 64):
        volumes.read("0" * 64)


def test_content_that_is_not_what_the_name_says_is_refused() -> None:
    with volumes.adding() as add:
        one, two = add(b"one"), add(b"two")
    path_of(one).write_bytes(path_of(two).read_bytes())
    with pytest.raises(VolumeError, match="SHA-256"):
        volumes.read(one)


def test_a_file_that_is_no_gzip_is_refused_by_name() -> None:
    with volumes.adding() as add:
        name = add(CONTENT)
    path_of(name).write_bytes(b"spoiled")
    with pytest.raises(VolumeError, match=name):
        volumes.read(name)
    path_of(name).write_bytes(path_of(name).read_bytes()[:4])
    with pytest.raises(VolumeError, match=name):
        volumes.read(name)
