"""Drawn orders of a few ROIs against the best of all orders that there are."""

import random
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

import pytest

from reviewapp.order import draw_order, spacing
from reviewapp.rounds import Demand, demand, largest_distance


def all_orders(counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Give each order of patients with so many showings, by a plain search."""
    if not any(counts):
        yield ()
    for i, n in enumerate(counts):
        if n:
            left = [*counts[:i], n - 1, *counts[i + 1 :]]
            yield from ((i, *rest) for rest in all_orders(left))


def patient_distance(order: Sequence[int]) -> int:
    """Give the least distance of two equal ones, the length where none comes twice."""
    pairs = combinations(range(len(order)), 2)
    return min((b - a for a, b in pairs if order[a] == order[b]), default=len(order))


def pairs_fit(places: Sequence[int], n_pairs: int, apart: int) -> bool:
    """Say whether n pairs of places are apart, by a search of all pairings."""
    return any(
        all(b - a >= apart for a, b in zip(chosen[:n_pairs], chosen[n_pairs:], strict=True))
        for chosen in permutations(places, 2 * n_pairs)
    )


def best_distance(demands: Sequence[Demand]) -> int:
    """Give the largest patient distance of all orders that keep their repeats apart, 0 for none."""
    best = 0
    for order in all_orders([one.n for one in demands]):
        own = [[place for place, i in enumerate(order) if i == j] for j in range(len(demands))]
        if all(one.fits(at, one.apart) for one, at in zip(demands, own, strict=True)):
            best = max(best, patient_distance(order))
    return best


@pytest.mark.parametrize("counts", [(1,), (3,), (1, 1, 1), (2, 1), (3, 3, 1), (4, 2, 1), (3, 2, 2)])
def test_the_largest_distance_is_that_of_the_best_order(counts: tuple[int, ...]) -> None:
    assert largest_distance(counts) == max(map(patient_distance, all_orders(counts)))


@pytest.mark.parametrize("apart", [1, 2, 3, 5])
def test_repeats_fit_where_any_pairs_do(apart: int) -> None:
    rng = random.Random(3)
    for _ in range(200):
        n_repeats = rng.randint(1, 2)
        n_rois = rng.randint(n_repeats, 4)
        places = sorted(rng.sample(range(12), n_rois + n_repeats))
        fits = demand(n_rois, n_repeats, apart).fits(places, apart)
        assert fits == pairs_fit(places, n_repeats, apart)


@pytest.mark.parametrize(("n", "n_repeats"), [(2, 1), (3, 1), (4, 1), (4, 2), (5, 2)])
def test_no_order_keeps_repeats_further_apart_than_there_are_rois(n: int, n_repeats: int) -> None:
    def is_kept(apart: int) -> bool:
        rois = [demand(1, int(i < n_repeats), apart) for i in range(n)]
        return best_distance(rois) > 0

    assert [is_kept(n), is_kept(n + 1)] == [True, False]


def test_patients_are_as_far_apart_as_in_the_best_order_that_keeps_the_repeats() -> None:
    rng = random.Random(1)
    for seed in range(150):
        n = rng.randint(2, 6)
        share, distance = rng.choice([0.1, 0.2, 0.3, 0.4, 0.5]), rng.choice([1, 2, 3, 4, 40])
        patients = [rng.randrange(rng.randint(1, n)) for _ in range(n)]
        order = draw_order(
            patients, seed=seed, rater="anna", repeat_share=share, repeat_distance=distance
        )
        twice = [patients[showing.roi] for showing in order if showing.repeat]
        demands = [
            demand(patients.count(one), twice.count(one), min(distance, n))
            for one in sorted({*patients})
        ]
        reached = spacing(order, patients).patient or len(order)
        assert reached == best_distance(demands), (patients, share, distance)
