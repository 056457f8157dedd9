"""A restore brings everything back as it was, or leaves the server as empty as it found it."""

import gzip
import hashlib
import json
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError, connection

from reviewapp import append_only, frozen, volumes
from reviewapp.backups import rows
from reviewapp.backups.archive import MANIFEST, BackupError
from reviewapp.backups.copy import back_up, restore, verify
from reviewapp.backups.rows import RowsError
from reviewapp.models import Study, Volume
from reviewapp.studies import People, create_study
from reviewapp.verification import verify as verify_all
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db(transaction=True)
STUDIES, ROIS = "rows/reviewapp.study.jsonl", "rows/reviewapp.roi.jsonl"
Members = dict[str, bytes]


def silent(what: str, things: list[str]) -> Iterable[str]:
    return things


def all_rows() -> dict[str, list[str]]:
    return {name: list(rows.dump(model)) for name, model in rows.tables().items()}


def empty_server() -> None:
    """Remove every row and every volume."""
    append_only.remove(connection, *append_only.TABLES)
    frozen.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    append_only.install(connection, *append_only.TABLES)
    frozen.install(connection)
    for path in stored_volumes():
        path.unlink()


def stored_volumes() -> list[Path]:
    return sorted(Path(settings.VOLUME_DIR).rglob("*.nii.gz"))


@pytest.fixture
def backup(study: Study, answered: Callable[..., None], tmp_path: Path) -> Path:
    """Give a backup of a study with answers."""
    answered("anna", 3, comment="a sulcus, “perhaps”")
    path = tmp_path / "backup.tar"
    back_up(path, silent)
    return path


