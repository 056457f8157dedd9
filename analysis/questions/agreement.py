"""Do the raters agree with each other, and with themselves?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm, t

from analysis.answers import Selection
from analysis.measures.agreement import (
    NO_RATING,
    Agreement,
    AgreementError,
    FloatArray,
    alpha_ordinal_weights,
    cohen_kappa,
    confusion,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
    weights_of,
)
from analysis.measures.agreement_resampled import (
    alpha_of,
    gwet_of,
    kappa_of,
    percent_of,
    sums_over_patients,
)
from analysis.measures.patients import MIN_PATIENTS, Interval, percentiles, resamples, too_few
from analysis.measures.proportions import LEVEL
from analysis.measures.ranked_lists import list_weights
from analysis.tables.agreement import AGREEMENT, CONFUSION
from analysis.tables.columns import ALL_GROUPS
from analysis.tables.formats import as_table
from lesions.columns import GROUPS
from lesions.questionnaire import FAMILIES, Questionnaire, option_name

IntArray = npt.NDArray[np.int64]
_MEASURES = {
    "percent": (percent_agreement, percent_of),
    "kappa": (cohen_kappa, kappa_of),
    "gwet": (gwet_ac, gwet_of),
    "alpha": (krippendorff_alpha, alpha_of),
}
MAX_RATERS_IN_PAIRS = 6
# Beyond it, 15 pairs, intervals over patients of each pair would take most of the report's time.
TOO_MANY = Interval(None, None, "interval over patients: left out for pairs of many raters")
ROUNDING = 1e-12
# Sums along two ways differ by less; such a coefficient is 0.
#: Coefficients of a question: name, measure, weights. `pair` alone where a kappa.
_NOMINAL = (
    ("percent", "percent", "identity"),
    ("Cohen kappa", "kappa", "identity"),
    ("Gwet AC1", "gwet", "identity"),
    ("Krippendorff alpha", "alpha", "identity"),
)
_ORDERED = (
    *_NOMINAL,
    ("Cohen kappa, linear", "kappa", "linear"),
    ("Cohen kappa, quadratic", "kappa", "quadratic"),
    ("Gwet AC2, quadratic", "gwet", "quadratic"),
    ("Krippendorff alpha, ordinal", "alpha", "ordinal alpha"),
)
_RANKED = (("overlap", "percent", "overlap"), ("Krippendorff alpha, overlap", "alpha", "overlap"))
_COEFFICIENTS = {
    "family": _NOMINAL,
    "class": _NOMINAL,
    "ranked classes": _RANKED,
    "confidence": _ORDERED,
    "correction": _NOMINAL,
}


@dataclass(frozen=True)
class Compared:
    """Answers side by side: one row an ROI, one column a rater or a showing."""

    kind: str
    raters: tuple[str, ...]
    answers: pd.DataFrame
    groups: pd.Series
    patients: pd.Series
    with_patients: bool = True


def compared(selection: Selection) -> Iterator[Compared]:
    """Give all raters together, each pair of more than two, and each rater's repeats."""
    raters = selection.raters
    yield _side_by_side(selection.used, "all raters", raters, "rater")
    if len(raters) > 2:
        few = len(raters) <= MAX_RATERS_IN_PAIRS
        for pair in combinations(raters, 2):
            side = _side_by_side(selection.used, "pair", pair, "rater")
            yield replace(side, with_patients=few)
    for rater in raters:
        own = selection.newest[selection.newest["rater"] == rater]
        if (own["repeat"] > 0).any():
            yield _side_by_side(own[own["repeat"] < 2], "same rater", (rater,), "repeat")


def agreement_table(
    selection: Selection, questionnaire: Questionnaire, level: float = LEVEL
) -> pd.DataFrame:
    """Give every coefficient of every question, for all groups and, for all raters, each group."""
    rows = []
    for side in compared(selection):
        groups = [ALL_GROUPS, *(GROUPS if side.kind == "all raters" else ())]
        for question in _COEFFICIENTS:
            for group in groups:
                rows += _rows(side, question, group, questionnaire, level)
    return as_table(rows, AGREEMENT)


def confusion_table(selection: Selection, questionnaire: Questionnaire) -> pd.DataFrame:
    """Count the pairs of answers of two raters, or of one rater's two showings."""
    rows = []
    for side in compared(selection):
        if side.answers.columns.get_level_values(1).nunique() != 2:
            continue
        for question in ("family", "class", "confidence", "correction"):
            codes, names, _ = _coded(side.answers.loc[:, [question]], question, questionnaire)
            counts = confusion(codes, len(names))
            rows += [
                {"kind": side.kind, "raters": side.raters, "question": question}
                | {"answer_a": names[a], "answer_b": names[b], "n": int(counts[a, b])}
                for a, b in np.argwhere(counts)
            ]
    return as_table(rows, CONFUSION)


def _side_by_side(
    answers: pd.DataFrame, kind: str, raters: tuple[str, ...], column: str
) -> Compared:
    """Pivot answers; `column` tells the columns apart."""
    part = answers[answers["rater"].isin(raters)]
    part = part.assign(**{"class": [option_name(names[0]) for names in part["classes"]]})
    part = part.rename(columns={"classes": "ranked classes", "needs_correction": "correction"})
    if part.empty:
        columns = pd.MultiIndex.from_product([list(_COEFFICIENTS), raters])
        nothing = pd.DataFrame(columns=columns)
        return Compared(kind, raters, nothing, part["group"], part["participant_id"])
    keyed = part.set_index(["roi_id", column])
    wide = pd.concat({name: keyed[name].unstack(column) for name in _COEFFICIENTS}, axis=1)
    about = part.drop_duplicates("roi_id").set_index("roi_id").loc[wide.index]
    return Compared(kind, raters, wide, about["group"], about["participant_id"])


