"""Components: connectivity, numbering, measures."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from lesions.components import component_voxels, find_components, label_mask
from lesions.foreground import MaskError

CUBE = np.ones((3, 3, 3), bool)


def random_mask(rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Draw a mask of any shape and density, from a few voxels to noise and solid blobs."""
    shape = tuple(rng.integers(1, (30, 18, 14)))
    density = rng.choice([0.0, 0.002, 0.02, 0.1, 0.3, 0.7, 1.0])
    mask = rng.random(shape) < density
    if rng.random() < 0.4:
        mask = ndimage.binary_dilation(mask, CUBE, iterations=int(rng.integers(1, 3)))
    return np.asarray(mask, order=rng.choice(["C", "F"]))


def by_scipy(mask: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[Any], int]:
    """Label by scipy, then number by the first voxel in file order."""
    labels, n = ndimage.label(mask, CUBE)
    flat = labels.ravel(order="F")
    seen = flat[np.sort(np.unique(flat, return_index=True)[1])]
    rank = np.zeros(n + 1, int)
    rank[seen[seen > 0]] = np.arange(1, n + 1)
    return rank[labels], n


@pytest.mark.parametrize("min_runs", [-1, 10**9], ids=["in the volume", "by runs"])
@pytest.mark.parametrize("seed", range(20))
def test_six_hundred_random_masks_have_the_components_that_scipy_finds(
    seed: int,
    min_runs: int,
    affine_2mm: npt.NDArray[np.float64],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lesions.runs.DENSE_MIN_RUNS", min_runs)
    monkeypatch.setattr("lesions.runs.DENSE_RUN_SHARE", 0)
    rng = np.random.default_rng(seed)
    for _ in range(30):
        mask = random_mask(rng)
        labels, n = by_scipy(mask)
        found = find_components(mask, affine_2mm)
        assert np.array_equal(label_mask(mask), labels)
        assert found.n_voxels.tolist() == np.bincount(labels.ravel(), minlength=n + 1)[1:].tolist()
        assert found.volume_mm3.tolist() == (8.0 * found.n_voxels).tolist()
        centroids = np.array(ndimage.center_of_mass(mask, labels, range(1, n + 1))).reshape(n, 3)
        assert np.allclose(found.centroid_ijk, centroids, rtol=0, atol=1e-9)
        world = centroids @ affine_2mm[:3, :3].T + affine_2mm[:3, 3]
        assert np.allclose(found.centroid_ras_mm, world, rtol=0, atol=1e-9)
        boxes = [[[s.start, s.stop] for s in box] for box in ndimage.find_objects(labels)]
        assert found.bbox_ijk.tolist() == boxes


def test_a_mask_of_noise_has_the_components_that_scipy_finds(rng: np.random.Generator) -> None:
    mask = rng.random((110, 100, 90)) < 0.1  # 90,000 runs: the default takes the dense way
    assert np.array_equal(label_mask(mask), by_scipy(mask)[0])


def test_voxels_that_share_a_corner_are_one_lesion() -> None:
    mask = np.zeros((3, 3, 3), bool)
    mask[0, 2, 0] = mask[1, 1, 1] = mask[2, 0, 2] = True
    assert find_components(mask, np.eye(4)).n_voxels.tolist() == [3]


def test_voxels_at_opposite_ends_of_neighbouring_lines_are_two_lesions() -> None:
    mask = np.zeros((4, 4, 4), bool)
    mask[3, 0, 0] = mask[0, 1, 0] = True  # neighbours in the file, not in space
    mask[0, 3, 2] = mask[0, 0, 3] = True
    assert len(find_components(mask, np.eye(4))) == 4


def test_an_empty_mask_has_no_lesion() -> None:
    found = find_components(np.zeros((3, 4, 5), bool), np.eye(4))
    assert len(found) == 0
    assert found.centroid_ras_mm.shape == (0, 3)
    assert found.bbox_ijk.shape == (0, 3, 2)


def test_a_spiral_whose_ends_meet_late_is_one_lesion() -> None:
    mask = np.zeros((41, 41, 1), bool)
    for ring in range(0, 20, 2):
        mask[ring : 41 - ring, [ring, 40 - ring]] = True
        mask[[ring, 40 - ring], ring : 41 - ring] = True
        mask[ring + 1, ring] = False
        mask[ring + 1, ring + 1] = True
    assert np.array_equal(label_mask(mask), by_scipy(mask)[0])


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (np.ones((2, 2), bool), "3-D"),
        (np.ones((2, 0, 2), bool), "not empty"),
        (np.ones((2, 2, 2), complex), "complex"),
        (np.arange(8).reshape(2, 2, 2), "came 1, 2, 3, 4, 5, …"),
        (np.full((2, 2, 2), np.nan), "nan"),
        (np.full((2, 2, 2), -1), "-1"),
        (np.array([[[0.5, 1.0]]]), "0.5, 1"),
    ],
)
def test_what_is_no_binary_mask_is_refused(mask: npt.NDArray[Any], words: str) -> None:
    with pytest.raises(MaskError, match=words):
        find_components(mask, np.eye(4))


def test_the_voxels_of_a_component_are_those_of_its_label(
    rng: np.random.Generator, write_mask: Any
) -> None:
    mask = rng.random((9, 8, 7)) < 0.05
    labels = label_mask(mask)
    voxels = component_voxels(write_mask(mask), [1, int(labels.max())])
    assert sorted(voxels) == [1, labels.max()]
    for label, ijk in voxels.items():
        assert sorted(ijk.tolist()) == np.argwhere(labels == label).tolist()


def test_a_component_that_is_not_there_is_named(write_mask: Any) -> None:
    path: Path = write_mask(np.eye(3, dtype=bool)[None])
    with pytest.raises(MaskError, match=r"mask\.nii\.gz: expected a component 1 to 1, not 2"):
        component_voxels(path, [2])


masks = st.builds(
    lambda seed, density, shape: np.random.default_rng(seed).random(shape) < density,
    st.integers(0, 10_000),
    st.floats(0, 0.6),
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)),
)


@given(masks, st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_moving_a_mask_moves_its_lesions_and_nothing_else(
    mask: npt.NDArray[np.bool_], shift: tuple[int, int, int]
) -> None:
    here = find_components(mask, np.eye(4))
    there = find_components(np.pad(mask, [(s, 1) for s in shift]), np.eye(4))
    assert there.n_voxels.tolist() == here.n_voxels.tolist()
    assert np.allclose(there.centroid_ijk, here.centroid_ijk + shift)
    assert np.array_equal(there.bbox_ijk, here.bbox_ijk + np.array(shift)[None, :, None])


@given(masks, st.permutations(range(3)), st.sets(st.integers(0, 2)))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_flipping_and_turning_a_mask_keeps_its_lesions(
    mask: npt.NDArray[np.bool_], order: list[int], flipped: set[int]
) -> None:
    turned = np.flip(mask.transpose(order), tuple(flipped))
    here, there = find_components(mask, np.eye(4)), find_components(turned, np.eye(4))
    assert sorted(there.n_voxels) == sorted(here.n_voxels)
