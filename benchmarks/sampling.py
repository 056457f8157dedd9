"""Compare ways to draw lesions matched in size: `python benchmarks/sampling.py`.

2 x 50 lesions from 2,000 candidates, to follow 109 FPLs; every way sees the same pools. Sizes are
log-normal whole numbers of voxels, patients differ in load: simulated, not measured lesions.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lesions.balance import (
    GOAL_KS_EXCESS,
    GOAL_SMD,
    Balance,
    ks_distance,
    ks_optimum,
    smd_of_logs,
)
from lesions.sampling import sample_rois

Floats = NDArray[np.float64]
Draw = Callable[[Floats, Floats, int, np.random.Generator], NDArray[np.int64]]
#: Group -> number of candidates, mean and standard deviation of log voxels (median 20, 15, 49).
POOLS = {"FPL": (109, 3.0, 0.9), "FNL": (1000, 2.7, 0.9), "TPL": (1000, 3.9, 1.0)}
N = 50
N_PATIENTS = 60


@dataclass
class Tally:
    """What one way reached over all cohorts."""

    smd: list[float]
    excess: list[float]
    most: list[int]
    seconds: list[float]


def simulate_table(seed: int) -> pd.DataFrame:
    """Give a lesion table of one cohort."""
    rng = np.random.default_rng(seed)
    parts = []
    for outcome, (n, mean, spread) in POOLS.items():
        owners = rng.choice(N_PATIENTS, n, p=rng.dirichlet(np.full(N_PATIENTS, 0.6)))
        volumes = np.maximum(1.0, np.rint(np.exp(rng.normal(mean, spread, n))))
        part = pd.DataFrame({"volume_mm3": volumes, "outcome": outcome})
        part["participant_id"] = [f"sub-{owner:02}" for owner in owners]
        part["lesion_id"] = [f"{outcome}-{i:04}" for i in range(n)]
        part["drawn_in"] = "prediction" if outcome == "FPL" else "reference"
        parts.append(part.assign(diagnosis="MS", acquisition="MP2RAGE"))
    return pd.concat(parts, ignore_index=True)


def draw_at_random(
    target: Floats, pool: Floats, n: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw without looking at sizes."""
    return rng.choice(len(pool), n, replace=False)


