"""Reading and writing images: values, types, affines, refusals."""

import gzip
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import numpy.typing as npt
import pytest

from lesions.nifti import (
    ImageError,
    MaskError,
    encode_nifti,
    read_header,
    read_image,
    read_label_map,
    read_mask,
    write_nifti,
)

KINDS = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("image_class", [nibabel.Nifti1Image, nibabel.Nifti2Image])
@pytest.mark.parametrize("kind", KINDS)
def test_every_type_reads_as_nibabel_reads_it(
    kind: str, image_class: Any, byte_order: str, rng: np.random.Generator, write_mask: Any
) -> None:
    array = rng.normal(0, 40, (5, 6, 7)) if kind[0] != "u" else rng.random((5, 6, 7)) * 200
    path = write_mask(
        array.astype(kind), "x.nii.gz", image_class=image_class, byte_order=byte_order
    )
    expected = np.asanyarray(nibabel.load(path).dataobj)
    found = read_image(path)
    assert np.array_equal(found.array, expected)
    assert found.array.dtype == expected.dtype.newbyteorder("=")
    assert found.array.flags.f_contiguous


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("slope", "inter"), [(1 / 255, 0), (2, -1), (1, 3.5), (0, 7), (np.nan, 1)])
def test_scaled_values_equal_those_of_nibabel(
    kind: str, slope: float, inter: float, rng: np.random.Generator, write_mask: Any
) -> None:
    array = (rng.random((5, 6, 7)) * 100).astype(kind)
    path = write_mask(array, "x.nii", slope=slope, inter=inter)
    expected = np.asanyarray(nibabel.load(path).dataobj)
    found = read_image(path).array
    assert np.array_equal(found, expected)
    assert found.dtype == expected.dtype


def affines(rng: np.random.Generator) -> list[npt.NDArray[np.float64]]:
    """Draw oblique, flipped and permuted affines of brain size, and the plain ones."""
    out = [np.eye(4), np.diag([-1.0, 1, 1, 1]), np.diag([-0.5, -0.5, 0.5, 1])]
    for _ in range(60):
        rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        affine = np.eye(4)
        affine[:3, :3] = rotation * rng.uniform(0.3, 3, 3)
        affine[:3, 3] = rng.uniform(-200, 200, 3)
        out.append(affine)
    return out


@pytest.mark.parametrize("codes", [(1, 0), (0, 1), (1, 1), (0, 0), (2, 4)])
def test_the_affine_is_the_one_that_nibabel_chooses(
    codes: tuple[int, int], rng: np.random.Generator, tmp_path: Path
) -> None:
    path = tmp_path / "x.nii"
    for affine in affines(rng):
        image = nibabel.Nifti1Image(np.zeros((3, 4, 5), np.uint8), affine)
        image.set_qform(affine, code=codes[0])
        image.set_sform(affine + np.eye(4, 4, 1) * (codes[0] and codes[1]) / 8, code=codes[1])
        image.to_filename(path)
        expected = nibabel.load(path).affine
        assert np.allclose(read_header(path).affine, expected, rtol=0, atol=1e-5)
        if codes[1]:
            assert np.array_equal(read_header(path).affine, expected)


def test_axes_of_length_one_after_the_third_are_dropped(write_mask: Any) -> None:
    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4, 1)
    assert np.array_equal(read_image(write_mask(array)).array, array[..., 0])


@pytest.mark.parametrize("name", ["x.nii", "x.nii.gz"])
def test_a_header_that_claims_more_than_the_file_can_hold_takes_no_memory(
    name: str, tmp_path: Path
) -> None:
    write_nifti(tmp_path / "x.nii", np.zeros((4, 4, 4)), np.eye(4))
    raw = bytearray((tmp_path / "x.nii").read_bytes())
    raw[42:48] = np.array([1290, 1290, 1290], "<i2").tobytes()
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    with pytest.raises(ImageError, match="it can't hold the 17173512000 bytes of its voxels"):
        read_image(tmp_path / name)


