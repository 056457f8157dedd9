"""The file of a backup: a tar whose last member lists all others with size and SHA-256.

What is read from one is trusted in nothing: a member must be listed, be of a kind that we write,
and hold what the list says. Nothing is ever unpacked to a path that the file names.
"""

import hashlib
import io
import json
import re
import tarfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from lesions.atomic import write_atomically

MANIFEST = "manifest.json"
FORMAT, VERSION = "Second Look backup", 1
#: The names that we write, and no others: none is absolute or leads out of a folder.
NAMES = re.compile(
    r"rows/[a-z0-9_]+\.[a-z0-9_]+\.jsonl|volumes/[0-9a-f]{64}\.nii\.gz|secret_key|demo\.json"
)
#: Longest manifest: a member takes about 150 bytes, so this is more than a million volumes.
MAX_MANIFEST = 256 * 1024 * 1024
#: Bytes kept in memory of a table on its way into the file; more goes through a temporary file.
SPOOLED = 16 * 1024 * 1024
CHUNK = 1024 * 1024


class BackupError(ValueError):
    """A file is no backup, is damaged, or does not fit this server."""


class Writer:
    """A backup that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, content: bytes) -> None:
        """Add a member."""
        self._add(name, io.BytesIO(content), len(content), hashlib.sha256(content).hexdigest())

    def add_lines(self, name: str, lines: Iterable[str]) -> None:
        """Add a member of lines, however many."""
        digest = hashlib.sha256()
        with SpooledTemporaryFile(SPOOLED) as spool:
            for line in lines:
                content = f"{line}\n".encode()
                digest.update(content)
                spool.write(content)
            size = spool.tell()
            spool.seek(0)
            self._add(name, spool, size, digest.hexdigest())

    def _add(self, name: str, content: IO[bytes], n_bytes: int, sha256: str) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = n_bytes, 0o600, int(time.time())
        self._tar.addfile(info, content)
        self.members[name] = {"n_bytes": n_bytes, "sha256": sha256}


@contextmanager
def writing(path: Path, about: dict[str, Any]) -> Iterator[Writer]:
    """Give a writer of a backup that appears whole or not at all, for its owner's eyes alone."""
    with (
        write_atomically(path, private=True) as temporary,
        tarfile.open(temporary, "w", format=tarfile.PAX_FORMAT) as tar,
    ):
        writer = Writer(tar)
        yield writer
        manifest = {"format": FORMAT, "version": VERSION, **about, "members": writer.members}
        writer.add(MANIFEST, json.dumps(manifest, indent=1).encode())


class Archive:
    """A backup that is open for reading; `manifest` says what is in it."""

    def __init__(self, path: Path, tar: tarfile.TarFile) -> None:
        self.path = path
        self._tar = tar
        self._found = {info.name: info for info in self._infos()}
        self.manifest = self._read_manifest()
        self.members: dict[str, dict[str, Any]] = self.manifest["members"]
        listed = {name: entry["n_bytes"] for name, entry in self.members.items()}
        there = {name: info.size for name, info in self._found.items() if name != MANIFEST}
        if wrong := sorted(set(listed.items()) ^ set(there.items())):
            raise BackupError(f"{path}: {wrong[0][0]} is not as the manifest lists it")

    def names(self, start: str) -> list[str]:
        """Give the members whose names begin so."""
        return [name for name in self.members if name.startswith(start)]

    def read(self, name: str) -> bytes:
        """Give the content of a member, checked against its SHA-256.

        Raises
        ------
        BackupError
            It has another.
        """
        content = self._open(name).read()
        self._check(name, hashlib.sha256(content).hexdigest())
        return content

    def lines(self, name: str) -> Iterator[str]:
        """Give the lines of a member; its SHA-256 is checked after the last.

        Raises
        ------
        BackupError
            It has another, or is no text.
        """
        digest = hashlib.sha256()
        for line in self._open(name):
            digest.update(line)
            try:
                yield line.decode()
            except UnicodeDecodeError as error:
                raise BackupError(f"{self.path}: {name}: expected UTF-8, but {error}") from None
        self._check(name, digest.hexdigest())

    def verify(self, name: str) -> None:
        """Check a member against its SHA-256, without holding it in memory.

        Raises
        ------
        BackupError
            It has another.
        """
        digest, content = hashlib.sha256(), self._open(name)
        while chunk := content.read(CHUNK):
            digest.update(chunk)
        self._check(name, digest.hexdigest())

    def _infos(self) -> Iterator[tarfile.TarInfo]:
        seen = set()
        for info in self._tar:
            known = info.name == MANIFEST or NAMES.fullmatch(info.name)
            if not known or not info.isreg() or info.issparse() or info.name in seen:
                raise BackupError(f"{self.path}: {info.name[:200]!r} is no member of a backup")
            seen.add(info.name)
            yield info

    def _read_manifest(self) -> dict[str, Any]:
        info = self._found.get(MANIFEST)
        if info is None or info.size > MAX_MANIFEST:
            raise BackupError(f"{self.path}: expected a {MANIFEST} of at most {MAX_MANIFEST} bytes")
        try:
            manifest = json.loads(self._open(MANIFEST).read())
        except (ValueError, RecursionError) as error:
            raise BackupError(f"{self.path}: {MANIFEST}: expected JSON, but {error}") from None
        if not _is_manifest(manifest):
            raise BackupError(
                f"{self.path}: expected a {MANIFEST} of a {FORMAT}, version {VERSION}, with "
                "n_bytes and sha256 of each member"
            )
        return dict(manifest)

    def _open(self, name: str) -> IO[bytes]:
        content = self._tar.extractfile(self._found[name])
        if content is None:  # only for what is no ordinary file, and those were refused
            raise BackupError(f"{self.path}: {name} is no file")
        return content

    def _check(self, name: str, sha256: str) -> None:
        if sha256 != self.members[name]["sha256"]:
            raise BackupError(f"{self.path}: {name} was changed or damaged: its SHA-256 differs")


def _is_manifest(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("members"), dict):
        return False
    entries = value["members"].values()
    return (value.get("format"), value.get("version")) == (FORMAT, VERSION) and all(
        isinstance(entry, dict)
        and type(entry.get("n_bytes")) is int
        and isinstance(entry.get("sha256"), str)
        for entry in entries
    )


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """Give a backup whose list and members fit each other.

    Raises
    ------
    BackupError
        It is no backup, or was cut, or holds what no backup holds.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            yield Archive(path, tar)
    except tarfile.TarError as error:
        raise BackupError(f"{path}: expected a tar file, but {error}") from None
