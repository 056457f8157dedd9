"""Outcomes: TPL, FPL, FNL, overlaps, and the files that are refused."""

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from lesions.components import find_components, label_mask
from lesions.geometry import GridError
from lesions.outcomes import Match, match_files, match_lesions


def mask(drawing: str) -> npt.NDArray[np.bool_]:
    """Turn `#` and `.` into a mask of one line."""
    return np.array([c == "#" for c in drawing]).reshape(-1, 1, 1)


def match(reference: str, prediction: str) -> Match:
    """Match two drawings."""
    return match_lesions(mask(reference), mask(prediction), np.eye(4))


@pytest.mark.parametrize(
    ("reference", "prediction", "tpl", "fpl", "fnl", "detected"),
    [
        ("......", "......", 0, 0, 0, 0),
        ("......", "#..##.", 0, 2, 0, 0),
        ("#..##.", "......", 0, 0, 2, 0),
        ("##....", ".##...", 1, 0, 0, 1),
        ("##....", "..##..", 0, 1, 1, 0),  # touching is not sharing
        ("##..##", ".####.", 1, 0, 0, 2),
        (".####.", "##..##", 2, 0, 0, 1),
        ("######", "######", 1, 0, 0, 1),
    ],
)
def test_lesions_are_counted_as_the_paper_counts_them(
    reference: str, prediction: str, tpl: int, fpl: int, fnl: int, detected: int
) -> None:
    found = match(reference, prediction)
    assert (found.n_tpl, found.n_fpl, found.n_fnl) == (tpl, fpl, fnl)
    assert found.n_detected_reference == detected


def test_one_prediction_over_two_reference_lesions_is_one_tpl_and_no_fnl() -> None:
    found = match("##..##", ".####.")
    assert found.overlaps.tolist() == [[1, 1, 1], [2, 1, 1]]
    assert (found.n_reference, found.n_prediction, found.n_shared_voxels) == (2, 1, 2)


def test_every_lesion_has_its_outcome() -> None:
    found = match("##..##..#", "#...#.#..")
    assert found.prediction_outcomes.tolist() == ["TPL", "TPL", "FPL"]
    assert found.reference_outcomes.tolist() == ["TPL", "TPL", "FNL"]


def slow_overlaps(a: npt.NDArray[np.bool_], b: npt.NDArray[np.bool_]) -> list[list[int]]:
    """Count shared voxels pair by pair."""
    pairs, counts = np.unique(
        np.stack([label_mask(a)[a & b], label_mask(b)[a & b]]), axis=1, return_counts=True
    )
    return [[int(r), int(p), int(n)] for (r, p), n in zip(pairs.T, counts, strict=True)]


def test_five_hundred_random_pairs_of_files_equal_scipy(write_mask: Any) -> None:
    rng = np.random.default_rng(5)
    cube = np.ones((3, 3, 3))
    for round_ in range(500):
        shape = tuple(rng.integers(1, (30, 14, 12)))
        a, b = (rng.random(shape) < rng.choice([0, 0.01, 0.1, 0.4]) for _ in range(2))
        order = "<>"[round_ % 2]
        kind = ["uint8", "int16", "float32", "float64", "int64"][round_ % 5]
        name = ["a.nii", "a.nii.gz"][round_ % 2]
        found = match_files(
            write_mask(a.astype(kind), name, byte_order=order), write_mask(b, "b.nii.gz")
        )
        labels_a, n_a = ndimage.label(a, cube)
        labels_b, n_b = ndimage.label(b, cube)
        hit_a, hit_b = set(labels_a[a & b]), set(labels_b[a & b])
        assert (found.n_reference, found.n_prediction) == (n_a, n_b)
        assert (found.n_tpl, found.n_fpl) == (len(hit_b), n_b - len(hit_b))
        assert (found.n_detected_reference, found.n_fnl) == (len(hit_a), n_a - len(hit_a))
        assert found.overlaps.tolist() == slow_overlaps(a, b)
        assert found.n_shared_voxels == (a & b).sum()
        assert sorted(found.reference.n_voxels) == sorted(np.bincount(labels_a.ravel())[1:])