def draw_from_bins(
    target: Floats, pool: Floats, n: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw as many from each decile of the target's sizes; what a bin lacks comes at random."""
    bins = 10
    edges = np.quantile(target, np.linspace(0, 1, bins + 1))[1:-1]
    mine = np.searchsorted(edges, pool, side="right")
    chosen: list[int] = []
    for number in range(bins):
        there = np.flatnonzero(mine == number)
        chosen += rng.choice(there, min(n // bins, len(there)), replace=False).tolist()
    left = np.setdiff1d(np.arange(len(pool)), chosen)
    chosen += rng.choice(left, n - len(chosen), replace=False).tolist()
    return np.array(chosen)


def draw_nearest(
    target: Floats, pool: Floats, n: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Take for each of n targets, drawn at random, the nearest candidate that is left."""
    logs = np.log(pool)
    for_whom = rng.choice(np.log(target), n, replace=len(target) < n)
    chosen: list[int] = []
    for wanted in for_whom:
        best = int(np.argmin(np.abs(logs - wanted)))
        logs[best] = math.inf
        chosen.append(best)
    return np.array(chosen)


RIVALS: dict[str, Draw] = {
    "greedy nearest neighbour": draw_nearest,
    "10 quantile bins": draw_from_bins,
    "random": draw_at_random,
}


def compare_ways(n_cohorts: int) -> tuple[dict[str, Tally], list[Balance]]:
    """Draw from every cohort in every way; give also our balance reports."""
    balances = []
    tallies = {name: Tally([], [], [], []) for name in ("assignment (ours)", *RIVALS)}
    for seed in range(n_cohorts):
        table = simulate_table(seed)
        target = table.loc[table["outcome"] == "FPL", "volume_mm3"].to_numpy(np.float64)
        begun = time.perf_counter()
        sample = sample_rois(table, N, seed)
        tallies["assignment (ours)"].seconds.append(time.perf_counter() - begun)
        rois = sample.rois
        balances.append(sample.balance)
        for outcome in ("FNL", "TPL"):
            pool = table[table["outcome"] == outcome]
            _count(tallies["assignment (ours)"], rois[rois["group"] == outcome], pool, target)
        for name, draw in RIVALS.items():
            rng = np.random.default_rng(seed)
            begun = time.perf_counter()
            drawn = {
                outcome: draw(target, _volumes(table[table["outcome"] == outcome]), N, rng)
                for outcome in ("FNL", "TPL")
            }
            tallies[name].seconds.append(time.perf_counter() - begun)
            for outcome, chosen in drawn.items():
                pool = table[table["outcome"] == outcome]
                _count(tallies[name], pool.iloc[chosen], pool, target)
    return tallies, balances


def _count(tally: Tally, drawn: pd.DataFrame, pool: pd.DataFrame, target: Floats) -> None:
    smd = smd_of_logs(_volumes(drawn), target)
    tally.smd.append(math.nan if smd is None else abs(smd))
    best = ks_optimum(target, _volumes(pool), len(drawn))
    tally.excess.append(ks_distance(_volumes(drawn), target) - best)
    tally.most.append(int(drawn["participant_id"].value_counts().max()))


def _volumes(lesions: pd.DataFrame) -> Floats:
    return lesions["volume_mm3"].to_numpy(np.float64)


def main() -> None:
    """Print a table in Markdown: mean and worst over cohorts and groups."""
    parser = argparse.ArgumentParser(prog="benchmarks/sampling.py", description=__doc__)
    parser.add_argument("--cohorts", type=int, default=50, help="simulated cohorts (default: 50)")
    tallies, balances = compare_ways(parser.parse_args().cohorts)
    ours = tallies["assignment (ours)"]
    print(
        "| way | \\|SMD\\| mean (worst) | KS above optimum mean (worst) | both goals met | "
        "most of one patient, mean | \\|SMD\\| as times ours | slowest draw, s |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, tally in tallies.items():
        print(
            f"| {name} | {np.mean(tally.smd):.3f} ({max(tally.smd):.3f}) "
            f"| {np.mean(tally.excess):.3f} ({max(tally.excess):.3f}) "
            f"| {100 * np.mean(_goals_met(tally.smd, tally.excess)):.0f} % "
            f"| {np.mean(tally.most):.1f} "
            f"| {np.mean(tally.smd) / np.mean(ours.smd):.1f} | {max(tally.seconds):.2f} |"
        )
    print(_support_line(balances))


def _goals_met(smd: list[float], excess: list[float]) -> NDArray[np.bool_]:
    # Distances are differences of shares: leave room for their last digit.
    return (np.array(smd) <= GOAL_SMD) & (np.array(excess) <= GOAL_KS_EXCESS + 1e-12)


def _support_line(balances: list[Balance]) -> str:
    """Say what was reached against the FPLs of a size that both pools have."""
    found = [b.group(name).against_support for b in balances for name in ("FNL", "TPL")]
    smd = [abs(c.smd) for c in found if c is not None and c.smd is not None]
    excess = [c.ks - c.ks_optimum for c in found if c is not None]
    dropped = [b.n_outside_support for b in balances if b.n_outside_support]
    return (
        f"\nOurs dropped targets in {len(dropped)} of {len(balances)} cohorts ({sum(dropped)} in "
        f"all). Against the targets kept: worst |SMD| {max(smd):.3f}, worst KS above optimum "
        f"{max(excess):.3f}, both goals met in {100 * np.mean(_goals_met(smd, excess)):.0f} %."
    )


if __name__ == "__main__":
    main()
