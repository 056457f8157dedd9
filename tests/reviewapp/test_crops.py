"""Cutting crops and putting them back."""

import numpy as np
import pytest

from reviewapp.crops import Box, CropError, as_int16, box_affine, crop_box, focus_ras_mm, paste
from tests.reviewapp.cohort import AFFINES

SHAPE = (100, 120, 90)


def test_a_small_roi_is_in_the_middle_of_64_mm() -> None:
    box = crop_box(np.array([[50, 60, 45], [51, 60, 45]]), SHAPE, np.diag([1, 1, 1, 1.0]))
    assert box == Box((19, 28, 13), (64, 64, 64))


def test_the_crop_counts_mm_and_not_voxels() -> None:
    box = crop_box(np.array([[50, 60, 45]]), SHAPE, np.diag([1.0, 2.0, 0.8, 1.0]))
    assert box.shape == (64, 32, 80)


def test_at_the_border_the_crop_is_shifted_and_keeps_its_size() -> None:
    for corner in ((0, 0, 0), (99, 119, 89)):
        box = crop_box(np.array([corner]), SHAPE, np.eye(4))
        assert box.shape == (64, 64, 64)
        assert all(0 <= o <= n - 64 for o, n in zip(box.offset, SHAPE, strict=True))


def test_a_large_roi_keeps_a_margin() -> None:
    box = crop_box(np.array([[20, 60, 45], [69, 60, 45]]), SHAPE, np.eye(4))
    assert (box.offset[0], box.shape[0]) == (4, 82)


def test_a_scan_smaller_than_the_crop_is_shown_whole() -> None:
    assert crop_box(np.array([[3, 3, 3]]), (10, 11, 12), np.eye(4)) == Box((0, 0, 0), (10, 11, 12))


@pytest.mark.parametrize("voxels", [np.zeros((0, 3), int), np.array([[0, 0, 90]])])
def test_no_voxel_or_one_outside_the_scan_is_refused(voxels: np.ndarray) -> None:
    with pytest.raises(CropError, match="inside the scan"):
        crop_box(voxels, SHAPE, np.eye(4))


@pytest.mark.parametrize("affine", AFFINES)
def test_a_part_lies_where_it_lay_in_the_whole(affine: np.ndarray) -> None:
    box = Box((3, 5, 7), (4, 4, 4))
    moved = box_affine(box, affine) @ [1, 2, 3, 1]
    np.testing.assert_allclose(moved, affine @ [4, 7, 10, 1])


def test_a_pasted_crop_is_the_mask_that_it_was_cut_from() -> None:
    rng = np.random.default_rng(2)
    mask = np.zeros(SHAPE, np.uint8)
    voxels = rng.integers(30, 60, (40, 3))
    mask[tuple(voxels.T)] = 1
    box = crop_box(voxels, SHAPE, np.eye(4))
    np.testing.assert_array_equal(paste(mask[box.slices], box, SHAPE), mask)


@pytest.mark.parametrize("offset", [(-1, 0, 0), (97, 0, 0)])
def test_a_part_outside_the_whole_is_refused(offset: tuple[int, int, int]) -> None:
    with pytest.raises(CropError):
        paste(np.ones((4, 4, 4)), Box(offset, (4, 4, 4)), SHAPE)


def test_the_focus_of_a_ring_lies_on_the_ring() -> None:
    ring = np.array([(i, j, 0) for i in range(5) for j in range(5) if {i, j} & {0, 4}])
    r, a, _ = focus_ras_mm(ring, np.eye(4))
    assert {r, a} & {0.0, 4.0}


def test_whole_values_are_kept_and_others_stretched() -> None:
    whole = np.array([-5, 0, 4095], np.float32)
    assert as_int16(whole).tolist() == [-5, 0, 4095]
    assert as_int16(np.array([-0.5, 0.0, 0.5])).tolist() == [0, 16384, 32767]
    assert as_int16(np.array([0, 65535], np.uint16)).tolist() == [0, 32767]
    assert as_int16(np.full(3, 0.25)).tolist() == [0, 0, 0]


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(CropError, match=r"t1\.nii"):
        as_int16(np.array([0.0, np.nan]), "t1.nii")
