"""A folder of this machine that holds volumes, readable by the server's account alone."""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from lesions.atomic import write_atomically
from reviewapp.stores.store import name_of

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def path_of(sha256: str) -> Path:
    """Give the place of a volume in the folder."""
    return Path(settings.VOLUME_DIR) / name_of(sha256)


@dataclass(frozen=True)
class FolderStore:
    """The folder that the settings name, VOLUME_DIR. It is one machine's: locks are files."""

    def where(self, sha256: str) -> str:
        """Give the path of a volume."""
        return str(path_of(sha256))

    def has(self, sha256: str) -> bool:
        """Say whether there is such a file."""
        return path_of(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """Read a file."""
        return path_of(sha256).read_bytes()

    def write(self, sha256: str, packed: bytes) -> None:
        """Write a file; its content is on the disk then, its name after `settle`."""
        path = path_of(sha256)
        _make_private(path.parent)
        with write_atomically(path) as temporary:
            temporary.write_bytes(packed)
        path.chmod(FILE_MODE)

    def settle(self, sha256: str) -> None:
        """Write the folders of a file to the disk: a row must never outlive its file's name."""
        for folder in list(path_of(sha256).parents)[:3]:
            _sync(folder)

    def address(self, sha256: str, method: str) -> str:
        """Give the name of a file below the folder.

        Raises
        ------
        FileNotFoundError
            There is none.
        """
        if not self.has(sha256):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return name_of(sha256)

    def adding(self) -> AbstractContextManager[None]:
        """Hold the lock of the one command that adds.

        Raises
        ------
        BlockingIOError
            Another holds it.
        """
        return _lock(".lock", fcntl.LOCK_EX | fcntl.LOCK_NB)

    def keeping(self) -> AbstractContextManager[None]:
        """Share the lock against which `discard` waits."""
        return _lock(".keeping", fcntl.LOCK_SH)

    def discard(self, made: set[str], known: Callable[[set[str]], set[str]]) -> None:
        """Remove files that no row names, once nobody keeps."""
        with _lock(".keeping", fcntl.LOCK_EX):
            for sha256 in made.difference(known(made)):
                path_of(sha256).unlink(missing_ok=True)


@contextmanager
def _lock(name: str, mode: int) -> Iterator[None]:
    folder = Path(settings.VOLUME_DIR)
    _make_private(folder)
    with (folder / name).open("w") as lock:
        fcntl.flock(lock, mode)
        yield


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
