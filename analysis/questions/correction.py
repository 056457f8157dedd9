"""H4: does the share of delineations that need correction differ between the groups?"""

from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2_contingency, false_discovery_control, fisher_exact

from analysis.answers import Selection
from analysis.measures.association import cramers_v
from analysis.measures.exact import TooManyTablesError, fisher_freeman_halton
from analysis.measures.paired import newcombe_difference
from analysis.measures.patients import share_interval
from analysis.measures.proportions import LEVEL, share_columns
from analysis.questions.classes import cells
from analysis.tables.correction import CORRECTION, CORRECTION_PAIRS, CORRECTION_TESTS
from analysis.tables.formats import as_table

#: The groups in the paper's order (section 4.2.4, H4).
GROUPS_H4 = ("FNL", "TPL", "FPL_MS", "FPL_mimic")
#: Tests of a pair; the first is the default, since the paper's result only comes out with it.
PAIR_TESTS = ("yates", "plain", "fisher")
ALL_NO = "no delineation needs correction"
ALL_YES = "every delineation needs correction"


def correction_table(selection: Selection, level: float = LEVEL) -> pd.DataFrame:
    """Give the share of delineations that need correction, per rater and group."""
    rows = []
    for rater, group, answers in cells(selection):
        hits = answers["needs_correction"] == "yes"
        row = share_columns(int(hits.sum()), len(answers), level)
        if len(answers):
            interval = share_interval(answers["participant_id"].tolist(), hits, level)
            row |= {"patient_low": interval.low, "patient_high": interval.high}
            row["not_available"] = interval.not_available
        row |= {"rater": rater, "group": group}
        rows.append(row | {"n": int(hits.sum()), "n_answers": len(answers)})
    return as_table(rows, CORRECTION)


def correction_tests(correction: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
    """Compare all groups at once, per rater: chi-square with the exact p beside it."""
    rows = []
    for rater, counts in _counts(correction).items():
        groups = [group for group in GROUPS_H4 if sum(counts[group])]
        table = np.array([counts[group] for group in groups])
        row: dict[str, Any] = {"rater": rater, "groups": tuple(groups), "n": int(table.sum())}
        reason = _why_not(table)
        rows.append(row | ({"not_available": reason} if reason else _overall(table, level)))
    return as_table(rows, CORRECTION_TESTS)


def correction_pairs(correction: pd.DataFrame, level: float = LEVEL) -> pd.DataFrame:
    """Compare the groups two by two, per rater, with Benjamini-Hochberg over the pairs tested."""
    rows = []
    for rater, counts in _counts(correction).items():
        own = [_pair(a, b, counts, level) | {"rater": rater} for a, b in combinations(GROUPS_H4, 2)]
        tested = [row for row in own if row["not_available"] is None]
        for name in PAIR_TESTS:
            p, q = f"p_{name}", f"q_{name}"
            adjusted = benjamini_hochberg([row[p] for row in tested])
            for row, value in zip(tested, adjusted, strict=True):
                row[q] = value
        rows += own
    return as_table(rows, CORRECTION_PAIRS)


def benjamini_hochberg(p_values: list[float]) -> list[float]:
    """Adjust p-values for the false discovery rate; no p-value gives none.

    Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.

    >>> benjamini_hochberg([0.01, 0.04, 0.5])
    [0.03, 0.06, 0.5]
    """
    if not p_values:
        return []
    return [float(q) for q in false_discovery_control(p_values, method="bh")]


def _counts(correction: pd.DataFrame) -> dict[str, dict[str, tuple[int, int]]]:
    out: dict[str, dict[str, tuple[int, int]]] = {}
    columns = (correction[name].tolist() for name in ("rater", "group", "n", "n_answers"))
    for rater, group, n, n_answers in zip(*columns, strict=True):
        out.setdefault(rater, {})[group] = (n, n_answers - n)
    return out


def _why_not(table: npt.NDArray[np.int64]) -> str | None:
    """Say why a table of (yes, no) rows can't be tested; None where it can."""
    if len(table) < 2:
        return "answers in one group alone"
    yes, no = table.sum(axis=0)
    return ALL_NO if yes == 0 else ALL_YES if no == 0 else None


def _overall(table: npt.NDArray[np.int64], level: float) -> dict[str, Any]:
    result = chi2_contingency(table, correction=False)
    out: dict[str, Any] = {"chi2": float(result.statistic), "df": int(result.dof)}
    out |= {"p_chi2": float(result.pvalue), "min_expected": float(result.expected_freq.min())}
    v = cramers_v(table, level)
    out |= {"cramers_v": v.value, "v_low": v.low, "v_high": v.high}
    try:
        return out | {"p_exact": fisher_freeman_halton(table)}
    except TooManyTablesError as error:
        return out | {"not_available": str(error)}


def _pair(a: str, b: str, counts: dict[str, tuple[int, int]], level: float) -> dict[str, Any]:
    table = np.array([counts[a], counts[b]])
    row: dict[str, Any] = {"group_a": a, "group_b": b, "not_available": None}
    row |= {"n_yes_a": int(table[0, 0]), "n_a": int(table[0].sum())}
    row |= {"n_yes_b": int(table[1, 0]), "n_b": int(table[1].sum())}
    empty = [group for group in (a, b) if not sum(counts[group])]
    if empty:
        return row | {"not_available": f"no answers in {' and '.join(empty)}"}
    found = newcombe_difference(row["n_yes_a"], row["n_a"], row["n_yes_b"], row["n_b"], level)
    row |= {"difference": found.value, "low": found.low, "high": found.high}
    if reason := _why_not(table):
        return row | {"not_available": f"tests: {reason}"}
    yates = chi2_contingency(table, correction=True)
    row |= {"chi2_yates": float(yates.statistic), "p_yates": float(yates.pvalue)}
    row["p_plain"] = float(chi2_contingency(table, correction=False).pvalue)
    return row | {"p_fisher": float(fisher_exact(table).pvalue)}
