"""Grids: sameness, volumes, orientations."""

from typing import Any

import nibabel
import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk  # noqa: N813 - its usual name

from lesions.geometry import (
    GridError,
    apply_affine,
    check_same_grid,
    orientation,
    ras_to_lps,
    reorient,
    voxel_volume_mm3,
)

SHAPE = (181, 217, 181)


def oblique(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Draw an affine whose axes run anywhere."""
    affine = np.eye(4)
    affine[:3, :3] = np.linalg.qr(rng.normal(size=(3, 3)))[0] * rng.uniform(0.4, 3, 3)
    affine[:3, 3] = rng.uniform(-150, 150, 3)
    return affine


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("shift_mm", [-50, -1, 1, 0.06])
def test_a_shift_either_way_is_another_grid(axis: int, shift_mm: float) -> None:
    shifted = np.eye(4)
    shifted[axis, 3] = shift_mm
    with pytest.raises(GridError, match="second image must lie on the grid of first image"):
        check_same_grid(SHAPE, np.eye(4), SHAPE, shifted)


def test_differences_that_cancel_in_a_sum_are_another_grid() -> None:
    shifted = np.eye(4)
    shifted[0, 3], shifted[1, 3] = 20, -20
    with pytest.raises(GridError, match=r"28\.3 mm away"):
        check_same_grid(SHAPE, np.eye(4), SHAPE, shifted)


def test_a_small_turn_counts_where_it_moves_voxels_most() -> None:
    turned = np.eye(4)
    turned[0, 1], turned[1, 0] = -0.001, 0.001
    check_same_grid((3, 3, 3), np.eye(4), (3, 3, 3), turned)
    with pytest.raises(GridError, match=r"0\.28\d mm away"):
        check_same_grid(SHAPE, np.eye(4), SHAPE, turned)


def test_an_affine_stored_as_quaternion_is_the_same_grid(rng: np.random.Generator) -> None:
    for _ in range(100):
        affine = oblique(rng)
        affine[:3, :3] /= np.linalg.norm(affine[:3, :3], axis=0)  # 1 mm, as the shape is
        image = nibabel.Nifti1Image(np.zeros((1, 1, 1), np.uint8), affine)
        image.set_qform(affine)
        check_same_grid(SHAPE, affine, SHAPE, image.get_qform())


def test_other_shapes_are_named() -> None:
    with pytest.raises(GridError, match=r"b must have the shape of a, \(2, 3, 4\), not \(2, 3, 5"):
        check_same_grid((2, 3, 4), np.eye(4), (2, 3, 5), np.eye(4), "a", "b")


@pytest.mark.parametrize("codes", ["LAS", "RPS", "LPI", "ASR", "SPL"])
def test_the_same_grid_in_another_orientation_is_named_as_such(
    codes: str, rng: np.random.Generator
) -> None:
    affine = np.diag([1.0, 1.2, 0.9, 1])
    affine[:3, 3] = rng.uniform(-90, 90, 3)
    turned, turned_affine = reorient(np.zeros((5, 6, 7)), affine, codes)
    with pytest.raises(GridError, match=rf"orientation of a \(RAS\), not {codes}; the grid is"):
        check_same_grid((5, 6, 7), affine, turned.shape, turned_affine, "a", "b")


@pytest.mark.parametrize(
    ("affine", "words"),
    [
        (np.eye(3), r"must be \(4, 4\), not \(3, 3\)"),
        (np.diag([1, np.nan, 1, 1]), "finite"),
        (np.diag([1, 0, 1, 1]), "voxels have none"),
        (np.ones((4, 4)), "row 0 0 0 1"),
    ],
)
def test_an_affine_that_is_none_is_refused(affine: Any, words: str) -> None:
    with pytest.raises(GridError, match=words):
        check_same_grid(SHAPE, affine, SHAPE, np.eye(4))


def test_a_voxel_of_16_mm3_has_16_mm3_however_it_lies(rng: np.random.Generator) -> None:
    for _ in range(200):
        rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        affine = np.eye(4)
        affine[:3, :3] = rotation * [2, 2, 4]
        assert voxel_volume_mm3(affine) == 16


def test_orientations_are_those_of_nibabel(rng: np.random.Generator) -> None:
    for _ in range(200):
        affine = oblique(rng)
        assert orientation(affine) == "".join(nibabel.aff2axcodes(affine))


def test_reorienting_equals_nibabel_and_moves_no_voxel(rng: np.random.Generator) -> None:
    array = rng.random((4, 5, 6))
    for _ in range(50):
        affine = oblique(rng)
        turned, turned_affine = reorient(array, affine, "RAS")
        other = nibabel.as_closest_canonical(nibabel.Nifti1Image(array, affine))
        assert np.array_equal(turned, np.asanyarray(other.dataobj))
        assert np.allclose(turned_affine, other.affine)


@pytest.mark.parametrize("codes", ["RA", "RAR", "XYZ", "RLS"])
def test_an_orientation_that_is_none_is_refused(codes: str) -> None:
    with pytest.raises(GridError, match="such as RAS"):
        reorient(np.zeros((2, 2, 2)), np.eye(4), codes)


def test_lps_points_are_those_of_simpleitk(rng: np.random.Generator, write_mask: Any) -> None:
    affine = np.diag([-2.0, 2, 3, 1])
    affine[:3, 3] = [90, -126, -72]
    image = sitk.ReadImage(str(write_mask(np.zeros((5, 6, 7), bool), affine=affine)))
    found = ras_to_lps(apply_affine(affine, [1, 2, 3]))
    assert np.allclose(found, image.TransformIndexToPhysicalPoint((1, 2, 3)))
