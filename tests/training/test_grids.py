"""Resampling and registration put every voxel where it belongs, left and right among them."""

import itertools

import numpy as np
import pytest
import SimpleITK
from scipy.ndimage import gaussian_filter

from lesions.geometry import apply_affine, orientation, reorient
from lesions.nifti import write_nifti
from training.grids import Grid, as_sitk, refine, resample_image, resample_labels
from training.registration import register

OBLIQUE = np.array([[-0.96, 0.28, 0, 30], [0.28, 0.96, 0, -20], [0, 0, 1.2, -10], [0, 0, 0, 1]])
AFFINES = {
    "RAS": np.diag([1.0, 1, 1, 1]),
    "LAS": np.diag([-1.0, 1, 1, 1]),
    "LPI": np.diag([-1.0, -1, -1, 1]),
    "oblique": OBLIQUE,
    "permuted": np.array([[0, 0, 1.0, 5], [-1, 0, 0, 6], [0, 1, 0, 7], [0, 0, 0, 1]]),
}


@pytest.fixture
def rng():
    return np.random.default_rng(11)


@pytest.mark.parametrize("affine", AFFINES.values(), ids=AFFINES)
def test_images_lie_for_simpleitk_where_their_file_says(tmp_path, rng, affine):
    array = rng.normal(size=(5, 6, 7)).astype(np.float32)
    write_nifti(tmp_path / "a.nii.gz", array, affine)
    read = SimpleITK.ReadImage(str(tmp_path / "a.nii.gz"))
    made = as_sitk(array, Grid(array.shape, affine))
    np.testing.assert_array_equal(
        SimpleITK.GetArrayFromImage(made), SimpleITK.GetArrayFromImage(read)
    )
    for index in itertools.product((0, 4), (0, 5), (0, 6)):
        expected = read.TransformIndexToPhysicalPoint(index)
        np.testing.assert_allclose(made.TransformIndexToPhysicalPoint(index), expected, atol=1e-4)


@pytest.mark.parametrize("affine", AFFINES.values(), ids=AFFINES)
def test_halved_voxels_fill_the_old_ones_exactly(rng, affine):
    mask = rng.random((5, 6, 7)) > 0.7
    grid = Grid(mask.shape, affine)
    finer = refine(grid, grid.sides_mm / 2)
    found = resample_labels(mask, grid, finer)
    expected = mask.repeat(2, 0).repeat(2, 1).repeat(2, 2)
    np.testing.assert_array_equal(found, expected)
    old = apply_affine(affine, [2, 3, 4])
    new = apply_affine(finer.affine, [4.5, 6.5, 8.5])
    np.testing.assert_allclose(new, old, atol=1e-9)


def test_a_lesion_on_the_left_stays_on_the_left_in_every_orientation(rng):
    ramp = np.broadcast_to(np.arange(12.0)[:, None, None], (12, 10, 8)).copy()
    mask = ramp > 8
    grid = Grid(mask.shape, np.diag([1.0, 1, 1, 1]))
    for codes in ("RAS", "LAS", "LPI", "PIR", "SRA"):
        array, affine = reorient(ramp, grid.affine, codes)
        labels, _ = reorient(mask, grid.affine, codes)
        turned = Grid(array.shape, affine)
        finer = refine(turned, (0.5, 0.5, 0.5))
        image = resample_image(array, turned, finer)
        fine = resample_labels(labels, turned, finer)
        right_mm = apply_affine(finer.affine, np.argwhere(fine))[:, 0]
        assert right_mm.min() == pytest.approx(8.75)
        inner = np.argwhere(image > 10)
        assert apply_affine(finer.affine, inner)[:, 0].min() > 9.5
        assert orientation(finer.affine) == codes


def test_a_b_spline_goes_through_the_voxels_that_stay(rng):
    array = gaussian_filter(rng.normal(size=(9, 9, 9)), 1)
    grid = Grid(array.shape, OBLIQUE)
    np.testing.assert_allclose(resample_image(array, grid, grid), array, atol=1e-6)
    third = refine(grid, grid.sides_mm / 3)
    found = resample_image(array, grid, third)[1::3, 1::3, 1::3]
    np.testing.assert_allclose(found, array, atol=1e-5)


def test_a_field_that_no_voxel_divides_grows_by_less_than_half_of_one_at_each_edge():
    grid = Grid((10, 10, 10), np.diag([1.2, 1, 1, 1]))
    finer = refine(grid, (0.5, 0.7, 1.0))
    assert finer.shape == (24, 14, 10)
    for axis, (side, n) in enumerate(zip((0.5, 0.7, 1.0), finer.shape, strict=True)):
        old = 10 * grid.sides_mm[axis]
        assert abs(n * side - old) <= side
    centre = apply_affine(finer.affine, (np.array(finer.shape) - 1) / 2)
    np.testing.assert_allclose(centre, apply_affine(grid.affine, [4.5] * 3), atol=1e-9)


def test_no_label_appears_that_was_not_there(rng):
    labels = rng.integers(0, 4, (6, 6, 6)) * 7
    grid = Grid(labels.shape, OBLIQUE)
    found = resample_labels(labels, grid, refine(grid, (0.4, 0.5, 0.6)))
    assert set(np.unique(found)) == set(np.unique(labels))


def test_a_scan_that_was_turned_and_shifted_is_brought_back(rng):
    shape = (40, 44, 36)
    i, j, k = np.indices(shape)
    head = ((i - 20) / 15) ** 2 + ((j - 22) / 18) ** 2 + ((k - 18) / 13) ** 2 < 1
    blobs = gaussian_filter(rng.normal(size=shape), 2.5) * 60
    reference = gaussian_filter(np.where(head, 100 + blobs, 0), 0.7)
    grid = Grid(shape, np.diag([-2.0, 2, 2, 1]))
    angle = np.deg2rad(6)
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, -sine, 0, 4], [sine, cosine, 0, -3], [0, 0, 1, 2], [0, 0, 0, 1]])
    moved = Grid(shape, turn @ grid.affine)  # the same voxels, said to lie elsewhere
    found = register(1000 - 3 * reference, moved, reference, grid)
    back = resample_image(reference, moved, grid, found.transform)
    assert abs(found.rotation_deg[2]) == pytest.approx(6, abs=0.5)
    inner = (slice(8, -8),) * 3
    before = np.corrcoef(
        resample_image(reference, moved, grid)[inner].ravel(), reference[inner].ravel()
    )
    after = np.corrcoef(back[inner].ravel(), reference[inner].ravel())
    assert after[0, 1] > 0.98 > before[0, 1]
    again = register(1000 - 3 * reference, moved, reference, grid)
    assert (again.rotation_deg, again.translation_mm) == (
        found.rotation_deg,
        found.translation_mm,
    )
