"""The split: subjects whole, sites and loads alike on both sides, the same on any machine."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesions.scans import Scan
from training.split import split_subjects
from training.strata import (
    Load,
    SplitError,
    Subject,
    find_strata,
    gather_subjects,
    quantile_bins,
)


def subject(name, site="A", n_lesions=1.0, volume=10.0):
    return Subject(name, site, (f"{name}_acq-T1w",), n_lesions, volume)


def crowd(n, sites="ABC", seed=0):
    """Give subjects with loads as skewed as the paper's figure 2 shows them."""
    rng = np.random.default_rng(seed)
    volumes = np.exp(rng.normal(4, 1.5, n))
    counts = rng.poisson(np.sqrt(volumes) / 2)
    rows = zip(counts.tolist(), volumes.tolist(), strict=True)
    return [
        subject(f"sub-{i:03d}", sites[i % len(sites)], float(count), volume)
        for i, (count, volume) in enumerate(rows)
    ]


def scan(name, site="A", session=None):
    return Scan(name, session, "MP2RAGE", "MS", site, 3.0, None, f"{name}{session}.nii.gz")


@given(st.lists(st.integers(0, 30) | st.floats(0, 1e4), min_size=1, max_size=60))
def test_bins_are_those_of_pandas(values):
    expected = (
        pd.qcut(values, 5, labels=False, duplicates="drop") if min(values) < max(values) else 0
    )
    found = np.unique(quantile_bins(values), return_inverse=True)[1]
    np.testing.assert_array_equal(
        found, np.unique(np.broadcast_to(expected, len(values)), return_inverse=True)[1]
    )


@given(st.integers(10, 80), st.integers(0, 5), st.permutations(range(80)))
def test_the_order_of_the_rows_changes_nothing(n, seed, order):
    subjects = crowd(n, seed=seed)
    shuffled = [subjects[i] for i in order if i < n]
    split, again = split_subjects(subjects), split_subjects(shuffled)
    assert (split.sides, split.folds) == (again.sides, again.folds)


def test_the_split_of_a_seed_never_changes():
    subjects = [
        subject(f"sub-{i:02d}", "AB"[i % 2], float(7 * i % 11), float(37 * i * i % 101))
        for i in range(20)
    ]
    split = split_subjects(subjects, seed=42)
    tests = [int(name[4:]) for name, side in split.sides.items() if side == "test-in"]
    assert sorted(tests) == [3, 13, 14, 16]
    folds = {int(name[4:]): fold for name, fold in split.folds.items()}
    assert [folds[i] for i in sorted(folds)] == [3, 1, 0, 3, 2, 2, 2, 2, 1, 4, 4, 1, 0, 0, 4, 3]


def test_another_seed_gives_another_split():
    assert split_subjects(crowd(40), seed=1).sides != split_subjects(crowd(40), seed=2).sides


@pytest.mark.parametrize("n", [50, 123, 432])
def test_each_site_gives_a_fifth_and_each_fold_a_fifth_of_the_rest(n):
    subjects = crowd(n)
    split = split_subjects(subjects)
    for site in "ABC":
        own = [one.name for one in subjects if one.site == site]
        n_tests = sum(split.sides[name] == "test-in" for name in own)
        assert abs(n_tests - len(own) / 5) < 1
        validated = Counter(split.folds[name] for name in own if name in split.folds)
        assert max(validated.values()) - min(validated.values()) <= 1
    assert abs(sum(side == "test-in" for side in split.sides.values()) - n / 5) < 1


def test_strata_and_their_neighbours_give_their_share_within_one():
    subjects = crowd(432)
    split = split_subjects(subjects)
    for stratum in set(split.strata.values()):
        own = [name for name, found in split.strata.items() if found == stratum]
        n_tests = sum(split.sides[name] == "test-in" for name in own)
        assert abs(n_tests - len(own) / 5) < 1


def test_both_sides_have_loads_more_alike_than_a_random_split_of_each_site():
    def difference(sides):
        logs = np.log([one.volume_mm3 for one in subjects])
        is_test = np.array([sides[one.name] == "test-in" for one in subjects])
        return abs(logs[is_test].mean() - logs[~is_test].mean())

    ours, random = [], []
    rng = np.random.default_rng(7)
    for seed in range(40):
        subjects = crowd(100, seed=seed)
        ours.append(difference(split_subjects(subjects, seed=seed).sides))
        chosen = set(rng.choice([one.name for one in subjects], 20, replace=False))
        random.append(
            difference({one.name: "test-in" if one.name in chosen else "train" for one in subjects})
        )
    assert np.mean(ours) < 0.7 * np.mean(random)


def test_no_stratum_is_left_alone_where_its_site_has_another():
    strata = find_strata(crowd(60))
    sites = Counter(site for site, _, _ in set(strata))
    assert all(n > 1 for stratum, n in Counter(strata).items() if sites[stratum[0]] > 1)


def test_a_single_sample_joins_the_nearest_of_its_own_site():
    loads = {"far": (1, 10), "near": (9, 90), "alone": (20, 200)}
    subjects = [subject(f"sub-{who}{i}", "A", *loads[who]) for who in ("far", "near") for i in "12"]
    subjects += [subject(f"sub-b{i}", "B", 20, 200) for i in range(3)]
    subjects += [subject(f"sub-c{i}", "C", i, 10 * i) for i in range(1, 13)]
    strata = find_strata([*subjects, subject("sub-alone", "A", *loads["alone"])])
    far, near, elsewhere, alone = strata[0], strata[2], strata[4], strata[-1]
    assert alone == near
    assert len({far, near, elsewhere}) == 3


def test_the_only_subject_of_a_site_stays_and_is_used():
    subjects = [*crowd(30, "A"), subject("sub-lonely", "B")]
    assert "sub-lonely" in split_subjects(subjects).sides


def test_a_share_of_none_makes_folds_alone():
    split = split_subjects(crowd(12), test_share=Fraction(0), n_folds=3)
    assert set(split.sides.values()) == {"train"}
    assert sorted(Counter(split.folds.values()).values()) == [4, 4, 4]


def test_too_few_subjects_for_the_folds_are_refused():
    with pytest.raises(SplitError, match="at least 5 training subjects for 5 folds, came 3 of 4"):
        split_subjects(crowd(4))


def test_scans_of_a_subject_are_one_with_their_mean_load():
    scans = [scan("sub-01", session="ses-02"), scan("sub-01", session="ses-01"), scan("sub-02")]
    names = [one.name for one in scans]
    loads = dict(zip(names, [Load(4, 40.0), None, None], strict=True))
    subjects, without = gather_subjects(scans, loads)
    assert without == [names[2]]
    assert [(one.scans, one.n_lesions) for one in subjects] == [((names[1], names[0]), 4.0)]
    loads[names[1]] = Load(2, 0.0)
    assert gather_subjects(scans, loads)[0][0].volume_mm3 == 20.0


def test_a_subject_at_two_sites_is_refused():
    scans = [scan("sub-01", "A", "ses-01"), scan("sub-01", "B", "ses-02")]
    with pytest.raises(SplitError, match="sub-01: expected the scans of a subject at one site"):
        gather_subjects(scans, {one.name: Load(1, 1.0) for one in scans})
