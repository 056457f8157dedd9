"""Say how well the groups of a sample agree in size, and how much they lean on single patients."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesions.atomic import write_atomically
from lesions.columns import GROUPS

#: Goals of a matched group: |SMD| of log volume, and KS distance above the best possible.
GOAL_SMD = 0.02
GOAL_KS_EXCESS = 0.01
#: A matched group beyond these is warned of (|SMD| of 0.1: Austin 2009, doi:10.1002/sim.3697).
WARN_SMD = 0.1
WARN_KS_EXCESS = 0.02
#: Groups that are drawn to follow the sizes of FPL_MS.
MATCHED_GROUPS = ("TPL", "FNL")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """How a group's volumes differ from other volumes.

    `smd` is None where neither side varies and their means differ, or a side has one lesion.
    `ks_optimum` is the smallest KS distance that any choice of as many candidates has.
    """

    n_target: int
    smd: float | None
    ks: float
    ks_optimum: float


@dataclass(frozen=True)
class GroupBalance:
    """One group: its size, volumes, patients, and its distance from FPL_MS.

    `against_fpl_ms` compares with all FPL_MS, `against_support` with those whose size both pools
    reach; None for FPL_MS itself and for an empty group. `cap_per_patient` is None in a census.
    """

    group: str
    n_candidates: int
    n: int
    median_mm3: float | None
    q1_mm3: float | None
    q3_mm3: float | None
    n_patients: int
    max_per_patient: int
    mean_per_patient: float | None
    cap_per_patient: int | None
    against_fpl_ms: Comparison | None
    against_support: Comparison | None


@dataclass(frozen=True)
class Balance:
    """The report on a sample: its groups, what was trimmed, and what to be warned of."""

    acquisition: str
    n_asked: int
    seed: int
    tpl_drawn_in: str
    support_mm3: tuple[float, float] | None
    n_outside_support: int
    groups: tuple[GroupBalance, ...]
    warnings: tuple[str, ...]
    synthetic: bool

    def group(self, name: str) -> GroupBalance:
        """Give the report on one group."""
        return next(group for group in self.groups if group.group == name)

    def as_dict(self) -> dict[str, Any]:
        """Give the report in the form of its JSON file; what isn't available is null."""
        return {"Synthetic": self.synthetic, **asdict(self)}


def smd_of_logs(volume_mm3: Floats, target_mm3: Floats) -> float | None:
    """Give the standardised mean difference of log volume.

    Difference of the means over the root of the mean of both variances, ddof 1 (Austin 2009,
    doi:10.1002/sim.3697).

    Returns
    -------
    float or None
        Above 0 where `volume_mm3` are larger; None where it isn't defined: a side has fewer than
        two lesions, or neither side varies and their means differ.

    >>> smd_of_logs(np.exp([0.0, 2.0]), np.exp([1.0, 3.0]))  # 1 / sqrt(2)
    -0.7071067811865475
    """
    if min(len(volume_mm3), len(target_mm3)) < 2:
        return None
    a, b = np.log(volume_mm3), np.log(target_mm3)
    spread = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    difference = float(a.mean() - b.mean())
    if spread == 0:
        return 0.0 if difference == 0 else None
    return difference / spread


def ks_distance(volume_mm3: Floats, target_mm3: Floats) -> float:
    """Give the largest distance of the two empirical distribution functions, 0 to 1.

    Both need at least one volume (Kolmogorov-Smirnov; equals scipy.stats.ks_2samp).

    >>> ks_distance(np.array([1.0, 2]), np.array([1.0, 2, 3, 4]))
    0.5
    """
    points = np.union1d(volume_mm3, target_mm3)
    a = np.searchsorted(np.sort(volume_mm3), points, side="right") / len(volume_mm3)
    b = np.searchsorted(np.sort(target_mm3), points, side="right") / len(target_mm3)
    return float(np.abs(a - b).max())


def ks_optimum(target_mm3: Floats, candidates_mm3: Floats, n: int) -> float:
    """Give the smallest KS distance to the target that any n of the candidates have.

    Exact: a distance is a whole number of 1 / (n T) for T targets, and whether one can be reached
    is asked by `_reachable`; the answer is found by halving.

    Parameters
    ----------
    target_mm3 : (T,) array of float
    candidates_mm3 : (M,) array of float
    n : int, 1 to M

    >>> ks_optimum(np.array([1.0, 2, 3, 4]), np.array([1.0, 2, 3, 4, 5]), 2)
    0.25
    """
    return ks_optimum_steps(target_mm3, candidates_mm3, n) / (n * len(target_mm3))