def test_what_we_write_reads_back_alike_here_and_in_nibabel(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    for kind, affine in zip(["?", "u1", "i2", "f4", "i4"] * 12, affines(rng), strict=False):
        array = (rng.random((4, 5, 6)) * 2).astype(kind)
        write_nifti(tmp_path / "x.nii.gz", array, affine, description="synthetic")
        other = nibabel.load(tmp_path / "x.nii.gz")
        stored = np.asanyarray(other.dataobj)
        assert np.array_equal(stored, array)
        assert stored.dtype == (np.uint8 if kind == "?" else array.dtype)
        assert np.array_equal(read_image(tmp_path / "x.nii.gz").array, stored)
        assert np.allclose(other.affine, affine, atol=1e-4)
        assert np.allclose(other.get_qform(), other.get_sform(), atol=2e-4)
        header = other.header
        assert header["qform_code"] == header["sform_code"] == 2
        assert header.get_xyzt_units()[0] == "mm"
        assert header["descrip"] == b"synthetic"
        assert np.allclose(header.get_zooms(), np.linalg.norm(affine[:3, :3], axis=0))


def test_the_same_voxels_give_the_same_bytes_whoever_made_the_array(tmp_path: Path) -> None:
    mask = np.zeros((4, 5, 6), bool)
    mask[1:3, 2, 3:5] = True
    arrays = [mask, np.asfortranarray(mask), mask.astype(np.uint8), mask[::-1][::-1]]
    assert len({encode_nifti(a, np.diag([-1.0, 1, 1, 1])) for a in arrays}) == 1
    big, little = mask.astype(">i2"), mask.astype("<i2")
    assert encode_nifti(big, np.eye(4)) == encode_nifti(little, np.eye(4))
    for name in ("a.nii.gz", "b.nii.gz"):
        write_nifti(tmp_path / name, mask, np.eye(4))
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


def test_an_affine_with_shear_has_no_qform(tmp_path: Path) -> None:
    affine = np.eye(4)
    affine[0, 1] = 0.2
    write_nifti(tmp_path / "x.nii", np.zeros((2, 2, 2), bool), affine)
    header = nibabel.load(tmp_path / "x.nii").header
    assert (header["qform_code"], header["sform_code"]) == (0, 2)
    assert np.allclose(read_header(tmp_path / "x.nii").affine, affine)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((2, 2)), "3-D"),
        (np.zeros((2, 2, 2, 1)), "3-D"),
        (np.zeros((2, 2, 2), complex), "complex128"),
        (np.zeros((2, 2, 2), np.int64), "int64"),
        (np.zeros((40000, 1, 1)), "32767"),
    ],
)
def test_what_can_not_be_stored_is_refused(array: npt.NDArray[Any], words: str) -> None:
    with pytest.raises(ImageError, match=words):
        encode_nifti(array, np.eye(4))


def test_a_refused_image_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.nii.gz"
    path.write_bytes(b"old")
    with pytest.raises(ImageError, match="description may have 79 bytes, not 99"):
        write_nifti(path, np.zeros((2, 2, 2)), np.eye(4), description="é" * 49 + "x")
    with pytest.raises(ImageError, match=r"end in \.nii or \.nii\.gz"):
        write_nifti(tmp_path / "x.mgz", np.zeros((2, 2, 2)), np.eye(4))
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.nii.gz"]


def test_a_mask_reads_as_bool(rng: np.random.Generator, write_mask: Any) -> None:
    mask = rng.random((7, 8, 9)) < 0.2
    for array in (mask, mask * np.uint8(255), mask.astype(np.float32) * 0.5):
        assert np.array_equal(read_mask(write_mask(array)).array, mask)


def test_a_label_map_is_a_mask_only_where_that_is_said(write_mask: Any) -> None:
    labels = np.array([[[0, 1, 2, 3]]], np.int16)
    path = write_mask(labels)
    with pytest.raises(MaskError, match="0 and one value above it, came 1, 2, 3"):
        read_mask(path)
    assert read_mask(path, label_map=True).array.tolist() == [[[False, True, True, True]]]
    assert np.array_equal(read_label_map(path).array, labels)
    assert read_label_map(write_mask(labels.astype(np.float32))).array.dtype == np.int32


@pytest.mark.parametrize("value", [0.5, -1.0, np.nan, np.inf, 3e9])
def test_a_label_that_is_no_whole_number_is_refused(value: float, write_mask: Any) -> None:
    path = write_mask(np.array([[[0, 1, value]]], np.float64))
    with pytest.raises(MaskError, match=r"mask\.nii\.gz: labels must be whole numbers"):
        read_label_map(path)
