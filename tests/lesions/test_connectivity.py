"""Runs joined into components."""

import numpy as np
import pytest

from lesions.connectivity import (
    fill_runs,
    label_runs,
    label_volume,
    overlapping_runs,
    split_at_lines,
)
from lesions.foreground import find_foreground
from lesions.runs import Runs, expand_runs


def test_runs_over_several_lines_are_cut_at_each_line() -> None:
    runs = split_at_lines(Runs(np.array([2, 20]), np.array([13, 21]), (5, 4, 2)))
    assert runs.start.tolist() == [2, 5, 10, 20]
    assert runs.stop.tolist() == [5, 10, 13, 21]


def test_filling_runs_undoes_finding_them(rng: np.random.Generator) -> None:
    for density in (0.0, 0.1, 0.9, 1.0):
        mask = rng.random((9, 8, 7)) < density
        assert np.array_equal(fill_runs(find_foreground(mask)), mask)


def test_overlapping_runs_equal_a_slow_search(rng: np.random.Generator) -> None:
    for _ in range(50):
        a, b = (find_foreground(rng.random((40, 1, 1)) < 0.5) for _ in range(2))
        found = overlapping_runs(a.start, a.stop, b.start, b.stop)
        slow = [
            (i, j)
            for i in range(len(a.start))
            for j in range(len(b.start))
            if a.start[i] < b.stop[j] and b.start[j] < a.stop[i]
        ]
        assert list(zip(*(part.tolist() for part in found), strict=True)) == slow


@pytest.mark.parametrize(
    ("offset", "joined"),
    [((1, 0, 0), True), ((1, 1, 1), True), ((-1, 1, 0), True), ((-1, -1, 1), True),
     ((2, 0, 0), False), ((0, 2, 0), False), ((1, -2, 1), False), ((0, 0, 2), False)],
)  # fmt: skip
def test_two_voxels_join_when_no_axis_parts_them_by_more_than_one(
    offset: tuple[int, int, int], joined: bool
) -> None:
    mask = np.zeros((7, 7, 7), bool)
    mask[3, 3, 3] = mask[tuple(np.array([3, 3, 3]) + offset)] = True
    labels = label_runs(split_at_lines(find_foreground(mask)))
    assert (labels.max() == 1) == joined


@pytest.mark.parametrize("shape", [(3, 1, 1), (1, 41, 1), (31, 31, 1), (3, 3, 3), (5, 5, 5)])
def test_a_volume_may_hold_as_many_lesions_as_fit(shape: tuple[int, int, int]) -> None:
    mask = np.zeros(shape, np.uint8, order="F")
    mask[::2, ::2, ::2] = 1
    labels, n_labels = label_volume(mask)
    assert n_labels == labels.max() == mask.sum()


def test_no_runs_expand_to_no_positions() -> None:
    assert expand_runs(np.empty(0, np.int64), np.empty(0, np.int64)).tolist() == []
