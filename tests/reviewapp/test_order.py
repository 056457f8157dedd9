"""Drawing a rater's order."""

import hashlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewapp.order import OrderError, draw_order, spacing
from reviewapp.rounds import largest_distance
from reviewapp.searches import PATIENT_DISTANCE
from reviewapp.showings import Showing

MANY = [f"p{i}" for i, n in enumerate((30, 20, 15, 15, 10, 10, 8, 6, 4, 2)) for _ in range(n)]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_every_roi_comes_once_and_a_share_of_them_twice(share: float) -> None:
    order = draw_order(MANY, seed=3, rater="anna", repeat_share=share)
    times = Counter(showing.roi for showing in order)
    assert sorted(times) == list(range(len(MANY)))
    assert sum(n == 2 for n in times.values()) == round(share * len(MANY))


def test_repeats_come_after_the_first_showing_and_far_apart() -> None:
    order = draw_order(MANY, seed=3, rater="anna", repeat_share=0.1, repeat_distance=40)
    place = {showing: i for i, showing in enumerate(order)}
    gaps = [i - place[Showing(s.roi, 0)] for s, i in place.items() if s.repeat]
    assert min(gaps) >= 40
    assert spacing(order, MANY).repeat == min(gaps)


@pytest.mark.parametrize("seed", range(5))
def test_rois_of_a_patient_reach_the_largest_distance_that_is_possible(seed: int) -> None:
    order = draw_order(MANY, seed=seed, rater="anna", repeat_share=0)
    # 30 of 120 ROIs are one patient's: (120 - 1) // 29 = 4 places apart at best.
    assert spacing(order, MANY).patient == 4


def test_patients_are_met_early_and_late_alike() -> None:
    places: dict[str, list[float]] = {}
    for seed in range(150):
        order = draw_order(MANY, seed=seed, rater="anna", repeat_share=0)
        for place, showing in enumerate(order):
            places.setdefault(MANY[showing.roi], []).append(place / (len(order) - 1))
    means = [np.mean(p) for p in places.values()]
    assert max(abs(mean - 0.5) for mean in means) < 0.04


def test_the_seed_and_the_rater_settle_the_order() -> None:
    assert draw_order(MANY, seed=1, rater="anna") == draw_order(MANY, seed=1, rater="anna")
    assert draw_order(MANY, seed=1, rater="anna") != draw_order(MANY, seed=1, rater="ben")
    assert draw_order(MANY, seed=1, rater="anna") != draw_order(MANY, seed=2, rater="anna")


@pytest.mark.parametrize("n", range(1, 9))
@pytest.mark.parametrize("n_patients", [1, 2, 8])
def test_small_studies_get_an_order_too(n: int, n_patients: int) -> None:
    patients = [i % n_patients for i in range(n)]
    order = draw_order(patients, seed=1, rater="anna", repeat_share=0.5)
    assert len(order) == n + int(n * 0.5 + 0.5)


@given(
    patients=st.lists(st.integers(0, 9), max_size=60),
    seed=st.integers(0, 2**63 - 1),
    share=st.sampled_from([0.0, 0.1, 0.25, 0.5]),
    distance=st.integers(1, 60),
)
def test_any_order_shows_each_roi_and_keeps_repeats_as_far_apart_as_asked(
    patients: list[int], seed: int, share: float, distance: int
) -> None:
    order = draw_order(
        patients, seed=seed, rater="anna", repeat_share=share, repeat_distance=distance
    )
    first = {s.roi: place for place, s in enumerate(order) if s.repeat == 0}
    again = {s.roi: place for place, s in enumerate(order) if s.repeat == 1}
    assert sorted(first) == list(range(len(patients)))
    assert len(again) == int(len(patients) * share + 0.5) == len(order) - len(patients)
    # No order of n ROIs keeps its repeats further apart than n: test_order_optimum.py.
    gaps = [place - first[roi] for roi, place in again.items()]
    assert min(gaps, default=60) >= min(distance, len(patients))


@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=60), seed=st.integers(0, 2**63 - 1))
def test_without_repeats_patients_are_as_far_apart_as_any_order_has_them(
    sizes: list[int], seed: int
) -> None:
    patients = [i for i, n in enumerate(sizes) for _ in range(n)]
    order = draw_order(patients, seed=seed, rater="anna", repeat_share=0)
    reached = spacing(order, patients).patient
    if max(sizes) > 1:
        assert reached is not None
        best = largest_distance(sizes)
        assert best <= (len(patients) - 1) // (max(sizes) - 1)
        assert min(best, PATIENT_DISTANCE) <= reached <= best


@pytest.mark.parametrize(("n", "per_patient"), [(60, 1), (100, 5), (120, 30), (227, 6), (5000, 25)])
@pytest.mark.parametrize("seed", range(5))
def test_repeats_come_40_places_later_and_patients_no_nearer_for_it(
    n: int, per_patient: int, seed: int
) -> None:
    patients = [i // per_patient for i in range(n)]
    order = draw_order(patients, seed=seed, rater="anna")
    found = spacing(order, patients)
    shown = Counter(patients[showing.roi] for showing in order)
    assert found.repeat is not None
    assert found.patient is not None
    assert found.repeat >= 40
    assert found.patient >= min(PATIENT_DISTANCE, largest_distance([*shown.values()]))


def test_repeats_lie_at_many_distances_and_any_roi_comes_again() -> None:
    seen, gaps = set(), list[int]()
    for seed in range(60):
        place = {s: i for i, s in enumerate(draw_order(MANY, seed=seed, rater="anna"))}
        again = [s.roi for s in place if s.repeat]
        seen.update(again)
        gaps += [place[Showing(roi, 1)] - place[Showing(roi, 0)] for roi in again]
    assert len(seen) == len(MANY)
    assert np.quantile(gaps, 0.1) < 50
    assert np.quantile(gaps, 0.9) > 85


def test_the_order_is_the_same_on_any_machine() -> None:
    order = draw_order("AAABBCCD", seed=42, rater="anna", repeat_share=0.25, repeat_distance=4)
    assert [showing.roi for showing in order] == [1, 4, 7, 0, 6, 4, 2, 5, 3, 1]
    large = draw_order([i % 97 for i in range(5000)], seed=42, rater="änna")
    told = ",".join(f"{showing.roi}.{showing.repeat}" for showing in large)
    assert hashlib.sha256(told.encode()).hexdigest()[:16] == "eb3663ec1bb2d1f0"


def test_what_a_patient_is_called_changes_nothing() -> None:
    named = [f"sub-{patient}" for patient in MANY]
    assert draw_order(MANY, seed=1, rater="anna") == draw_order(named, seed=1, rater="anna")


def test_no_roi_gives_an_empty_order() -> None:
    assert draw_order([], seed=1, rater="anna") == ()


@pytest.mark.parametrize(("share", "distance"), [(0.6, 40), (-0.1, 40), (0.1, 0)])
def test_settings_out_of_range_are_refused(share: float, distance: int) -> None:
    with pytest.raises(OrderError, match="must be"):
        draw_order(MANY, seed=1, rater="anna", repeat_share=share, repeat_distance=distance)
