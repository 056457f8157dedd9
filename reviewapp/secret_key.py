"""Keep the key that signs sessions: made once, whoever comes first."""

import os
import secrets
import tempfile
from pathlib import Path

#: Bytes of chance: 400 bits, 67 characters.
_KEY_BYTES = 50
_FOLDER_MODE = 0o700


def kept_secret(path: Path) -> str:
    """Give the key in a file, and make it where there is none.

    Processes that start at once get the same key: a link appears whole, and for one of them alone.
    The file is readable by its owner alone.
    """
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
        _make(path)
    return path.read_text().strip()


def _make(path: Path) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    made = Path(name)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(made)
    except FileExistsError:
        pass  # another process was first: its key counts
    finally:
        made.unlink()
