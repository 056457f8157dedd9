"""The foreground of mask files: traps of real files, and refusals that name file and values."""

import gzip
from itertools import pairwise
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from lesions.foreground import MaskError, find_foreground, read_foreground, read_volume
from lesions.nifti import ImageError, encode_nifti
from lesions.nifti_header import DATA_OFFSET
from lesions.nifti_stream import CHUNK_BYTES, open_image
from lesions.runs import expand_runs

KINDS = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]


def positions(path: Path) -> list[int]:
    """Read the foreground of a file as positions in file order."""
    runs = read_foreground(path)[1]
    return expand_runs(runs.start, runs.stop).tolist()


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("density", [0.001, 0.3])
def test_foreground_is_where_the_voxels_are_not_zero(
    density: float, kind: str, byte_order: str, rng: np.random.Generator, write_mask: Any
) -> None:
    mask = rng.random((101, 83, 67)) < density  # more than one piece; no whole number of words
    path = write_mask(mask.astype(kind), byte_order=byte_order)
    assert positions(path) == np.flatnonzero(mask.ravel(order="F")).tolist()


@pytest.mark.parametrize("n", [1, 7, 8, 9, 2**19 - 1, 2**19, 2**19 + 1])
def test_the_last_voxel_counts_whatever_the_length(n: int, tmp_path: Path) -> None:
    array = np.zeros((1, 1, n) if n < 2**15 else (n // 7 + 1, 7, 1), np.uint8)
    array[-1, -1, -1] = 1
    raw = np.zeros(array.shape, bool)
    assert find_foreground(array).stop.tolist() == [array.size]
    assert find_foreground(raw).n_voxels == 0
    assert find_foreground(np.asfortranarray(array)).start.tolist() == [array.size - 1]


def test_a_flipped_line_and_every_other_voxel_are_read_in_order() -> None:
    line = np.zeros((20, 1, 1), np.uint8)
    line[3] = 1
    assert find_foreground(line[::-1]).start.tolist() == [16]
    assert find_foreground(line[1::2]).start.tolist() == [1]
    assert find_foreground(line[::-1].astype(np.int16)[::-1]).start.tolist() == [3]


def test_sparse_and_dense_pieces_join(write_mask: Any) -> None:
    border = 2 * CHUNK_BYTES - DATA_OFFSET  # of the second piece and the third
    flat = np.zeros(128**3, bool)
    flat[500_000:border] = True  # solid to the last voxel of the second piece …
    flat[499_999] = flat[border] = True  # … and one voxel on either side
    runs = read_foreground(write_mask(flat.reshape((128, 128, 128), order="F")))[1]
    assert (runs.start.tolist(), runs.stop.tolist()) == ([499_999], [border + 1])


@pytest.mark.parametrize("n_extension", [0, 16, 2**19 - 368, 2**19 - 352, 2**20 + 16])
def test_pieces_end_at_multiples_of_their_size_whatever_the_header(
    n_extension: int, tmp_path: Path, write_mask: Any
) -> None:
    raw = bytearray(write_mask(np.ones((128, 100, 90), np.int16), "a.nii").read_bytes())
    raw[108:112] = np.float32(DATA_OFFSET + n_extension).tobytes()  # vox_offset
    path = tmp_path / "b.nii"
    path.write_bytes(raw[:DATA_OFFSET] + bytes(n_extension) + raw[DATA_OFFSET:])
    with open_image(path) as stream:
        sizes = [piece.nbytes for piece in stream.chunks()]
    ends = DATA_OFFSET + n_extension + np.cumsum(sizes)
    assert sum(sizes) == 128 * 100 * 90 * 2
    assert (ends[:-1] % CHUNK_BYTES == 0).all()
    assert 0 < min(sizes) <= max(sizes) <= CHUNK_BYTES


def test_a_volume_holds_the_foreground_that_the_runs_hold(
    rng: np.random.Generator, write_mask: Any
) -> None:
    mask = rng.random((101, 83, 67)) < 0.3
    for array, slope in ((mask * np.uint8(3), None), (mask.astype(">f4"), 0.5)):
        volume = read_volume(write_mask(array, slope=slope))[1]
        assert np.array_equal(volume, mask)
        assert volume.flags.f_contiguous
    with pytest.raises(MaskError, match="came 1, 2"):
        read_volume(write_mask(mask + (rng.random(mask.shape) < 0.3).astype(np.uint8)))


def test_minus_zero_is_background(write_mask: Any) -> None:
    array = np.zeros((4, 4, 4), np.float32)
    array[0], array[1, 1, 1] = -0.0, 1
    assert len(positions(write_mask(array))) == 1


def test_a_slope_of_one_over_255_keeps_the_lesions(write_mask: Any) -> None:
    array = np.zeros((4, 4, 4), np.uint8)
    array[1:3, 1, 1] = 255
    assert positions(write_mask(array, slope=1 / 255)) == [21, 22]


def test_an_intercept_that_makes_the_stored_value_zero_is_followed(write_mask: Any) -> None:
    array = np.ones((4, 4, 4), np.int16)
    array[3, 3, 3] = 2
    assert positions(write_mask(array, slope=1, inter=-1)) == [63]


def test_an_intercept_that_leaves_no_background_is_refused(write_mask: Any) -> None:
    path = write_mask(np.zeros((4, 4, 4), np.uint8), slope=1, inter=1)
    with pytest.raises(MaskError, match=r"mask\.nii\.gz: .* background, but scl_inter 1"):
        read_foreground(path)


@pytest.mark.parametrize("n", [1, 2000])  # taken word by word, or piece by piece
@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0, 0.5])
def test_values_of_no_mask_are_refused_by_name(value: float, n: int, write_mask: Any) -> None:
    array = np.zeros((20, 20, 20), np.float32)
    array.ravel()[:n] = 1
    array[-1, -1, -1] = value
    with pytest.raises(MaskError, match=rf"mask\.nii\.gz: a mask must hold 0 .*{value:g}"):
        read_foreground(write_mask(array))


