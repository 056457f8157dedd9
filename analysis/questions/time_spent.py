"""How long raters work on an ROI, and what goes with it."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom, norm, spearmanr

from analysis.answers import Selection
from analysis.measures.proportions import LEVEL, NO_ANSWERS
from analysis.tables.formats import as_table
from analysis.tables.review import TIME, TIME_TRENDS, TRENDS
from lesions.columns import GROUPS

FloatArray = npt.NDArray[np.float64]
MIN_FOR_TREND = 5
# Fewer answers have no interval worth the name.


def time_table(selection: Selection, n_levels: int, level: float = LEVEL) -> pd.DataFrame:
    """Give the median active time of all answers, by group, by quarter and by confidence."""
    rows = []
    for rater, own in _in_order(selection).items():
        quarter = 1 + 4 * np.arange(len(own)) // max(1, len(own))
        parts: list[tuple[str, str, npt.NDArray[np.bool_]]] = [("all", "all", quarter > 0)]
        parts += [("group", group, (own["group"] == group).to_numpy()) for group in GROUPS]
        parts += [("quarter", str(q), quarter == q) for q in range(1, 5)]
        parts += [
            ("confidence", str(k), (own["confidence"] == k).to_numpy())
            for k in range(1, n_levels + 1)
        ]
        seconds = own["active_s"].to_numpy(float)
        for part, value, chosen in parts:
            row = {"rater": rater, "part": part, "value": value}
            rows.append(row | _median(seconds[chosen], level))
    return as_table(rows, TIME)


def trend_table(selection: Selection, level: float = LEVEL) -> pd.DataFrame:
    """Correlate active time with position, confidence and volume."""
    rows = []
    for rater, own in _in_order(selection).items():
        seconds = own["active_s"].to_numpy(float)
        values = {
            "position": np.arange(len(own), dtype=float),
            "confidence": own["confidence"].to_numpy(float),
            "volume": own["volume_mm3"].to_numpy(float),
        }
        for variable in TRENDS:
            row = {"rater": rater, "variable": variable, "n": len(own)}
            rows.append(row | _spearman(seconds, values[variable], level))
    return as_table(rows, TIME_TRENDS)


def median_interval(values: npt.ArrayLike, level: float) -> tuple[float, float] | None:
    """Give the interval of a median by ranks; None where there are too few values.

    Conover, Practical Nonparametric Statistics (1999), section 3.2: order statistics by the
    binomial distribution, coverage at least `level`.

    >>> median_interval(range(1, 11), 0.95)
    (2.0, 9.0)
    """
    ordered = np.sort(np.asarray(values, float))
    n = len(ordered)
    rank = int(binom.ppf((1 - level) / 2, n, 0.5))
    if rank < 1:
        return None
    return float(ordered[rank - 1]), float(ordered[n - rank])


def _in_order(selection: Selection) -> dict[str, pd.DataFrame]:
    """Give each rater's first showings in the order in which the rater first answered them."""
    showing = ["rater", "roi_id", "repeat"]
    earliest = selection.all.sort_values("answered_at").drop_duplicates(showing)
    first = earliest.set_index(showing)["answered_at"].rename("first")
    ordered = selection.used.join(first, on=showing).sort_values(["rater", "first", "roi_id"])
    return {rater: ordered[ordered["rater"] == rater] for rater in selection.raters}


def _median(seconds: FloatArray, level: float) -> dict[str, Any]:
    row: dict[str, Any] = {"n": len(seconds)}
    if not len(seconds):
        return row | {"not_available": NO_ANSWERS}
    q1, median, q3 = (float(q) for q in np.quantile(seconds, [0.25, 0.5, 0.75]))
    row |= {"median_s": median, "q1_s": q1, "q3_s": q3}
    ends = median_interval(seconds, level)
    if ends is None:
        return row | {"not_available": "interval: too few answers"}
    return row | {"low_s": ends[0], "high_s": ends[1]}


def _spearman(x: FloatArray, y: FloatArray, level: float) -> dict[str, Any]:
    if len(x) < MIN_FOR_TREND:
        return {"not_available": f"needs {MIN_FOR_TREND} answers"}
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return {"not_available": "all times or all values are equal"}
    found = spearmanr(x, y)
    rho = float(found.statistic)
    out: dict[str, Any] = {"spearman": rho, "p_spearman": float(found.pvalue)}
    if abs(rho) == 1:
        return out | {"not_available": "interval: the order is perfect"}
    # Bonett and Wright 2000, doi:10.1007/BF02294183: variance of Fisher's z of Spearman's rho.
    half = float(norm.ppf((1 + level) / 2)) * np.sqrt((1 + rho**2 / 2) / (len(x) - 3))
    return out | {
        "low": float(np.tanh(np.arctanh(rho) - half)),
        "high": float(np.tanh(np.arctanh(rho) + half)),
    }
