"""Draw the ROIs of a review: all FPLs, and FNLs and TPLs matched to them in size.

The paper, section 3.3.2: all FPLs of MS scans of one model and one acquisition, 50 FNLs and 50
TPLs matched in size to those, and all FPLs of mimic scans.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesions.balance import (
    GOAL_SMD,
    MATCHED_GROUPS,
    Balance,
    GroupBalance,
    balance_warnings,
    describe_group,
    smd_of_logs,
)
from lesions.columns import DRAWN_IN, GROUPS
from lesions.formats import LESIONS
from lesions.shared_columns import SCAN_UNCERTAINTY
from lesions.size_matching import match_sizes

Floats = NDArray[np.float64]
#: Group -> its rows, and the cap per patient that held.
Draws = dict[str, tuple[pd.DataFrame, int | None]]
#: Columns that a sample is drawn by.
NEEDED = ("lesion_id", "participant_id", "acquisition", "diagnosis", "outcome", "drawn_in")


class SamplingError(ValueError):
    """A sample can't be drawn; the message says what was expected and what came."""


@dataclass(frozen=True)
class Sample:
    """The ROIs, one row each in the format ROIS, and the report on their balance."""

    rois: pd.DataFrame
    balance: Balance


def sample_rois(
    table: pd.DataFrame,
    n: int = 50,
    seed: int = 42,
    *,
    tpl_drawn_in: str = "reference",
    max_per_patient: int | None = None,
    acquisition: str | None = None,
) -> Sample:
    """Draw a sample of ROIs from a lesion table.

    FPL_MS and FPL_mimic are censuses. FNL and TPL are MS lesions, n of each, assigned to n
    mid-quantiles of the FPL_MS's log volumes at the least total squared difference. Where that
    misses the goal of |SMD|, the FPL_MS outside the sizes that both pools reach are no target (but
    stay in the sample). As few as possible come from one patient without loss of balance
    (`lesions.size_matching`).

    The seed decides one thing: which of several candidates alike in size is taken. The order of
    the table's rows has no influence, and the ROIs are ordered by group and lesion_id.

    Parameters
    ----------
    table : DataFrame
        Lesions, as `lesions.tsv.read_table` gives them in the format LESIONS.
    n : int
        FNLs and TPLs to draw, each; where there are fewer candidates all are taken, with a warning.
    seed : int, 0 or above
    tpl_drawn_in : "reference" or "prediction"
        The mask whose outline of a TPL is shown.
    max_per_patient : int, optional
        Take this cap on the FNLs, and on the TPLs, of one patient instead of searching one.
    acquisition : str, optional
        The acquisition to sample; not needed where the table has one.

    Returns
    -------
    Sample

    Raises
    ------
    SamplingError
        No FPL of an MS scan, several acquisitions and none named, an unknown one, or an option out
        of range.
    """
    _check_options(n, seed, tpl_drawn_in, max_per_patient)
    acquisition = _choose_acquisition(table, acquisition)
    lesions = table[table["acquisition"] == acquisition].sort_values("lesion_id", kind="stable")
    pools = _pools(lesions, tpl_drawn_in)
    _check_pools(pools, lesions, acquisition)
    target = _volumes(pools["FPL_MS"])
    rng = np.random.Generator(np.random.PCG64(seed))
    draws, support, bounds = _draw_groups(pools, target, n, max_per_patient, rng)
    synthetic = bool(table.attrs.get("synthetic", False))
    groups = _describe(draws, pools, target, support)
    n_outside = len(target) - len(support)
    balance = Balance(
        acquisition=acquisition,
        n_asked=n,
        seed=seed,
        tpl_drawn_in=tpl_drawn_in,
        support_mm3=bounds,
        n_outside_support=n_outside,
        groups=groups,
        warnings=(
            *_support_warnings(bounds, len(target), n_outside),
            *(text for group in groups for text in _shortage(group, n) + balance_warnings(group)),
        ),
        synthetic=synthetic,
    )
    rois = _as_rois(draws, pools, acquisition, tpl_drawn_in)
    rois.attrs = {"synthetic": synthetic}
    return Sample(rois, balance)


def _check_options(n: int, seed: int, tpl_drawn_in: str, max_per_patient: int | None) -> None:
    if n < 1:
        raise SamplingError(f"n must be at least 1, not {n}")
    if seed < 0:
        raise SamplingError(f"seed must be a whole number of at least 0, not {seed}")
    if tpl_drawn_in not in DRAWN_IN:
        raise SamplingError(
            f'tpl_drawn_in must be one of {", ".join(DRAWN_IN)}, not "{tpl_drawn_in}"'
        )
    if max_per_patient is not None and max_per_patient < 1:
        raise SamplingError(f"max_per_patient must be at least 1, not {max_per_patient}")


def _choose_acquisition(table: pd.DataFrame, acquisition: str | None) -> str:
    missing = [name for name in (*NEEDED, "volume_mm3") if name not in table.columns]
    if missing:
        raise SamplingError(f'expected the columns of {LESIONS.filename}, no "{missing[0]}"')
    found = sorted(table["acquisition"].unique())
    if not found:
        raise SamplingError("expected at least one lesion, came an empty table")
    if acquisition is None and len(found) > 1:
        raise SamplingError(
            f"expected lesions of one acquisition, came {', '.join(found)}: name one with "
            "--acquisition"
        )
    if acquisition is not None and acquisition not in found:
        raise SamplingError(
            f'expected lesions of acquisition "{acquisition}", came {", ".join(found)}'
        )
    return acquisition or str(found[0])