def test_gzip_of_several_members_is_read_through(rng: np.random.Generator, tmp_path: Path) -> None:
    mask = rng.random((30, 40, 50)) < 0.01
    raw, path = encode_nifti(mask, np.eye(4)), tmp_path / "x.nii.gz"
    cuts = [0, 100, 352, 5000, 5000, len(raw)]
    path.write_bytes(b"".join(gzip.compress(raw[a:b]) for a, b in pairwise(cuts)))
    assert positions(path) == np.flatnonzero(mask.ravel(order="F")).tolist()


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 100, 1000])
def test_truncated_gzip_is_refused(cut: int, rng: np.random.Generator, tmp_path: Path) -> None:
    packed = gzip.compress(encode_nifti(rng.random((20, 20, 20)) < 0.2, np.eye(4)))
    (tmp_path / "x.nii.gz").write_bytes(packed[:-cut])
    with pytest.raises(ImageError, match=r"x\.nii\.gz: expected a whole gzip file.*truncated"):
        read_foreground(tmp_path / "x.nii.gz")


def test_a_damaged_byte_is_refused(rng: np.random.Generator, tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(encode_nifti(rng.random((20, 20, 20)) < 0.2, np.eye(4))))
    for where in (len(packed) // 2, len(packed) - 6):
        damaged = packed.copy()
        damaged[where] ^= 0x55
        (tmp_path / "x.nii.gz").write_bytes(damaged)
        with pytest.raises(ImageError, match=r"x\.nii\.gz: "):
            read_foreground(tmp_path / "x.nii.gz")


def patched(at: int, *values: int, kind: str = "<i2") -> bytes:
    """Give a small mask file with some header bytes overwritten."""
    raw = bytearray(encode_nifti(np.zeros((4, 4, 4), bool), np.eye(4)))
    new = np.array(values, kind).tobytes()
    raw[at : at + len(new)] = new
    return bytes(raw)


WHOLE = patched(0)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "only 0 bytes"),
        (b"x" * 400, "doesn't begin like one"),
        (WHOLE[:300], "only 300 bytes"),
        (WHOLE[:-1], "truncated, 1 bytes of voxels are missing"),
        (WHOLE + b"x", "more bytes follow the 64 of its voxels"),
        (patched(40, 4, 4, 4, 4, 2), "one 3-D volume, came 4-D: 4 x 4 x 4 x 2"),
        (patched(40, 2), "one 3-D volume, came 2-D: 4 x 4"),
        (patched(40, 3, 0), "at least one voxel"),
        (patched(40, 9), "1 to 7 axes"),
        (patched(40, 3, 30000, 30000, 30000), r"fewer than 2\*\*31 voxels"),
        (patched(40, 3, 900, 900, 900), "truncated, 728999936 bytes"),
        (patched(70, 128), "not NIfTI code 128"),
        (patched(344, 0x31696E, kind="<i4"), r"\.hdr/\.img pair"),
        (patched(344, 0, kind="<i4"), "magic"),
        (patched(108, 10, kind="<f4"), "must begin at byte 348 or after, not 10"),
        (patched(280, *([0] * 12), kind="<f4"), "voxels have none"),
        (patched(280, 2143289344, kind="<i4"), "finite"),
    ],
)
def test_a_bad_file_is_refused_and_named(raw: bytes, words: str, tmp_path: Path) -> None:
    for name, data in (("x.nii", raw), ("x.nii.gz", gzip.compress(raw))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ImageError, match=rf"x\.nii.*{words}"):
            read_foreground(tmp_path / name)


def test_a_missing_a_plain_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"x\.nii: expected an image, but No such file"):
        read_foreground(tmp_path / "x.nii")
    (tmp_path / "x.nii.gz").write_bytes(WHOLE)
    with pytest.raises(ImageError, match=r"x\.nii\.gz: .* not gzipped"):
        read_foreground(tmp_path / "x.nii.gz")
    with pytest.raises(ImageError, match=r"x\.img: expected a \.nii or \.nii\.gz file"):
        read_foreground(tmp_path / "x.img")


def test_extensions_before_the_voxels_are_skipped(tmp_path: Path) -> None:
    array = np.zeros((4, 4, 4), np.uint8)
    array[2, 2, 2] = 1
    image = nibabel.Nifti1Image(array, np.eye(4))
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"x" * 1000))
    image.to_filename(tmp_path / "x.nii.gz")
    assert positions(tmp_path / "x.nii.gz") == [42]
