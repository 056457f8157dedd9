"""Which reasons come together, and with which confidence."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from analysis.answers import Selection
from analysis.measures.proportions import LEVEL
from analysis.measures.superiority import cliffs_delta
from analysis.questions.classes import cells
from analysis.tables.columns import ALL_GROUPS
from analysis.tables.formats import as_table
from analysis.tables.review import REASON_CONFIDENCE, REASON_SETS
from lesions.questionnaire import Questionnaire, option_name


def reason_set_table(selection: Selection, questionnaire: Questionnaire) -> pd.DataFrame:
    """Count every set of reasons, per rater, for all groups and each."""
    place = {option.name: i for i, option in enumerate(questionnaire.reasons)}
    rows: list[dict[str, Any]] = []
    whole = [
        (r, ALL_GROUPS, selection.used[selection.used["rater"] == r]) for r in selection.raters
    ]
    for rater, group, answers in [*whole, *cells(selection)]:
        counts = Counter(
            tuple(sorted({option_name(item) for item in items}, key=place.__getitem__))
            for items in answers["reasons"]
        )
        for reasons, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            row = {"rater": rater, "group": group, "reasons": reasons, "n": n}
            rows.append(row | {"n_answers": len(answers), "share": n / len(answers)})
    return as_table(rows, REASON_SETS)


def reason_confidence_table(
    selection: Selection, questionnaire: Questionnaire, level: float = LEVEL
) -> pd.DataFrame:
    """Compare the confidence of answers with and without each reason, all groups together."""
    n_levels = len(questionnaire.confidence_levels)
    rows = []
    for rater in selection.raters:
        own = selection.used[selection.used["rater"] == rater]
        confidence = own["confidence"].to_numpy(int)
        for option in questionnaire.reasons:
            given = np.array(
                [option.name in map(option_name, items) for items in own["reasons"]], bool
            )
            counts = np.bincount(confidence[given], minlength=n_levels + 1)[1:]
            row: dict[str, Any] = {"rater": rater, "reason": option.name}
            row |= {"n_with": int(given.sum()), "n_without": int((~given).sum())}
            row["level_counts"] = tuple(str(n) for n in counts)
            rows.append(row | _compare(confidence[given], confidence[~given], level))
    return as_table(rows, REASON_CONFIDENCE)


def _compare(with_it: Any, without: Any, level: float) -> dict[str, Any]:
    row: dict[str, Any] = {
        "mean_with": float(with_it.mean()) if len(with_it) else None,
        "mean_without": float(without.mean()) if len(without) else None,
    }
    if not len(with_it) or not len(without):
        who = "no" if not len(with_it) else "every"
        return row | {"not_available": f"{who} answer gives it"}
    delta = cliffs_delta(with_it, without, level)
    row |= {"cliffs_delta": delta.value, "delta_low": delta.low, "delta_high": delta.high}
    if delta.low is None:
        row["not_available"] = "interval: one answer, or all pairs point one way"
    return row
