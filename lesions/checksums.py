"""Name the content of a file by its SHA-256."""

import hashlib
from pathlib import Path


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file's bytes in hex digits."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()
