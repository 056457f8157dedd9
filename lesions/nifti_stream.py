"""Open a .nii or .nii.gz file: its header, then its voxels in pieces, each byte once."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt
from isal import igzip, isal_zlib

from lesions.nifti_header import NIFTI1_SIZE, Header, ImageError, header_size, parse_header

#: Bytes of voxels inflated at a time: they stay in the processor's second-level cache while they
#: are searched. A multiple of every item size.
CHUNK_BYTES = 2**19
#: Bytes of the longest item.
_LONGEST_ITEM = 8
#: Deflate can't pack more than 1032 bytes into one (zlib's technical notes).
_MAX_RATIO = 1032
#: Bytes of voxels that are read whole, however densely a file packs them; above, a file that packs
#: more than this many bytes into one is taken for a trap: scans pack 2 to 20 bytes into one.
UNPACKED_FREELY, MAX_PACKING = 2**26, 400
_GZIP_MAGIC = b"\x1f\x8b"
_DAMAGED: tuple[type[Exception], ...] = (gzip.BadGzipFile, cast(type[Exception], isal_zlib.error))


@dataclass(frozen=True)
class ImageStream:
    """An open image, placed at its first voxel; its file has `n_stored` bytes."""

    header: Header
    name: str
    file: BinaryIO
    n_stored: int

    def chunks(self) -> Iterator[npt.NDArray[Any]]:
        """Give the stored values in file order (first axis fastest), unscaled, piece by piece.

        Each piece is a flat array of the file's type, of at most 512 KiB. The first is shorter, so
        that all others begin at a multiple of 512 KiB: else each takes two calls to inflate.

        Raises
        ------
        ImageError
            The voxels end early, or bytes follow the last one.
        """
        left = self.header.n_voxels * self.header.dtype.itemsize
        size = CHUNK_BYTES - self.header.offset % CHUNK_BYTES // _LONGEST_ITEM * _LONGEST_ITEM
        while left:
            size = min(size, left)
            # Held by no name here: once the caller lets a piece go, the next takes its place in
            # memory, and in the cache.
            yield np.frombuffer(self._exactly(size, left), self.header.dtype)
            left -= size
            size = CHUNK_BYTES
        self._check_end()

    def read(self) -> npt.NDArray[Any]:
        """Give all stored values, flat, unscaled.

        A header that claims more than the file can hold is refused before memory is taken for it,
        and so is a large volume that is packed as no scan is.
        """
        size = self.header.n_voxels * self.header.dtype.itemsize
        is_packed = self.name.endswith(".gz")
        if size > self.n_stored * (_MAX_RATIO if is_packed else 1):
            raise ImageError(
                f"{self.name}: truncated, it can't hold the {size} bytes of its voxels"
            )
        self.check_packing(self.header.n_voxels * self.header.itemsize)
        data = np.frombuffer(self._exactly(size, size), self.header.dtype)
        self._check_end()
        return data

    def check_packing(self, n_bytes: int) -> None:
        """Refuse to take memory for much more than the file looks like holding.

        Raises
        ------
        ImageError
            The bytes are many, and packed as no scan is.
        """
        most = max(UNPACKED_FREELY, self.n_stored * MAX_PACKING)
        if self.name.endswith(".gz") and n_bytes > most:
            raise ImageError(
                f"{self.name}: its {self.n_stored} bytes would take {n_bytes} in memory, which "
                "looks like a trap and not like a scan; if it is one, give it unpacked, as .nii"
            )

    def _exactly(self, size: int, left: int) -> bytes:
        data = self.file.read(size)
        if len(data) != size:
            missing = left - len(data)
            raise ImageError(f"{self.name}: truncated, {missing} bytes of voxels are missing")
        return data

    def _check_end(self) -> None:
        if self.file.read(1):
            expected = self.header.n_voxels * self.header.dtype.itemsize
            raise ImageError(f"{self.name}: more bytes follow the {expected} of its voxels")


@contextmanager
def open_image(path: Path | str) -> Iterator[ImageStream]:
    """Open an image and read its header.

    gzip files of several members (bgzip, pigz) are read through; their checksums are verified
    once the last byte was read.

    Parameters
    ----------
    path : path ending in .nii or .nii.gz

    Raises
    ------
    ImageError
        Missing, not NIfTI, truncated or damaged; also while the stream is read in the block.
    """
    name = str(path)
    if not name.endswith((".nii", ".nii.gz")):
        raise ImageError(f"{name}: expected a .nii or .nii.gz file")
    try:
        with _open_bytes(name) as file:
            yield _start(file, name, Path(name).stat().st_size)
    except EOFError:
        raise ImageError(f"{name}: expected a whole gzip file, but it is truncated") from None
    except _DAMAGED as error:
        raise ImageError(f"{name}: expected a whole gzip file, but {error}") from None
    except OSError as error:
        raise ImageError(f"{name}: expected an image, but {error.strerror or error}") from None


@contextmanager
def _open_bytes(name: str) -> Iterator[BinaryIO]:
    with Path(name).open("rb", buffering=0) as raw:
        if not name.endswith(".gz"):
            yield BufferedReader(raw)
            return
        if raw.read(2) != _GZIP_MAGIC:
            raise ImageError(f"{name}: expected gzip data, as the name says, but it is not gzipped")
        raw.seek(0)
        with igzip.IGzipFile(fileobj=raw, mode="rb") as inflated:  # type: ignore[no-untyped-call]
            yield cast(BinaryIO, inflated)


def _start(file: BinaryIO, name: str, n_stored: int) -> ImageStream:
    raw = file.read(NIFTI1_SIZE)
    if len(raw) < NIFTI1_SIZE:
        raise ImageError(f"{name}: expected a NIfTI image, but the file has only {len(raw)} bytes")
    rest = header_size(raw, name) - NIFTI1_SIZE
    if rest:
        raw += file.read(rest)
        if len(raw) < rest + NIFTI1_SIZE:
            raise ImageError(f"{name}: truncated within its header")
    header = parse_header(raw, name)
    skip = header.offset - len(raw)
    while skip:  # extensions, in pieces: their length is whatever the header says
        piece = len(file.read(min(skip, CHUNK_BYTES)))
        if not piece:
            raise ImageError(f"{name}: truncated before its first voxel")
        skip -= piece
    return ImageStream(header, name, file, n_stored)
