"""Does one of two raters say yes more often?"""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.answers import Selection
from analysis.measures.holm import holm
from analysis.measures.paired import mcnemar_exact, paired_difference
from analysis.measures.proportions import LEVEL
from analysis.tables.agreement import MCNEMAR
from analysis.tables.columns import ALL_GROUPS
from analysis.tables.formats import as_table
from lesions.columns import GROUPS
from lesions.questionnaire import MS_FAMILIES


def mcnemar_table(selection: Selection, level: float = LEVEL) -> pd.DataFrame:
    """Compare two raters on the ROIs that both answered, for all groups and each."""
    used = selection.used.assign(
        **{
            "MS lesion": selection.used["family"].isin(MS_FAMILIES),
            "needs correction": selection.used["needs_correction"] == "yes",
        }
    )
    rows: list[dict[str, Any]] = []
    for first, second in combinations(selection.raters, 2):
        sides = [used[used["rater"] == rater].set_index("roi_id") for rater in (first, second)]
        shared = sides[0].index.intersection(sides[1].index)
        a, b = (side.loc[shared] for side in sides)
        for group in (ALL_GROUPS, *GROUPS):
            chosen = np.ones(len(a), bool) if group == ALL_GROUPS else a["group"] == group
            for claim in ("MS lesion", "needs correction"):
                row: dict[str, Any] = {"raters": (first, second), "group": group, "claim": claim}
                rows.append(row | _compare(a.loc[chosen, claim], b.loc[chosen, claim], level))
    tested = [row for row in rows if row["not_available"] is None]
    adjusted = holm([row["p_mcnemar"] for row in tested])
    for done, p in zip(tested, adjusted, strict=True):
        done["p_holm"] = p
    return as_table(rows, MCNEMAR)


def _compare(first: "pd.Series[bool]", second: "pd.Series[bool]", level: float) -> dict[str, Any]:
    a, b = first.to_numpy(bool), second.to_numpy(bool)
    both, one, other = int((a & b).sum()), int((a & ~b).sum()), int((~a & b).sum())
    row: dict[str, Any] = {"n_both": both, "n_first": one, "n_second": other}
    row["n_neither"] = len(a) - both - one - other
    if not len(a):
        return row | {"not_available": "no ROI that both answered"}
    exact, mid = mcnemar_exact(one, other)
    found = paired_difference(both, one, other, row["n_neither"], level)
    row |= {"difference": found.value, "low": found.low, "high": found.high}
    return row | {"p_mcnemar": exact, "p_mid": mid, "not_available": None}
