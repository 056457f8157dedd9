"""The figures of a balance report equal slow plain ones."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lesions.balance import ks_distance, ks_optimum, smd_of_logs, write_balance
from lesions.balance_plot import write_balance_plot
from lesions.sampling import sample_rois


def test_ks_distance_equals_scipy(rng: np.random.Generator) -> None:
    for _ in range(50):
        a, b = rng.integers(1, 12, rng.integers(1, 20)), rng.integers(1, 12, rng.integers(1, 20))
        expected = stats.ks_2samp(a, b, method="asymp").statistic
        assert ks_distance(a.astype(float), b.astype(float)) == pytest.approx(expected)


def test_ks_optimum_equals_trying_every_choice(rng: np.random.Generator) -> None:
    for _ in range(60):
        target = rng.integers(1, 9, rng.integers(1, 8)).astype(float)
        pool = rng.integers(1, 9, rng.integers(3, 9)).astype(float)
        n = int(rng.integers(1, 4))
        tried = [
            ks_distance(np.array(chosen), target) for chosen in itertools.combinations(pool, n)
        ]
        assert ks_optimum(target, pool, n) == pytest.approx(min(tried))


def test_smd_is_the_difference_of_means_over_the_pooled_deviation() -> None:
    a, b = np.exp([1.0, 2.0, 3.0]), np.exp([2.0, 4.0])
    assert smd_of_logs(a, b) == pytest.approx((2 - 3) / np.sqrt((1 + 2) / 2))


def test_smd_is_not_defined_for_one_lesion_or_two_constant_sizes() -> None:
    assert smd_of_logs(np.array([2.0]), np.array([1.0, 3.0])) is None
    assert smd_of_logs(np.array([2.0, 2.0]), np.array([3.0, 3.0])) is None
    assert smd_of_logs(np.array([2.0, 2.0]), np.array([2.0, 2.0])) == 0


def test_the_report_is_json_without_nan(
    tmp_path: Path, lesion_pools: Callable[..., pd.DataFrame]
) -> None:
    table = lesion_pools(FNL=(0, 0, 1), FPL_mimic=(0, 0, 1))
    sample = sample_rois(table, 5)
    write_balance(sample.balance, tmp_path / "b.json", {"Seed": 42})

    def refuse(name: str) -> None:
        raise AssertionError(name)

    report = json.loads((tmp_path / "b.json").read_text(), parse_constant=refuse)
    fnl = next(group for group in report["groups"] if group["group"] == "FNL")
    assert (fnl["n"], fnl["median_mm3"], fnl["against_fpl_ms"]) == (0, None, None)
    assert report["Provenance"] == {"Seed": 42}


def test_the_plot_has_the_same_bytes_every_time_and_says_synthetic(
    tmp_path: Path, lesion_pools: Callable[..., pd.DataFrame]
) -> None:
    table = lesion_pools()
    plain = sample_rois(table, 20)
    table.attrs["synthetic"] = True
    synthetic = sample_rois(table, 20)
    # Settings of the process, a user's matplotlibrc for one, change nothing.
    others = {"font.size": 25, "axes.grid": True, "axes.facecolor": "#eaeaf2"}
    for name, sample, settings in (
        ("a", synthetic, {}),
        ("b", synthetic, others),
        ("c", plain, {}),
    ):
        with mpl.rc_context(settings):
            write_balance_plot(sample.rois, sample.balance, tmp_path / f"{name}.svg")
    a, b, c = ((tmp_path / f"{name}.svg").read_text("utf-8") for name in "abc")
    assert a == b
    assert "<!-- synthetic: made from phantoms -->" in a
    assert "synthetic" not in c
    assert "dc:date" not in a