def _pools(lesions: pd.DataFrame, tpl_drawn_in: str) -> dict[str, pd.DataFrame]:
    ms = lesions["diagnosis"] == "MS"
    outcome, drawn_in = lesions["outcome"], lesions["drawn_in"]
    fpl = (outcome == "FPL") & (drawn_in == "prediction")
    return {
        "FPL_MS": lesions[ms & fpl],
        "FPL_mimic": lesions[~ms & fpl],
        "TPL": lesions[ms & (outcome == "TPL") & (drawn_in == tpl_drawn_in)],
        "FNL": lesions[ms & (outcome == "FNL") & (drawn_in == "reference")],
    }


def _check_pools(pools: dict[str, pd.DataFrame], lesions: pd.DataFrame, acquisition: str) -> None:
    if pools["FPL_MS"].empty:
        raise SamplingError(
            f"expected at least one FPL of an MS scan to match the others to, came none among "
            f"{len(lesions)} lesions of acquisition {acquisition}"
        )


def _draw_groups(
    pools: dict[str, pd.DataFrame],
    target: Floats,
    n: int,
    cap: int | None,
    rng: np.random.Generator,
) -> tuple[Draws, Floats, tuple[float, float] | None]:
    """Draw all groups; give them, the targets that were followed, and the range of their sizes."""
    shuffled = {
        name: pools[name].iloc[rng.permutation(len(pools[name]))] for name in MATCHED_GROUPS
    }
    support, bounds = target, None
    draws: Draws = {name: _draw(shuffled[name], target, n, cap) for name in MATCHED_GROUPS}
    if any(_misses_goal(rois, target) for rois, _ in draws.values()):
        support, bounds = _trim(target, pools)
        draws = {name: _draw(shuffled[name], support, n, cap) for name in MATCHED_GROUPS}
    draws |= {name: (pools[name], None) for name in GROUPS if name not in MATCHED_GROUPS}
    return draws, support, bounds


def _misses_goal(rois: pd.DataFrame, target: Floats) -> bool:
    smd = smd_of_logs(_volumes(rois), target)
    return smd is not None and abs(smd) > GOAL_SMD


def _trim(
    target: Floats, pools: dict[str, pd.DataFrame]
) -> tuple[Floats, tuple[float, float] | None]:
    """Give the targets of a size that both pools reach, and the range of those sizes.

    All targets and None where there is no such size.
    """
    sides = [target, *(_volumes(pools[name]) for name in MATCHED_GROUPS if len(pools[name]))]
    low = max(float(side.min()) for side in sides)
    high = min(float(side.max()) for side in sides)
    inside = (target >= low) & (target <= high)
    return (target[inside], (low, high)) if inside.any() else (target, None)


def _support_warnings(bounds: tuple[float, float] | None, n: int, n_outside: int) -> list[str]:
    if bounds is None or not n_outside:
        return []
    return [
        f"{n_outside} of {n} FPL_MS lie outside the {bounds[0]:g} to {bounds[1]:g} mm3 that TPL "
        "and FNL both reach: they are reviewed, but nothing is matched to them"
    ]


def _shortage(group: GroupBalance, n: int) -> list[str]:
    name, there = group.group, group.n_candidates
    if name not in MATCHED_GROUPS or group.n >= n:
        return []
    if there < n:
        text = f"{name}: {n} asked for, {there} there"
        return [f"{text}: all are taken" if group.n == there else f"{text}, {group.n} taken"]
    return [f"{name}: at most {group.cap_per_patient} of one patient leaves {group.n} of {n}"]


def _draw(
    pool: pd.DataFrame, target: Floats, n: int, cap: int | None
) -> tuple[pd.DataFrame, int | None]:
    """Draw a matched group, ties settled by the order of the pool; give it and its cap."""
    n = min(n, len(pool))
    if n == 0:
        return pool, None
    patients = np.unique(pool["participant_id"].to_numpy(str), return_inverse=True)[1]
    if cap is not None:
        n = min(n, int(np.minimum(np.bincount(patients), cap).sum()))
    match = match_sizes(target, _volumes(pool), patients, n, cap=cap)
    return pool.iloc[match.chosen].sort_values("lesion_id", kind="stable"), match.cap


def _describe(
    draws: Draws, pools: dict[str, pd.DataFrame], target: Floats, support: Floats
) -> tuple[GroupBalance, ...]:
    return tuple(
        describe_group(
            name,
            draws[name][0],
            _volumes(pools[name]),
            cap=draws[name][1],
            target_mm3=target,
            support_mm3=support,
        )
        for name in GROUPS
    )


def _as_rois(
    draws: Draws, pools: dict[str, pd.DataFrame], acquisition: str, tpl_drawn_in: str
) -> pd.DataFrame:
    """Give the columns of the format ROIS; groups in the order of GROUPS."""
    parts = []
    for group in GROUPS:
        # The scan's own measures stay in lesions.tsv: an ROI is a lesion.
        rois = draws[group][0].drop(columns=SCAN_UNCERTAINTY.name, errors="ignore")
        if rois.empty:
            continue
        drawn_in = {"TPL": tpl_drawn_in, "FNL": "reference"}.get(group, "prediction")
        diagnosis, outcome = ("mimic" if group == "FPL_mimic" else "MS"), group.split("_")[0]
        parts.append(
            rois.assign(
                group=group,
                stratum=f"{diagnosis} {acquisition} {outcome} {drawn_in}",
                sampling_weight=len(pools[group]) / len(rois),
            )
        )
    return pd.concat(parts, ignore_index=True)


def _volumes(lesions: pd.DataFrame) -> Floats:
    return lesions["volume_mm3"].to_numpy(np.float64)
