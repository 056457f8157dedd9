"""What the review does to precision, recall and F1."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.answers import Selection
from analysis.measures.patients import MIN_PATIENTS, Interval, percentiles, resamples, too_few
from analysis.measures.proportions import LEVEL
from analysis.tables.formats import as_table
from analysis.tables.review import CORRECTED_METRICS, COUNTS_AS, METRIC_NAMES
from lesions.questionnaire import MS_FAMILIES

FloatArray = npt.NDArray[np.float64]
WEIGHT = "sampling_weight"
_COUNTS = ("tpl", "fpl", "fnl", "fpl_answered", "fnl_answered", "fpl_lesions", "fnl_rejected")


def corrected_table(selection: Selection, level: float = LEVEL) -> pd.DataFrame:
    """Give each metric before and after the review, per rater and by consensus.

    A sample stands for its stratum: FPL are a census (weight 1), FNL and TPL count by their
    sampling weight. ROIs that a judge did not answer take the judge's share over those answered.
    """
    used = selection.used
    rows: list[dict[str, Any]] = []
    why = _why_not(used)
    for judge, raters in _judges(selection.raters):
        for counts_as in COUNTS_AS:
            about = {"judge": judge, "raters": raters, "counts_as": counts_as}
            if why:
                metrics = [{"metric": name, "not_available": why} for name in METRIC_NAMES]
            else:
                metrics = _metrics(_by_patient(used, judge, raters, counts_as), level)
            rows += [about | row for row in metrics]
    return as_table(rows, CORRECTED_METRICS)


def _judges(raters: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for rater in raters:
        yield "rater", (rater,)
    if len(raters) > 1:
        for rule in ("any rater", "majority", "all raters"):
            yield rule, raters


def _why_not(used: pd.DataFrame) -> str | None:
    if WEIGHT not in used.columns or used[WEIGHT].isna().any():
        return "the answers have no sampling weights"
    groups = set(used["group"])
    missing = [group for group in ("TPL", "FPL_MS", "FNL") if group not in groups]
    return f"no answers in {' and '.join(missing)}" if missing else None


def _by_patient(
    used: pd.DataFrame, judge: str, raters: tuple[str, ...], counts_as: str
) -> FloatArray:
    """Give the weighted counts of _COUNTS, one row a patient with MS."""
    ms = used[used["group"] != "FPL_mimic"]
    rois = ms.drop_duplicates("roi_id").set_index("roi_id")
    own = ms[ms["rater"].isin(raters)]
    lesion = {"CL"} if counts_as == "CL" else MS_FAMILIES
    called = _verdict(own["family"].isin(lesion), own["roi_id"], judge)
    rejected = _verdict(~own["family"].isin(MS_FAMILIES), own["roi_id"], judge)
    weight = rois[WEIGHT].to_numpy(float)
    group = rois["group"].to_numpy(str)
    answered = rois.index.isin(called.index)
    is_lesion = called.reindex(rois.index).eq(True).to_numpy()
    is_rejected = rejected.reindex(rois.index).eq(True).to_numpy()
    columns = [
        group == "TPL",
        group == "FPL_MS",
        group == "FNL",
        (group == "FPL_MS") & answered,
        (group == "FNL") & answered,
        (group == "FPL_MS") & is_lesion,
        (group == "FNL") & is_rejected,
    ]
    index = np.unique(rois["participant_id"].to_numpy(str), return_inverse=True)[1]
    out = np.zeros((int(index.max()) + 1, len(_COUNTS)))
    np.add.at(out, index, weight[:, None] * np.column_stack(columns))
    return out


def _verdict(says: "pd.Series[bool]", rois: "pd.Series[str]", judge: str) -> "pd.Series[bool]":
    share = says.groupby(rois).mean()
    if judge == "any rater":
        return share > 0
    return share > 0.5 if judge == "majority" else share == 1


def _metrics(counts: FloatArray, level: float) -> list[dict[str, Any]]:
    total = counts.sum(axis=0, keepdims=True)
    if (total[0, 3:5] == 0).any():
        why = "the judge answered no FPL or no FNL"
        return [{"metric": name, "not_available": why} for name in METRIC_NAMES]
    drawn = resamples(len(counts)) @ counts if len(counts) >= MIN_PATIENTS else None
    rows = []
    for name in METRIC_NAMES:
        row: dict[str, Any] = {"metric": name}
        row |= {
            key: float(total[0, _COUNTS.index(key)]) for key in _COUNTS if "answered" not in key
        }
        plain, corrected = (values[0] for values in _both(name, total))
        row |= {"plain": plain, "corrected": corrected, "change": corrected - plain}
        reasons = set()
        for key, interval in _intervals(name, drawn, len(counts), level).items():
            row |= {f"{key}_low": interval.low, f"{key}_high": interval.high}
            reasons |= {interval.not_available} - {None}
        rows.append(row | {"not_available": "; ".join(sorted(map(str, reasons))) or None})
    return rows


def _intervals(
    name: str, drawn: FloatArray | None, n_patients: int, level: float
) -> dict[str, Interval]:
    keys = ("plain", "corrected", "change")
    if drawn is None:
        return dict.fromkeys(keys, too_few(n_patients))
    plain, corrected = _both(name, drawn)
    values = dict(zip(keys, (plain, corrected, corrected - plain), strict=True))
    return {key: percentiles(value, level) for key, value in values.items()}


def _both(name: str, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    tpl, fpl, fnl, fpl_answered, fnl_answered, lesions, rejected = counts.T
    with np.errstate(invalid="ignore", divide="ignore"):
        # The judge's shares over the ROIs answered stand for all.
        added = np.where(fpl > 0, fpl * lesions / fpl_answered, 0.0)
        removed = np.where(fnl > 0, fnl * rejected / fnl_answered, 0.0)
        return _metric(name, tpl, fpl, fnl), _metric(name, tpl + added, fpl - added, fnl - removed)


def _metric(name: str, tpl: FloatArray, fpl: FloatArray, fnl: FloatArray) -> FloatArray:
    if name == "precision":
        return tpl / (tpl + fpl)
    return tpl / (tpl + fnl) if name == "recall" else 2 * tpl / (2 * tpl + fpl + fnl)
