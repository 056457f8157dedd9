"""Let a file or a folder appear whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class OutputError(OSError):
    """An output can't be written where it was to go; the message names the path."""


def check_target(path: Path | str) -> None:
    """Refuse a path at which no file can be made; for commands, before hours of work.

    Raises
    ------
    OutputError
        Something stands there that is no file, or no folder for it can be made or written to.
    """
    path = Path(path)
    if (path.exists() or path.is_symlink()) and not path.is_file():
        what = "a folder" if path.is_dir() else "no ordinary file"
        raise OutputError(f"expected a file to write, but {path} is {what}")
    _check_folder_of(path)


def _check_folder_of(path: Path) -> None:
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise OutputError(f"{path}: expected a folder to write into, but {folder} is none")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{path}: expected a folder to write into, but {folder} is read-only")


@contextmanager
def write_atomically(path: Path | str, *, private: bool = False) -> Iterator[Path]:
    """Give a temporary file in the same folder, and move it to `path` when the block succeeds.

    The folder is made if needed. On any error, Ctrl-C included, the temporary file goes and what
    stood at `path` stays as it was. The temporary name keeps the ending of `path`. A `private`
    file is at no moment readable by other accounts of the machine.

    Raises
    ------
    OutputError
        As `check_target`, or the system refuses to write, for want of space say.
    """
    path = Path(path)
    check_target(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".partial-", suffix=path.name)
    except OSError as error:
        raise OutputError(f"{path}: can't be written, {error.strerror}") from None
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as f:
            os.fsync(f.fileno())
        if not private:  # mkstemp made it readable by its owner alone
            temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        # An error of writing names no file, or the temporary one; any other is of the block's own.
        if error.filename in (None, name) and error.strerror:
            raise OutputError(f"{path}: can't be written, {error.strerror}") from None
        raise
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
    OutputError
        No folder can be made there.
    """
    path = Path(path)
    if path.exists() or path.is_symlink():
        raise FileExistsError(f"expected no file or folder at {path}, but there is one")
    with _staged(path) as temporary:
        yield temporary
        temporary.rename(path)


@contextmanager
def fill_folder(path: Path | str) -> Iterator[Path]:
    """Give a temporary folder beside `path`, and put its files into `path` when all are written.

    Files of the same names are replaced, in folders within too; others stay. On any error in the
    block, Ctrl-C included, `path` stays as it was.

    Raises
    ------
    OutputError
        Something stands at `path` that is no folder.
    """
    path = Path(path)
    if (path.exists() or path.is_symlink()) and not path.is_dir():
        raise OutputError(f"expected a folder to write into, but {path} is none")
    with _staged(path) as temporary:
        yield temporary
        if not path.exists():
            temporary.rename(path)
            return
        files = sorted(file for file in temporary.rglob("*") if file.is_file())
        targets = [path / file.relative_to(temporary) for file in files]
        for target in targets:
            check_target(target)
        for file, target in zip(files, targets, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
        shutil.rmtree(temporary)


@contextmanager
def _staged(path: Path) -> Iterator[Path]:
    _check_folder_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        name = tempfile.mkdtemp(dir=path.parent, prefix=".partial-", suffix=path.name)
    except OSError as error:
        raise OutputError(f"{path}: can't be written, {error.strerror}") from None
    temporary = Path(name)
    try:
        temporary.chmod(0o777 & ~_umask())
        yield temporary
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
