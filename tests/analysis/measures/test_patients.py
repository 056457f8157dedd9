"""Intervals that resample patients."""

import numpy as np
import pytest

from analysis.measures.patients import MIN_PATIENTS, delta_interval, share_interval

PATIENTS = [f"sub-{i % 30:02d}" for i in range(120)]


def test_answers_alike_within_patients_widen_the_interval():
    rng = np.random.default_rng(4)
    independent = rng.random(120) < 0.5
    alike = np.array([int(name[-2:]) % 2 == 0 for name in PATIENTS])
    wide, narrow = (share_interval(PATIENTS, hits, 0.95) for hits in (alike, independent))
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_independent_answers_have_about_the_binomial_interval():
    hits = np.random.default_rng(5).random(120) < 0.4
    interval = share_interval([f"sub-{i}" for i in range(120)], hits, 0.95)
    half = 1.96 * np.sqrt(hits.mean() * (1 - hits.mean()) / 120)
    assert interval.low == pytest.approx(hits.mean() - half, abs=0.015)
    assert interval.high == pytest.approx(hits.mean() + half, abs=0.015)


def test_the_interval_of_delta_is_that_of_a_slow_resampling():
    rng = np.random.default_rng(6)
    levels, in_group = rng.integers(1, 6, 120), rng.random(120) < 0.6
    fast = delta_interval(PATIENTS, levels, in_group, 0.9)
    names = np.array(PATIENTS)
    deltas = []
    for _ in range(1500):
        drawn = rng.choice(np.unique(names), 30)
        rows = np.concatenate([np.flatnonzero(names == name) for name in drawn])
        x, y = levels[rows][in_group[rows]], levels[rows][~in_group[rows]]
        deltas.append(np.sign(x[:, None] - y[None, :]).mean())
    low, high = np.quantile(deltas, [0.05, 0.95])
    assert (fast.low, fast.high) == pytest.approx((low, high), abs=0.03)


def test_few_patients_and_equal_answers_give_the_reason():
    few = [f"sub-{i % (MIN_PATIENTS - 1)}" for i in range(40)]
    hits = np.arange(40) % 3 == 0
    reason = f"interval over patients: needs {MIN_PATIENTS} patients, came {MIN_PATIENTS - 1}"
    assert share_interval(few, hits, 0.95).not_available == reason
    in_group = np.arange(40) < 20
    assert delta_interval(few, np.ones(40), in_group, 0.95).not_available == reason
    assert "0 or 1" in str(share_interval(PATIENTS, np.ones(120, bool), 0.95).not_available)


def test_the_same_answers_give_the_same_interval():
    hits = np.arange(120) % 7 < 3
    assert share_interval(PATIENTS, hits, 0.95) == share_interval(PATIENTS, hits, 0.95)