def _rows(
    side: Compared, question: str, group: str, questionnaire: Questionnaire, level: float
) -> list[dict[str, Any]]:
    chosen = np.ones(len(side.groups), bool) if group == ALL_GROUPS else side.groups == group
    codes, names, overlap = _coded(side.answers.loc[chosen, [question]], question, questionnaire)
    patients = side.patients[chosen].to_numpy() if side.with_patients else None
    n_items = int(((codes != NO_RATING).sum(axis=1) >= 2).sum()) if codes.size else 0
    rows = []
    for coefficient, measure, weights_name in _COEFFICIENTS[question]:
        if measure == "kappa" and codes.shape[1] != 2 and len(side.raters) > 2:
            continue
        row: dict[str, Any] = {"kind": side.kind, "raters": side.raters, "group": group}
        row |= {"question": question, "coefficient": coefficient, "n_items": n_items}
        if n_items == 0:
            only = codes.shape[1] < 2 and side.kind == "all raters"
            why = "one rater alone" if only else "no ROI with two answers"
            rows.append(row | {"not_available": why})
            continue
        weights = overlap if weights_name == "overlap" else _weights(weights_name, codes, names)
        rows.append(row | _measured(measure, codes, patients, weights, level))
    return rows


def _weights(name: str, codes: IntArray, names: Sequence[str]) -> FloatArray:
    if name == "ordinal alpha":
        return alpha_ordinal_weights(codes, len(names))
    return weights_of("quadratic" if name == "quadratic" else _plain(name), len(names))


def _plain(name: str) -> Any:
    return "linear" if name == "linear" else "identity"


def _measured(
    measure: str,
    codes: IntArray,
    patients: npt.NDArray[Any] | None,
    weights: FloatArray,
    level: float,
) -> dict[str, Any]:
    """Give a row of the table; `patients` is None where their interval is left out."""
    exact, summed = _MEASURES[measure]
    try:
        found: Agreement = exact(codes, weights)
    except AgreementError as error:
        return {"not_available": str(error)}
    value = found.value if abs(found.value) > ROUNDING else 0.0
    out: dict[str, Any] = {"value": value, "observed": found.observed}
    out["by_chance"] = None if measure == "percent" else found.by_chance
    missing = []
    if found.observed == 1:
        return out | {"not_available": "intervals: no two answers differ"}
    if not isfinite(found.error):
        missing.append("error: one ROI")
    elif found.error <= ROUNDING:
        out |= {"error": 0.0}
        missing.append("interval: the standard error is 0")
    else:
        quantile = norm.ppf((1 + level) / 2)
        if measure != "kappa":
            quantile = t.ppf((1 + level) / 2, found.n_items - 1)
        half = float(quantile) * found.error
        lowest = 0.0 if measure == "percent" else -1.0
        out |= {"error": found.error, "low": max(lowest, found.value - half)}
        out["high"] = min(1.0, found.value + half)
    interval = TOO_MANY
    if patients is not None:
        interval = _over_patients(summed, codes, patients, weights, level)
    out |= {"patient_low": interval.low, "patient_high": interval.high}
    missing += [interval.not_available] if interval.not_available else []
    return out | {"not_available": "; ".join(missing) or None}


def _over_patients(
    summed: Any, codes: IntArray, patients: npt.NDArray[Any], weights: FloatArray, level: float
) -> Interval:
    rated = (codes != NO_RATING).sum(axis=1) >= 2
    n_patients = len(set(patients[rated]))
    if n_patients < MIN_PATIENTS:
        return too_few(n_patients)
    sums = sums_over_patients(codes, patients, weights)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = summed(sums.drawn(resamples(len(sums.n_rated))))
    return percentiles(values, level)


def _coded(
    answers: pd.DataFrame, question: str, questionnaire: Questionnaire
) -> tuple[IntArray, list[str], FloatArray]:
    """Give the answers as numbers, the names of the categories and the overlaps of lists."""
    lists: list[tuple[str, ...]] = []
    if question == "ranked classes":
        given = {tuple(map(option_name, item)) for item in answers.to_numpy().ravel() if _is(item)}
        lists = sorted(given)
        names = [" › ".join(item) for item in lists]
    else:
        names = {
            "family": list(FAMILIES),
            "class": [option.name for option in questionnaire.classes],
            "confidence": [str(i + 1) for i in range(len(questionnaire.confidence_levels))],
            "correction": ["no", "yes"],
        }[question]
    place = {name: i for i, name in enumerate(names)}
    codes = np.array(
        [[_code(item, place) for item in row] for row in answers.to_numpy()], np.int64
    ).reshape(answers.shape)
    return codes, names, list_weights(lists)


def _is(item: Any) -> bool:
    return isinstance(item, tuple)


def _code(item: Any, place: dict[str, int]) -> int:
    if isinstance(item, tuple):
        return place[" › ".join(map(option_name, item))]
    if item is None or (isinstance(item, float) and not isfinite(item)):
        return NO_RATING
    return place[str(int(item))] if isinstance(item, int | float | np.number) else place[item]
