"""Drawing a rater's order."""

from collections import Counter

import numpy as np
import pytest

from reviewapp.order import OrderError, Showing, draw_order, spacing

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


def test_no_roi_gives_an_empty_order() -> None:
    assert draw_order([], seed=1, rater="anna") == ()


@pytest.mark.parametrize(("share", "distance"), [(0.6, 40), (-0.1, 40), (0.1, 0)])
def test_settings_out_of_range_are_refused(share: float, distance: int) -> None:
    with pytest.raises(OrderError, match="must be"):
        draw_order(MANY, seed=1, rater="anna", repeat_share=share, repeat_distance=distance)
