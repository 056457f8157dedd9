"""The private store of volumes: canonical NIfTI files, named by the SHA-256 of their content.

The hash is that of the uncompressed file, so it says what the rater saw whatever packs it. Files
lie gzipped in two levels of folders, `ab/cd/abcd….nii.gz`, readable by the server's account alone.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from django.conf import settings
from isal import isal_zlib

from lesions.atomic import write_atomically
from reviewapp.models import Volume

FOLDER_MODE = 0o700
FILE_MODE = 0o600
#: isal's slowest and smallest level; volumes are packed once and served often.
LEVEL = 3
#: Window bits that mean a gzip wrapper (zlib manual, deflateInit2).
GZIP_WBITS = 31
# The stubs give isal's error as a value, not as a class.
_DAMAGED = cast(type[Exception], isal_zlib.error)


class VolumeError(ValueError):
    """A volume is missing from the store, or a file in it is not what its name says."""


def path_of(sha256: str) -> Path:
    """Give the place of a volume in the store."""
    return Path(settings.VOLUME_DIR) / sha256[:2] / sha256[2:4] / f"{sha256}.nii.gz"


def read_packed(sha256: str) -> bytes:
    """Give the gzipped bytes of a volume.

    Raises
    ------
    VolumeError
        The store has no such volume.
    """
    try:
        return path_of(sha256).read_bytes()
    except OSError as error:
        raise VolumeError(f"{path_of(sha256)}: expected a volume, but {error.strerror}") from None


def read(sha256: str) -> bytes:
    """Give the bytes of a volume, inflated and checked against its name.

    Raises
    ------
    VolumeError
        The store has no such volume, or its content has another hash.
    """
    packed = read_packed(sha256)
    try:
        content = isal_zlib.decompress(packed, wbits=GZIP_WBITS)
    except _DAMAGED as error:
        raise VolumeError(f"{path_of(sha256)}: expected a gzip file, but {error}") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise VolumeError(f"{path_of(sha256)}: expected content with that SHA-256, came another")
    return content


@contextmanager
def adding() -> Iterator[Callable[[bytes], str]]:
    """Give a function that stores bytes and gives their SHA-256.

    The rows that name the new volumes must be committed within the block: when it fails, Ctrl-C
    included, files that it made and no row names are removed. One process adds at a time.

    Raises
    ------
    VolumeError
        Another process is adding.
    """
    made: set[str] = set()

    def add(content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        if not path_of(sha256).exists():
            _write(path_of(sha256), content)
            made.add(sha256)
        return sha256

    with _locked():
        try:
            yield add
        except BaseException:
            with _lock(".keeping", fcntl.LOCK_EX):
                for sha256 in made.difference(_known(made)):
                    path_of(sha256).unlink(missing_ok=True)
            raise


@contextmanager
def keeping() -> Iterator[Callable[[bytes], str]]:
    """Give a function that stores bytes and gives their SHA-256, while others add or keep too.

    The rows that name them must be committed within the block: meanwhile `adding` removes nothing.
    A file that no row names in the end stays: it is private, harmless, and next time there already.
    """

    def keep(content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = path_of(sha256)
        if not path.exists():
            _write(path, content)
        for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
            _sync(folder)  # a row must never outlive the name of its file
        return sha256

    with _lock(".keeping", fcntl.LOCK_SH):
        yield keep


@contextmanager
def _locked() -> Iterator[None]:
    with _lock(".lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
        yield


@contextmanager
def _lock(name: str, mode: int) -> Iterator[None]:
    folder = Path(settings.VOLUME_DIR)
    _make_private(folder)
    with (folder / name).open("w") as lock:
        try:
            fcntl.flock(lock, mode)
        except BlockingIOError:
            raise VolumeError(f"{folder}: another command is adding volumes; wait for it") from None
        yield


def _write(path: Path, content: bytes) -> None:
    _make_private(path.parent)
    with write_atomically(path) as temporary:
        temporary.write_bytes(isal_zlib.compress(content, LEVEL, wbits=GZIP_WBITS))
    path.chmod(FILE_MODE)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_private(folder: Path) -> None:
    for level in reversed([folder, *folder.parents]):
        if not level.exists():
            level.mkdir(mode=FOLDER_MODE, exist_ok=True)


def _known(sha256s: set[str]) -> set[str]:
    return set(Volume.objects.filter(pk__in=sha256s).values_list("pk", flat=True))
