"""Sizes are assigned at the least cost that the cap on a patient allows."""

import itertools

import numpy as np
import pytest

from lesions.balance import ks_distance, ks_optimum
from lesions.size_matching import (
    SizeMatchingError,
    assign_sizes,
    ks_windows,
    match_sizes,
    mid_quantiles,
)


def cost(template: np.ndarray, chosen: np.ndarray) -> float:
    return float(((np.log(np.sort(template)) - np.log(np.sort(chosen))) ** 2).sum())


@pytest.mark.parametrize("cap", [1, 2, 3])
def test_an_assignment_is_the_best_of_all_choices(rng: np.random.Generator, cap: int) -> None:
    for _ in range(40):
        template = np.exp(rng.normal(2, 1, 3))
        volumes = np.exp(rng.normal(2, 1, 8))
        patients = rng.integers(0, 3, 8)
        costs = [
            cost(template, volumes[list(chosen)])
            for chosen in itertools.combinations(range(8), 3)
            if np.bincount(patients[list(chosen)]).max() <= cap
        ]
        chosen = assign_sizes(template, volumes, patients, cap)
        if not costs:
            assert chosen is None
            continue
        assert chosen is not None
        assert len(set(chosen.tolist())) == 3
        assert np.bincount(patients[chosen]).max() <= cap
        assert cost(template, volumes[chosen]) == pytest.approx(min(costs), abs=1e-3)


def test_a_choice_keeps_the_ks_goal_exactly_where_it_stays_in_the_windows(
    rng: np.random.Generator,
) -> None:
    kept = 0
    for _ in range(60):
        target = rng.integers(1, 12, 9).astype(float)
        pool = rng.integers(1, 12, 9).astype(float)
        low, high = ks_windows(target, pool, 3)
        goal = ks_optimum(target, pool, 3) + 0.01
        for chosen in itertools.combinations(np.sort(pool), 3):
            inside = bool(np.all((low <= chosen) & (np.array(chosen) <= high)))
            assert inside == (ks_distance(np.array(chosen), target) <= goal)
            kept += inside
    assert kept > 60


def test_mid_quantiles_of_as_many_volumes_are_those_volumes() -> None:
    volumes = np.array([8.0, 1.0, 3.0])
    assert mid_quantiles(volumes, 3) == pytest.approx([1, 3, 8])


def test_the_cap_is_the_smallest_that_keeps_the_balance() -> None:
    # Patient 0 has every size; patients 1 to 4 have one size each, all that are wanted.
    target = np.array([1.0, 2.0, 4.0, 8.0])
    volumes = np.r_[target, target]
    patients = np.array([0, 0, 0, 0, 1, 2, 3, 4])
    match = match_sizes(target, volumes, patients, 4)
    assert match.cap == 1
    assert sorted(volumes[match.chosen]) == [1, 2, 4, 8]


def test_a_cap_that_would_spoil_the_balance_is_not_taken() -> None:
    # Only patient 0 has the sizes that are wanted.
    volumes = np.array([1.0, 2, 4, 8, 500, 600, 700, 800])
    match = match_sizes(volumes[:4], volumes, np.array([0, 0, 0, 0, 1, 2, 3, 4]), 4)
    assert sorted(volumes[match.chosen]) == [1, 2, 4, 8]
    assert match.cap == 4


def test_a_cap_that_is_asked_for_holds_whatever_it_costs() -> None:
    volumes = np.array([1.0, 2, 4, 8, 500, 600, 700, 800])
    patients = np.array([0, 0, 0, 0, 1, 2, 3, 4])
    match = match_sizes(volumes[:4], volumes, patients, 4, cap=1)
    assert np.bincount(patients[match.chosen]).max() == 1
    with pytest.raises(SizeMatchingError, match="at most 1 of one patient leaves fewer than 6"):
        match_sizes(volumes[:4], volumes, patients, 6, cap=1)


def test_no_candidate_gives_no_lesion() -> None:
    assert len(match_sizes(np.array([1.0]), np.zeros(0), np.zeros(0, int), 3).chosen) == 0
