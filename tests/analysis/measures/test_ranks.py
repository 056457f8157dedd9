"""Clustered ranks and Cliff's delta against published values."""

import numpy as np
import pytest

from analysis.measures.clustered_ranks import datta_satten
from analysis.measures.superiority import cliffs_delta


def test_the_authors_example_of_the_clustered_rank_sum():
    """The sample with Datta and Satten's R function: S .921875, E .8333, var .0056293, z 1.1801."""
    clusters, group = [1, 1, 2, 2, 2, 2, 3, 3, 3], [0, 1, 0, 0, 1, 1, 1, 0, 1]
    found = datta_satten([1, 4, 2, 4, 6, 7, 4, 7, 8], group, clusters)
    assert (found.statistic, found.mean) == pytest.approx((0.921875, 0.8333333), abs=1e-7)
    assert (found.variance, found.z) == pytest.approx((0.0056293, 1.180105), abs=1e-6)
    assert 2 * (1 - found.p_lower) == pytest.approx(0.2379586, abs=1e-6)


def test_with_one_answer_a_cluster_it_is_close_to_mann_whitney():
    rng = np.random.default_rng(1)
    levels = rng.integers(1, 6, 200)
    group = np.arange(200) < 80
    plain = (levels[group][:, None] - levels[~group][None, :] > 0).mean()
    plain += (levels[group][:, None] == levels[~group][None, :]).mean() / 2
    found = datta_satten(levels, group, np.arange(200))
    assert np.sign(found.z) == np.sign(plain - 0.5)
    u = 80 * 120 * (plain - 0.5)
    ties = np.unique(levels, return_counts=True)[1]
    variance = 80 * 120 / 12 * (201 - (ties**3 - ties).sum() / (200 * 199))
    assert found.z == pytest.approx(u / np.sqrt(variance), abs=0.05)


def test_its_size_holds_where_patients_answers_are_alike():
    rng = np.random.default_rng(8)
    rejected = 0
    for _ in range(400):
        patient = np.repeat(np.arange(24), 6)
        levels = np.digitize(rng.normal(size=24)[patient] + rng.normal(size=144), [-1, 0, 1])
        group = patient % 2 == 0
        rejected += datta_satten(levels, group, patient).p_lower < 0.05
    assert 0.02 <= rejected / 400 <= 0.09


def test_no_variance_has_no_test():
    assert datta_satten([3, 3, 3], [True, False, True], [1, 2, 3]) is None
    assert datta_satten([1, 2], [True, False], [1, 1]) is None


def test_delta_is_that_of_effsize():
    """R effsize, help of cliff.delta: -0.25 (-0.7265846 to 0.3890062)."""
    treatment, control = [10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50]
    found = cliffs_delta(treatment, control)
    assert found.value == pytest.approx(-0.25)
    assert (found.low, found.high) == pytest.approx((-0.7265846, 0.3890062), abs=1e-6)


def test_delta_of_groups_apart_has_no_interval():
    assert cliffs_delta([1, 1], [2, 3]) == cliffs_delta([1, 1], [2, 3])
    assert cliffs_delta([1, 1], [2, 3]).low is None
    assert cliffs_delta([1], [1, 2]).low is None