def rewrite(path: Path, change: Callable[[Members], None]) -> None:
    """Change the members of a backup, and let its manifest fit them."""
    with tarfile.open(path) as tar:
        members = {info.name: tar.extractfile(info).read() for info in tar}
    manifest = json.loads(members.pop(MANIFEST))
    change(members)
    manifest["members"] = {
        name: {"n_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members.items()
        if name != MANIFEST
    }
    manifest |= json.loads(members.pop(MANIFEST, b"{}"))
    files = path.parent / "members"
    files.mkdir()
    with tarfile.open(path, "w") as tar:
        for name, content in (members | {MANIFEST: json.dumps(manifest).encode()}).items():
            file = files / name.replace("/", "-")
            file.write_bytes(content)
            tar.add(file, name)


def test_a_restored_server_has_every_row_and_volume_as_it_was(backup: Path) -> None:
    before, files = all_rows(), {path: path.read_bytes() for path in stored_volumes()}
    empty_server()
    n_rows = restore(backup, silent)
    after = all_rows()
    assert after == before
    assert verify_all(Study.objects.get()).faults == ()
    assert n_rows == sum(len(lines) - 1 for lines in before.values())
    assert {path: path.read_bytes() for path in stored_volumes()} == files
    assert all(path.stat().st_mode & 0o077 == 0 for path in stored_volumes())


def test_the_secret_key_comes_along_only_when_asked_for(
    backup: Path, study: Study, tmp_path: Path
) -> None:
    with tarfile.open(backup) as tar:
        assert "secret_key" not in tar.getnames()
    back_up(tmp_path / "whole.tar", silent, with_secret_key=True)
    empty_server()
    restore(tmp_path / "whole.tar", silent)
    key = settings.DATA_DIR / "secret_key"
    assert key.read_text() == settings.SECRET_KEY
    assert key.stat().st_mode & 0o077 == 0


def test_the_copy_of_a_demo_is_a_demo(study: Study, tmp_path: Path, settings: Any) -> None:
    settings.DEMO, settings.DEMO_MARKER = True, settings.DATA_DIR / "demo.json"
    settings.DEMO_MARKER.write_text('{"seed": 1}\n')
    back_up(tmp_path / "demo.tar", silent)
    settings.DEMO_MARKER.unlink()
    empty_server()
    restore(tmp_path / "demo.tar", silent)
    assert settings.DEMO_MARKER.read_text() == '{"seed": 1}\n'


def test_a_backup_tells_of_itself_in_each_study_s_log(
    backup: Path, study: Study, sample: Sample, people: dict[str, User]
) -> None:
    create_study("other", sample.rois, sample.scans, People((people["ben"],), people["anna"]))
    path = backup.with_name("again.tar")
    back_up(path, silent)
    with tarfile.open(path) as tar:
        told = tar.extractfile("rows/reviewapp.accesslog.jsonl")
        names = [json.loads(line)[6] for line in told][1:]
    assert names == ["backup.tar", "again.tar", "again.tar"]
    for one in Study.objects.all():
        assert one.seals.latest("place").cause == "access"
        assert verify_all(one).faults == ()


def test_no_backup_is_made_of_a_damaged_volume(study: Study, tmp_path: Path) -> None:
    path = stored_volumes()[0]
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(volumes.VolumeError, match=path.name):
        back_up(tmp_path / "backup.tar", silent)
    assert not (tmp_path / "backup.tar").exists()


def test_a_server_with_rows_is_left_as_it_is(backup: Path) -> None:
    before = all_rows()
    with pytest.raises(BackupError, match=r"expected an empty database .* holds rows"):
        restore(backup, silent)
    assert all_rows() == before


def change_volume(content: Callable[[bytes], bytes]) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        name = next(name for name in members if name.startswith("volumes/"))
        members[name] = content(members[name])

    return change


def change_row(name: str, old: bytes, new: bytes) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return change


REFUSED: dict[str, tuple[Callable[[Members], None], str]] = {
    "another version": (
        lambda m: m.update({MANIFEST: b'{"migrations": ["reviewapp.0999_later"]}'}),
        "another version of the app",
    ),
    "a table less": (lambda m: m.pop(ROIS) and None, "no other table"),
    "a table more": (lambda m: m.update({"rows/auth.secret.jsonl": b"[]\n"}), "no other table"),
    "other columns": (change_row(STUDIES, b'"seed"', b'"seeds"'), "expected the columns"),
    "a row that is no list": (change_row(STUDIES, b"\n[", b"\n{"), "expected JSON"),
    "a row with a value less": (change_row(STUDIES, b'\n["', b'\n[["'), "line 2"),
    "a value of another kind": (change_row(STUDIES, b"true", b'"perhaps"'), "line 2"),
    "a row without what it names": (
        lambda m: m.update({ROIS: m[ROIS].splitlines(keepends=True)[0]}),
        "refuses its rows",
    ),
    "an unknown state": (change_row(STUDIES, b'"open"', b'"paused"'), "refuses its rows"),
    "a volume less": (
        lambda m: m.pop(next(n for n in m if n.startswith("volumes/"))) and None,
        "its volumes are not those",
    ),
    "a volume with other voxels": (
        change_volume(lambda packed: gzip.compress(b"x" + gzip.decompress(packed)[1:])),
        "holds another volume",
    ),
    "a volume that unpacks to more": (
        change_volume(lambda packed: gzip.compress(bytes(50_000_000))),
        "holds another volume",
    ),
    "a volume that is no gzip": (change_volume(lambda packed: b"x" * 99), "no gzip file"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_leaves_an_empty_server(backup: Path, name: str) -> None:
    change, message = REFUSED[name]
    rewrite(backup, change)
    assert verify(backup, silent) > 0
    empty_server()
    before = all_rows()
    with pytest.raises((BackupError, RowsError), match=message):
        restore(backup, silent)
    assert rows.first_filled() is None
    assert all_rows() == before
    assert not Volume.objects.exists()
    assert stored_volumes() == []


def test_a_database_that_takes_no_rows_is_saved_without_a_word_in_its_log(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(what: str) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("reviewapp.accesses.note_backup", full)
    with pytest.raises(BackupError, match="disk is full; with --unlogged it is made all the same"):
        back_up(tmp_path / "a.tar", silent)
    back_up(tmp_path / "a.tar", silent, logged=False)
    assert verify(tmp_path / "a.tar", silent) > 0
