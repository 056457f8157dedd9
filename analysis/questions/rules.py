"""H1 and H2 by every rule, and the classes that were changed."""

from collections import Counter
from itertools import pairwise
from typing import Any, get_args

import pandas as pd

from analysis.answers import Selection
from analysis.measures.patients import share_interval
from analysis.measures.proportions import LEVEL, share_columns
from analysis.questions.classes import cells
from analysis.tables.classes import CHANGED, RULES_COMPARED
from analysis.tables.formats import as_table
from lesions.columns import GROUPS
from lesions.questionnaire import MS_FAMILIES, CollapseRule, Questionnaire, option_name


def rule_table(
    selection: Selection, questionnaire: Questionnaire, level: float = LEVEL
) -> pd.DataFrame:
    """Count the answers that call an ROI an MS lesion, by each rule."""
    rows = []
    for rater, group, answers in cells(selection):
        for rule in get_args(CollapseRule):
            families = [questionnaire.family(classes, rule) for classes in answers["classes"]]
            hits = [family in MS_FAMILIES for family in families]
            row: dict[str, Any] = share_columns(sum(hits), len(hits), level)
            if hits:
                interval = share_interval(answers["participant_id"].tolist(), hits, level)
                row |= {"patient_low": interval.low, "patient_high": interval.high}
                row["not_available"] = interval.not_available
            row |= {"rater": rater, "group": group, "rule": rule}
            rows.append(row | {"n": sum(hits), "n_answers": len(hits)})
    return as_table(rows, RULES_COMPARED)


def changed_table(
    selection: Selection, questionnaire: Questionnaire, rule: CollapseRule
) -> pd.DataFrame:
    """Count the changes of classes between one revision and the next; all showings count."""
    ordered = selection.all.sort_values(["rater", "roi_id", "repeat", "revision"])
    counts: Counter[tuple[str, str, tuple[str, ...], tuple[str, ...]]] = Counter()
    for _, showing in ordered.groupby(["rater", "roi_id", "repeat"], sort=False):
        lists = [tuple(map(option_name, classes)) for classes in showing["classes"]]
        rater, group = str(showing["rater"].iloc[0]), str(showing["group"].iloc[0])
        for before, after in pairwise(lists):
            if before != after:
                counts[rater, group, before, after] += 1
    place = {group: i for i, group in enumerate(GROUPS)}
    rows = [
        {"rater": rater, "group": group, "classes_before": before, "classes_after": after}
        | {"family_before": questionnaire.family(before, rule)}
        | {"family_after": questionnaire.family(after, rule), "n": n}
        for (rater, group, before, after), n in sorted(
            counts.items(), key=lambda item: (item[0][0], place[item[0][1]], -item[1], item[0][2:])
        )
    ]
    return as_table(rows, CHANGED)