def test_masks_of_noise_match_alike_by_runs_and_in_the_volume(
    write_mask: Any, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    affine = np.diag([-2.0, 1.5, 3, 1])
    for density in (0.05, 0.3, 0.8):  # the first two are measured by the two dense ways
        masks = [rng.random((60, 50, 40)) < density for _ in range(2)]
        paths = [
            write_mask(mask, name, affine)
            for mask, name in zip(masks, ("a.nii", "b.nii"), strict=True)
        ]
        found = []
        for min_runs in (10**9, 0):
            monkeypatch.setattr("lesions.runs.DENSE_MIN_RUNS", min_runs)
            found += [match_files(*paths), match_lesions(masks[0], masks[1], affine)]
        assert_all_equal(found)


def test_masks_of_noise_in_memory_are_not_matched_by_runs(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr("lesions.runs.DENSE_MIN_RUNS", 0)
    monkeypatch.setattr("lesions.outcomes.label_runs", None)  # can't be called
    monkeypatch.setattr("lesions.components.label_runs", None)
    noise, blank = rng.random((30, 20, 10)) < 0.3, np.zeros((30, 20, 10), bool)
    for order in ("C", "F"):
        mask = np.asarray(noise, np.int16, order=order)
        assert match_lesions(blank, mask, np.eye(4)).n_reference == 0
        assert find_components(mask, np.eye(4)).n_voxels.sum() == noise.sum()
    with pytest.raises(GridError, match="prediction must have the shape of reference"):
        match_lesions(noise, noise[1:], np.eye(4))


def assert_all_equal(matches: list[Match]) -> None:
    """Compare every number of several matches with the first's."""
    for match in matches[1:]:
        for part in ("reference", "prediction"):
            for field in ("n_voxels", "volume_mm3", "centroid_ijk", "centroid_ras_mm", "bbox_ijk"):
                a, b = (getattr(getattr(one, part), field) for one in (matches[0], match))
                assert a.dtype == b.dtype
                assert np.allclose(a, b, rtol=1e-12, atol=1e-9)
        assert np.array_equal(matches[0].overlaps, match.overlaps)
        assert matches[0].n_shared_voxels == match.n_shared_voxels


@given(st.integers(0, 10_000), st.floats(0, 0.4), st.floats(0, 0.4))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_swapping_the_masks_swaps_the_overlaps(seed: int, p: float, q: float) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.random((7, 6, 5)) < p, rng.random((7, 6, 5)) < q
    there, back = match_lesions(a, b, np.eye(4)), match_lesions(b, a, np.eye(4))
    assert sorted(there.overlaps.tolist()) == sorted(back.overlaps[:, [1, 0, 2]].tolist())
    assert there.n_tpl == back.n_detected_reference


def test_masks_in_memory_of_unequal_shape_are_refused() -> None:
    with pytest.raises(GridError, match=r"prediction must have the shape of reference"):
        match("##", "###")


@pytest.mark.parametrize("turn_rad", [np.pi, np.pi - 3e-4, np.pi - 1e-3, np.pi + 6e-4])
def test_masks_with_one_qform_and_no_sform_lie_on_one_grid(
    turn_rad: float, rng: np.random.Generator, tmp_path: Path
) -> None:
    affine = np.eye(4)
    affine[:2, :2] = [[np.cos(turn_rad), -np.sin(turn_rad)], [np.sin(turn_rad), np.cos(turn_rad)]]
    affine[:3, 3] = 90.3, -126.7, -72.1
    for name in ("a.nii.gz", "b.nii.gz"):
        image = nibabel.Nifti1Image((rng.random((9, 8, 7)) < 0.1).astype(np.uint8), None)  # type: ignore[no-untyped-call]
        image.set_qform(affine, code=1)  # type: ignore[no-untyped-call]
        nibabel.save(image, tmp_path / name)
    found = match_files(tmp_path / "a.nii.gz", tmp_path / "b.nii.gz")
    assert np.allclose(found.affine, affine, atol=2e-3)


def test_a_shifted_prediction_is_refused_by_name(write_mask: Any) -> None:
    shifted = np.eye(4)
    shifted[0, 3] = -50
    array = np.ones((3, 3, 3), bool)
    with pytest.raises(GridError, match=r"b\.nii must lie on the grid of .*a\.nii .* 50 mm away"):
        match_files(write_mask(array, "a.nii"), write_mask(array, "b.nii", shifted))


def test_one_grid_stored_in_another_orientation_is_refused_by_name(write_mask: Any) -> None:
    flipped = np.diag([-1.0, 1, 1, 1])
    flipped[0, 3] = 2
    array = np.ones((3, 3, 3), bool)
    with pytest.raises(GridError, match=r"orientation of .*a\.nii \(RAS\), not LAS; the grid is"):
        match_files(write_mask(array, "a.nii"), write_mask(array, "b.nii", flipped))


def test_rounding_of_the_affine_is_no_other_grid(write_mask: Any) -> None:
    near = np.eye(4)
    near[0, 3] = 0.0009
    array = np.eye(3, dtype=bool)[None]
    assert match_files(write_mask(array, "a.nii"), write_mask(array, "b.nii", near)).n_tpl == 1