def ks_optimum_steps(target_mm3: Floats, candidates_mm3: Floats, n: int) -> int:
    """Give `ks_optimum` as a whole number of its steps of 1 / (n T)."""
    values, numbers = np.unique(candidates_mm3, return_counts=True)
    target = np.sort(target_mm3)
    below = np.searchsorted(target, values, side="left")
    upto = np.searchsorted(target, values, side="right")
    # Of n T: what the target's distribution function is at a candidate, and just before the next.
    at = (upto * n).tolist()
    before_next = [*(below[1:] * n).tolist(), len(target) * n]
    steps = list(zip(at, before_next, numbers.tolist(), strict=True))
    low, high = int(below[0]) * n, len(target) * n
    while low < high:
        middle = (low + high) // 2
        if _reachable(middle, steps, n, len(target)):
            high = middle
        else:
            low = middle + 1
    return low


def compare(volume_mm3: Floats, target_mm3: Floats, candidates_mm3: Floats) -> Comparison | None:
    """Compare a group with its target; None where either is empty."""
    if not len(volume_mm3) or not len(target_mm3):
        return None
    return Comparison(
        len(target_mm3),
        smd_of_logs(volume_mm3, target_mm3),
        ks_distance(volume_mm3, target_mm3),
        ks_optimum(target_mm3, candidates_mm3, len(volume_mm3)),
    )


def describe_group(
    name: str,
    rois: pd.DataFrame,
    candidates_mm3: Floats,
    *,
    cap: int | None,
    target_mm3: Floats,
    support_mm3: Floats,
) -> GroupBalance:
    """Describe one group of a sample.

    Parameters
    ----------
    rois : DataFrame
        The group's rows, with `participant_id` and `volume_mm3`.
    candidates_mm3 : (M,) array of float
        Volumes of all that could have been drawn.
    cap : int or None
    target_mm3, support_mm3 : arrays of float
        Volumes of all FPL_MS, and of those in common support.
    """
    volumes = rois["volume_mm3"].to_numpy(np.float64)
    per_patient = rois["participant_id"].value_counts()
    drawn = len(volumes) > 0
    q1, median, q3 = np.quantile(volumes, (0.25, 0.5, 0.75)) if drawn else (math.nan,) * 3
    itself = name == "FPL_MS"
    return GroupBalance(
        group=name,
        n_candidates=len(candidates_mm3),
        n=len(volumes),
        median_mm3=float(median) if drawn else None,
        q1_mm3=float(q1) if drawn else None,
        q3_mm3=float(q3) if drawn else None,
        n_patients=len(per_patient),
        max_per_patient=int(per_patient.max()) if drawn else 0,
        mean_per_patient=float(per_patient.mean()) if drawn else None,
        cap_per_patient=cap,
        against_fpl_ms=None if itself else compare(volumes, target_mm3, candidates_mm3),
        against_support=None if itself else compare(volumes, support_mm3, candidates_mm3),
    )


def balance_warnings(group: GroupBalance) -> list[str]:
    """Say in sentences where a matched group is out of balance with all FPL_MS."""
    found = group.against_fpl_ms
    if group.group not in MATCHED_GROUPS or found is None:
        return []
    out = []
    if found.smd is None or abs(found.smd) > WARN_SMD:
        smd = "not defined" if found.smd is None else f"{found.smd:.2f}"
        out.append(f"{group.group}: SMD of log volume to FPL_MS is {smd}, beyond {WARN_SMD:g}")
    if found.ks > found.ks_optimum + WARN_KS_EXCESS:
        out.append(
            f"{group.group}: KS distance to FPL_MS is {found.ks:.3f}, more than {WARN_KS_EXCESS:g} "
            f"above the {found.ks_optimum:.3f} that is possible"
        )
    return out


def write_balance(balance: Balance, path: Path | str, provenance: Mapping[str, Any]) -> None:
    """Write the report as JSON; it appears whole or not at all."""
    content = {"Description": "Balance of a sample of ROIs.", "Groups": dict(GROUPS)}
    content |= {**balance.as_dict(), "Provenance": dict(provenance)}
    with write_atomically(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _reachable(distance: int, steps: list[tuple[int, int, int]], n: int, n_target: int) -> bool:
    """Say whether some n candidates stay within `distance` / (n T) of the target everywhere.

    Walks over the candidates' distinct volumes, keeping the least and the most that can have been
    chosen so far: all numbers between the two can be reached as well.
    """
    least = most = 0
    for at, before_next, number in steps:
        least = max(least, -((distance - before_next) // n_target))
        most = min(most + number, (at + distance) // n_target, n)
        if least > most:
            return False
    return most == n
