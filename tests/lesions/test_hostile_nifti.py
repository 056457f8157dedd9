"""NIfTI files made to harm: each is refused in words, and in little memory."""

import gzip
import json
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lesions.nifti import encode_nifti

ROOT = Path(__file__).resolve().parents[2]
#: How much a reader may take beyond what it began with, in MiB.
LIMIT_MIB = 200
GIB = 2**30
#: Reads each file by each reader, and says what came and how far the memory grew.
READ_ALL = """
import json, sys
from pathlib import Path
from lesions.foreground import TooManyRunsError, read_foreground, read_volume
from lesions.nifti import read_header, read_image, read_label_map, read_mask

def stop_at_noise(path):
    try:
        return read_foreground(path, stop_at_noise=True)
    except TooManyRunsError:
        return read_volume(path)

readers = [read_header, read_image, read_label_map, read_mask, stop_at_noise]
def peak():  # of this process alone: what getrusage says begins with its parent's
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024

before = peak()
for path in sys.argv[1:]:
    for reader in readers:
        try:
            reader(path)
            said = ""
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        print(json.dumps([path, reader.__name__, said, peak() - before]))
"""
Change = Callable[[bytearray], Any]


def header(change: Change | None = None, voxels: bytes | None = None) -> bytes:
    """Give a file of 4 x 4 x 4 voxels of uint8 whose header was changed."""
    raw = bytearray(encode_nifti(np.zeros((4, 4, 4), np.uint8), np.eye(4)))
    if change is not None:
        change(raw)
    return bytes(raw if voxels is None else raw[:352] + voxels)


def put(form: str, offset: int, *values: float) -> Change:
    return lambda raw: struct.pack_into("<" + form, raw, offset, *values)


def both(*changes: Change) -> Change:
    return lambda raw: [change(raw) for change in changes]


def dim(*lengths: int) -> Change:
    return put("8h", 40, *lengths, *[1] * (8 - len(lengths)))


def datatype(code: int, bits: int) -> Change:
    return put("2h", 70, code, bits)


def nifti2(lengths: list[int]) -> bytes:
    raw = bytearray(544)
    struct.pack_into("<i8s2h8q", raw, 0, 540, b"n+2\0\r\n\x1a\n", 2, 8, *lengths)
    struct.pack_into("<q", raw, 168, 544)
    return bytes(raw)


