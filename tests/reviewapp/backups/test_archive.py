"""A file that is no backup of ours, or no longer, is refused before anything is done with it."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewapp.backups.archive import MANIFEST, BackupError, reading, writing

ROWS, VOLUME = "rows/reviewapp.study.jsonl", f"volumes/{'ab' * 32}.nii.gz"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "backup.tar"
    with writing(path, {"migrations": ["reviewapp.0001_tables"]}) as writer:
        writer.add_lines(ROWS, ['["id"]', "[1]"])
        writer.add(VOLUME, b"a volume")
    return path


def rewrite(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the members of a backup, a dict of content by name."""
    with tarfile.open(path) as tar:
        members: dict[str, Any] = {info.name: tar.extractfile(info).read() for info in tar}
    change(members)
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            for one in content if isinstance(content, list) else [content]:
                info = one if isinstance(one, tarfile.TarInfo) else tarfile.TarInfo(name)
                if isinstance(one, bytes):
                    info.size = len(one)
                tar.addfile(info, io.BytesIO(one) if isinstance(one, bytes) else None)


def listed(members: dict[str, Any], name: str, content: bytes) -> None:
    """Add a member, and its line in the manifest."""
    manifest = json.loads(members[MANIFEST])
    manifest["members"][name] = {"n_bytes": len(content), "sha256": "0" * 64}
    members |= {name: content, MANIFEST: json.dumps(manifest).encode()}


def link(name: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


def manifest_of(there: dict[str, Any], **changes: Any) -> None:
    there[MANIFEST] = json.dumps({**json.loads(there[MANIFEST]), **changes}).encode()


def test_a_backup_is_read_as_it_was_written_and_is_its_owners_alone(backup: Path) -> None:
    with reading(backup) as archive:
        assert archive.manifest["migrations"] == ["reviewapp.0001_tables"]
        assert list(archive.lines(ROWS)) == ['["id"]\n', "[1]\n"]
        assert archive.read(VOLUME) == b"a volume"
        assert archive.names("volumes/") == [VOLUME]
    assert backup.stat().st_mode & 0o777 == 0o600


HOSTILE: dict[str, Callable[[dict[str, Any]], None]] = {
    "an absolute name": lambda m: listed(m, "/second-look-escaped", b"x"),
    "a name that leads out": lambda m: listed(m, "../escaped", b"x"),
    "a name that leads out of volumes": lambda m: listed(m, "volumes/../../escaped.nii.gz", b"x"),
    "a name with an end of line": lambda m: listed(m, f"{VOLUME}\n", b"x"),
    "a member that is not listed": lambda m: m.update({f"volumes/{'cd' * 32}.nii.gz": b"x"}),
    "a listed member that is not there": lambda m: m.pop(VOLUME),
    "a member twice": lambda m: m.update({VOLUME: [b"a volume", b"a volume"]}),
    "a member longer than listed": lambda m: m.update({VOLUME: b"a volume and more"}),
    "a symbolic link": lambda m: m.update({VOLUME: link(VOLUME, tarfile.SYMTYPE)}),
    "a hard link": lambda m: m.update({VOLUME: link(VOLUME, tarfile.LNKTYPE)}),
    "a device": lambda m: m.update({VOLUME: link(VOLUME, tarfile.CHRTYPE)}),
    "no manifest": lambda m: m.pop(MANIFEST),
    "a manifest that is no JSON": lambda m: m.update({MANIFEST: b"{"}),
    "a manifest nested without end": lambda m: m.update({MANIFEST: b"[" * 100_000}),
    "a manifest without sizes": lambda m: manifest_of(m, members={ROWS: {}, VOLUME: {}}),
    "a manifest of another version": lambda m: manifest_of(m, version=2),
    "a manifest that is a list": lambda m: m.update({MANIFEST: b"[]"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_backup_is_refused_and_writes_nothing(backup: Path, name: str) -> None:
    rewrite(backup, HOSTILE[name])
    before = sorted(backup.parent.parent.rglob("*"))
    with pytest.raises(BackupError, match=r"backup\.tar: "), reading(backup):
        pass
    assert sorted(backup.parent.parent.rglob("*")) == before
    assert not Path("/second-look-escaped").exists()


@pytest.mark.parametrize("name", [ROWS, VOLUME])
def test_a_changed_member_is_named(backup: Path, name: str) -> None:
    def change(members: dict[str, Any]) -> None:
        members[name] = members[name].replace(b"1", b"2").replace(b"volume", b"vulome")

    rewrite(backup, change)
    with reading(backup) as archive, pytest.raises(BackupError, match=f"{name} was changed"):
        archive.verify(name)
    with reading(backup) as archive, pytest.raises(BackupError, match=f"{name} was changed"):
        archive.read(name)
    with reading(backup) as archive, pytest.raises(BackupError, match=f"{name} was changed"):
        list(archive.lines(name))


@pytest.mark.parametrize("n_bytes", [0, 10, 700, 3000])
def test_a_backup_that_was_cut_is_refused(backup: Path, n_bytes: int) -> None:
    backup.write_bytes(backup.read_bytes()[:n_bytes])
    with pytest.raises(BackupError), reading(backup):
        pass
