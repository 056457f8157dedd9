"""Let a file or a folder appear whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def write_atomically(path: Path | str) -> Iterator[Path]:
    """Give a temporary file in the same folder, and move it to `path` when the block succeeds.

    The folder is made if needed. On any error, Ctrl-C included, the temporary file goes and what
    stood at `path` stays as it was. The temporary name keeps the ending of `path`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".partial-", suffix=path.name)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as f:
            os.fsync(f.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def build_folder(path: Path | str) -> Iterator[Path]:
    """Give a temporary folder beside `path`, and rename it to `path` when the block succeeds.

    On any error, Ctrl-C included, the temporary folder goes with all that was written to it.

    Raises
    ------
    FileExistsError
        Something stands at `path` already: a folder is never merged or replaced.
    """
    path = Path(path)
    if path.exists() or path.is_symlink():
        raise FileExistsError(f"expected no file or folder at {path}, but there is one")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=".partial-", suffix=path.name))
    try:
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