def bomb(start: bytes, pattern: bytes, n_bytes: int) -> bytes:
    """Pack a file of so many bytes, which repeat a pattern, without holding it."""
    piece = pattern * (2**22 // len(pattern))
    packer = gzip.zlib.compressobj(9, gzip.zlib.DEFLATED, 31)  # type: ignore[attr-defined]
    parts = [packer.compress(start)]
    parts += [packer.compress(piece) for _ in range(n_bytes // len(piece))]
    return b"".join([*parts, packer.flush()])


CUBE = dim(3, 1024, 1024, 1024)
#: Name, bytes, and what all readers say; the first group by the header alone.
BY_HEADER: dict[str, tuple[bytes, str]] = {
    "claims-10e12.nii": (header(dim(3, 10_000, 10_000, 10_000)), "fewer than 2**31 voxels"),
    "claims-10e18.nii": (nifti2([3, 10**6, 10**6, 10**6, 1, 1, 1, 1]), "fewer than 2**31 voxels"),
    "claims-more-axes.nii": (nifti2([2**62, 1, 1, 1, 1, 1, 1, 1]), "1 to 7 axes"),
    "negative.nii": (header(dim(3, -4, 4, 4)), "at least one voxel"),
    "zero.nii": (header(dim(3, 4, 0, 4)), "at least one voxel"),
    "four-axes.nii": (header(dim(4, 4, 4, 2, 2)), "one 3-D volume"),
    "offset-negative.nii": (header(put("f", 108, -352.0)), "voxels must begin"),
    "offset-nan.nii": (header(put("f", 108, float("nan"))), "voxels must begin"),
    "offset-huge.nii": (header(put("f", 108, 1e30)), "voxels must begin"),
    "offset-beyond.nii": (header(put("f", 108, 4096.0)), "truncated before its first voxel"),
    "affine-nan.nii": (header(put("12f", 280, *[float("nan")] * 12)), "finite numbers"),
    "affine-flat.nii": (header(put("12f", 280, *[0.0] * 12)), "must span a volume"),
    "rgb.nii": (header(datatype(128, 24)), "data type must be one of"),
    "complex.nii": (header(datatype(32, 64)), "data type must be one of"),
    "float128.nii": (header(datatype(1536, 128)), "data type must be one of"),
    "inter-nan.nii": (header(put("2f", 112, 1.0, float("nan"))), "scl_inter must be"),
    "empty.nii": (b"", "only 0 bytes"),
    "text.nii": (b"x" * 400, "doesn't begin like one"),
    "cut-header.nii": (header()[:200], "only 200 bytes"),
    "cut-header.nii.gz": (gzip.compress(header())[:60], "truncated"),
    "no-gzip.nii.gz": (header(), "not gzipped"),
}
#: Then by their voxels: `read_header` takes these.
BY_VOXELS: dict[str, tuple[bytes, str]] = {
    "claims-2e9.nii": (header(dim(3, 2000, 1000, 1000)), "truncated"),
    "claims-2e9.nii.gz": (gzip.compress(header(dim(3, 2000, 1000, 1000))), "truncated"),
    "cut.nii": (header()[:-1], "truncated"),
    "cut.nii.gz": (gzip.compress(header())[:-9], "truncated"),
    "wrong-checksum.nii.gz": (gzip.compress(header())[:-8] + bytes(8), "whole gzip file"),
    "more.nii": (header(voxels=bytes(65)), "more bytes follow"),
    "more-zeros.nii.gz": (bomb(header(), b"\0", GIB), "more bytes follow"),
}
#: 1 GB in 1 MB. Masks without lesions look like the first, so those who read masks take it, in no
#: memory; of the others nobody takes more than the first pieces.
BOMBS: dict[str, tuple[bytes, str]] = {
    "zeros.nii.gz": (bomb(header(CUBE, b""), b"\0", GIB), "looks like a trap"),
    "ones.nii.gz": (bomb(header(CUBE, b""), b"\1", GIB), "looks like a trap"),
    "stripes.nii.gz": (bomb(header(CUBE, b""), b"\0\1", GIB), "trap|noise"),
    "scaled.nii.gz": (
        bomb(header(both(dim(3, 256, 512, 512), put("2f", 112, 2.0, 0.0)), b""), b"\0", 2**26),
        "looks like a trap",
    ),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[str, float]]:
    """Read all files in a process of its own; give what each reader said, and its memory."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (content, _) in {**BY_HEADER, **BY_VOXELS, **BOMBS}.items():
        (folder / name).write_bytes(content)
    paths = [str(folder / name) for name in {**BY_HEADER, **BY_VOXELS, **BOMBS}]
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, *paths],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    found = (json.loads(line) for line in done.stdout.splitlines())
    return {(Path(path).name, reader): (words, mib) for path, reader, words, mib in found}


READERS = ("read_image", "read_label_map", "read_mask", "stop_at_noise")


@pytest.mark.parametrize("name", BY_HEADER)
def test_a_header_that_lies_is_refused_by_all(said: dict[Any, Any], name: str) -> None:
    for reader in ("read_header", *READERS):
        words, _ = said[name, reader]
        assert words.startswith("ImageError: ")
        assert name in words
        assert BY_HEADER[name][1] in words


@pytest.mark.parametrize("name", BY_VOXELS)
def test_voxels_that_are_not_there_or_too_many_are_refused(said: dict[Any, Any], name: str) -> None:
    for reader in READERS:
        words, _ = said[name, reader]
        assert words.startswith("ImageError: ")
        assert name in words
        assert BY_VOXELS[name][1] in words


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_as_an_image(said: dict[Any, Any], name: str) -> None:
    for reader in ("read_image", "read_label_map"):
        words, _ = said[name, reader]
        assert words.startswith("ImageError: ")
        assert any(part in words for part in BOMBS[name][1].split("|"))


def test_a_bomb_of_lesions_or_noise_is_refused_as_a_mask(said: dict[Any, Any]) -> None:
    for name in ("ones.nii.gz", "stripes.nii.gz"):
        for reader in ("read_mask", "stop_at_noise"):
            words, _ = said[name, reader]
            assert words.startswith(("ImageError: ", "MaskError: ")), (name, reader)
            assert any(part in words for part in BOMBS[name][1].split("|"))


def test_no_file_takes_more_memory_than_the_limit(said: dict[Any, Any]) -> None:
    assert len(said) == 5 * len({**BY_HEADER, **BY_VOXELS, **BOMBS})
    most = max(mib for _, mib in said.values())
    print(f"most memory beyond the start: {most:.0f} MiB")
    assert most < LIMIT_MIB
