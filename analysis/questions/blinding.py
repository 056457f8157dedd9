"""Did the raters know who drew the delineation?"""

from typing import Any

import pandas as pd

from analysis.answers import Selection
from analysis.measures.blinding import bang_index
from analysis.measures.proportions import LEVEL
from analysis.tables.blinding import BLINDING
from analysis.tables.columns import ALL_GROUPS
from analysis.tables.formats import as_table
from lesions.columns import GROUPS

#: The right guess for each mask.
RIGHT = {"prediction": "model", "reference": "hand"}
#: The mask of each group where answers.tsv doesn't say it; TPL may be drawn from either.
_DRAWN_IN = {"FPL_MS": "prediction", "FPL_mimic": "prediction", "FNL": "reference"}


def was_asked(selection: Selection) -> bool:
    """Say whether any answer that counts holds a guess."""
    used = selection.used
    return "guessed_source" in used.columns and bool(used["guessed_source"].notna().any())


def blinding_table(selection: Selection, level: float = LEVEL) -> pd.DataFrame:
    """Give Bang's index per rater and source, for all groups and each that has ROIs of it.

    An answer whose ROI has no known source is left out.
    """
    used = selection.used.assign(drawn_in=_drawn_in(selection.used))
    asked = used[used["guessed_source"].notna() & used["drawn_in"].notna()]
    rows = []
    for rater in selection.raters:
        own = asked[asked["rater"] == rater]
        for group in (ALL_GROUPS, *GROUPS):
            part = own if group == ALL_GROUPS else own[own["group"] == group]
            for source in RIGHT:
                guesses = part.loc[part["drawn_in"] == source, "guessed_source"]
                if group == ALL_GROUPS or len(guesses):
                    row = {"rater": rater, "group": group, "drawn_in": source}
                    rows.append(row | _index(guesses, RIGHT[source], level))
    return as_table(rows, BLINDING)


def _drawn_in(used: pd.DataFrame) -> "pd.Series[Any]":
    by_group = used["group"].map(_DRAWN_IN)
    if "drawn_in" not in used.columns:
        return by_group
    return used["drawn_in"].where(used["drawn_in"].notna(), by_group)


def _index(guesses: "pd.Series[Any]", right: str, level: float) -> dict[str, Any]:
    n = {guess: int((guesses == guess).sum()) for guess in ("model", "hand", "don't know")}
    wrong = "hand" if right == "model" else "model"
    found = bang_index(n[right], n[wrong], n["don't know"], level)
    why = None if found.low is not None else "interval: all answers alike"
    return {
        "n": len(guesses),
        "n_model": n["model"],
        "n_hand": n["hand"],
        "n_unknown": n["don't know"],
        "bang": found.value,
        "low": found.low,
        "high": found.high,
        "not_available": why if len(guesses) else "no answers",
    }
