"""The private store of volumes: canonical NIfTI files, named by the SHA-256 of their content.

The hash is that of the uncompressed file, so it says what the rater saw whatever packs it. Files
lie gzipped in two levels of folders, `ab/cd/abcd….nii.gz`, readable by the server's account alone.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from isal import isal_zlib

FOLDER_MODE = 0o700
FILE_MODE = 0o600
#: isal's slowest and smallest level; volumes are packed once and served often.
LEVEL = 3
#: Window bits that mean a gzip wrapper (zlib manual, deflateInit2).
GZIP_WBITS = 31


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
    content = isal_zlib.decompress(read_packed(sha256), wbits=GZIP_WBITS)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise VolumeError(f"{path_of(sha256)}: expected content with that SHA-256, came another")
    return content
