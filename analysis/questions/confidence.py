"""H3: is the confidence in missed and in false-positive lesions lower than in true positives?"""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import anderson_ksamp, mannwhitneyu

from analysis.answers import Selection
from analysis.measures.clustered_ranks import datta_satten
from analysis.measures.exact import TooManyTablesError, anderson_darling_exact, mann_whitney_exact
from analysis.measures.holm import holm
from analysis.measures.patients import MIN_PATIENTS, delta_interval
from analysis.measures.proportions import LEVEL, NO_ANSWERS
from analysis.measures.superiority import cliffs_delta
from analysis.questions.classes import cells
from analysis.tables.formats import CONFIDENCE, CONFIDENCE_TESTS, as_table

#: The group that the others are compared with.
BASELINE = "TPL"
#: Groups compared with it -> whether the paper does so (section 4.2.4, H3).
COMPARED = {"FNL": "yes", "FPL_MS": "yes", "FPL_mimic": "no"}
AD_FLOOR, AD_CAP = 0.001, 0.25
# Ends of SciPy's table (Scholz and Stephens 1987).

# The clip is told in a column of its own; a filter inside the call would not be thread-safe.
warnings.filterwarnings("ignore", message="p-value (capped|floored)", category=UserWarning)


def confidence_table(selection: Selection, n_levels: int) -> pd.DataFrame:
    """Give n, mean, sd, median and the count at each level, per rater and group."""
    rows = []
    for rater, group, answers in cells(selection):
        values = answers["confidence"].to_numpy(float)
        counts = np.bincount(answers["confidence"].to_numpy(int), minlength=n_levels + 1)[1:]
        few = {0: NO_ANSWERS, 1: "sd: one answer"}.get(len(values))
        rows.append(
            {"rater": rater, "group": group, "n": len(values), "not_available": few}
            | {"level_counts": tuple(str(n) for n in counts)}
            | {"mean": float(values.mean()) if len(values) else None}
            | {"median": float(np.median(values)) if len(values) else None}
            | {"sd": float(values.std(ddof=1)) if len(values) > 1 else None}
        )
    return as_table(rows, CONFIDENCE)


def confidence_tests(selection: Selection, n_levels: int, level: float = LEVEL) -> pd.DataFrame:
    """Compare each group with TPL, per rater."""
    answers = {(rater, group): frame for rater, group, frame in cells(selection)}
    rows = []
    for rater in selection.raters:
        for group, in_paper in COMPARED.items():
            own, tpl = answers[rater, group], answers[rater, BASELINE]
            row: dict[str, Any] = {"rater": rater, "group": group, "in_paper": in_paper}
            row |= {"n": len(own), "n_tpl": len(tpl)}
            if len(own) and len(tpl):
                row |= _compare(own, tpl, n_levels, level)
            else:
                empty = [name for name, part in ((group, own), (BASELINE, tpl)) if part.empty]
                row["not_available"] = f"no answers in {' and '.join(empty)}"
            rows.append(row)
    _adjust(rows)
    return as_table(rows, CONFIDENCE_TESTS)


def _adjust(rows: list[dict[str, Any]]) -> None:
    """Add the p-values after Holm over all rows that have one."""
    for name, adjusted in (("p_mann_whitney_exact", "p_holm"), ("p_clustered", "p_clustered_holm")):
        tested = [row for row in rows if row.get(name) is not None]
        for row, p in zip(tested, holm([row[name] for row in tested]), strict=True):
            row[adjusted] = p


def _compare(own: pd.DataFrame, tpl: pd.DataFrame, n_levels: int, level: float) -> dict[str, Any]:
    x, y = own["confidence"].to_numpy(int), tpl["confidence"].to_numpy(int)
    both = pd.concat([own, tpl])
    in_group = np.arange(len(both)) < len(own)
    interval = delta_interval(both["participant_id"].tolist(), both["confidence"], in_group, level)
    missing = [interval.not_available] if interval.not_available else []
    u = float(mannwhitneyu(x, y, method="asymptotic").statistic)
    delta = cliffs_delta(x, y, level)
    out: dict[str, Any] = {"u": u, "cliffs_delta": delta.value}
    out["chance_lower"] = (1 - delta.value) / 2
    if delta.low is None or delta.high is None:
        missing.append("interval of delta: one answer, or all pairs point one way")
    else:
        out |= {"delta_low": delta.low, "delta_high": delta.high}
        out |= {"chance_low": (1 - delta.high) / 2, "chance_high": (1 - delta.low) / 2}
    out |= {"patient_low": interval.low, "patient_high": interval.high}
    if len(set(x) | set(y)) == 1:
        missing.insert(0, "tests: all answers are equal")
    else:
        out |= _tests(x, y, n_levels, missing)
        out |= _clustered(both, in_group, missing)
    return out | {"not_available": "; ".join(missing) or None}


def _tests(
    x: npt.NDArray[np.int64], y: npt.NDArray[np.int64], n_levels: int, missing: list[str]
) -> dict[str, Any]:
    mann_whitney = mannwhitneyu(x, y, alternative="less", method="asymptotic", use_continuity=True)
    out: dict[str, Any] = {"p_mann_whitney": float(mann_whitney.pvalue)}
    counts = [np.bincount(values, minlength=n_levels + 1)[1:] for values in (x, y)]
    try:
        out["p_mann_whitney_exact"] = mann_whitney_exact(counts)
        out["p_ad_exact"] = anderson_darling_exact(counts)
    except TooManyTablesError as error:
        missing.append(str(error))
    if len(x) + len(y) < MIN_ANSWERS_AD:
        missing.append(f"Anderson-Darling table: fewer than {MIN_ANSWERS_AD} answers")
        return out
    result = anderson_ksamp([x, y], variant="midrank")
    p = float(result.pvalue)
    clipped = "floor" if p <= AD_FLOOR else "cap" if p >= AD_CAP else "no"
    return out | {
        "ad_statistic": float(result.statistic),
        "p_ad_tabulated": p,
        "p_ad_clipped": clipped,
    }


def _clustered(
    both: pd.DataFrame, in_group: npt.NDArray[np.bool_], missing: list[str]
) -> dict[str, Any]:
    n_patients = both["participant_id"].nunique()
    found = datta_satten(both["confidence"], in_group, both["participant_id"])
    if n_patients < MIN_PATIENTS or found is None:
        why = f"needs {MIN_PATIENTS} patients, came {n_patients}"
        missing.append(f"clustered test: {why if found else 'no variance'}")
        return {}
    return {"z_clustered": found.z, "p_clustered": found.p_lower}


MIN_ANSWERS_AD = 4
# The variance of the statistic divides by (N - 1)(N - 2)(N - 3).
