"""H1 and H2: what the raters call the ROIs of each group."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.answers import Selection
from analysis.measures.patients import share_interval
from analysis.measures.proportions import LEVEL, share_columns
from analysis.tables.formats import (
    CLASSES,
    COMBINATIONS,
    FAMILIES,
    OWN_WORDS,
    REASONS,
    VERDICTS,
    as_table,
)
from lesions.columns import GROUPS
from lesions.questionnaire import (
    CUSTOM_SEPARATOR,
    MS_FAMILIES,
    CollapseRule,
    Questionnaire,
    option_name,
)

#: Categories of answers with more than one class, and the family of each.
SEVERAL_MS = "Several MS lesion classes"
SEVERAL_MIXED = "MS lesion class and another"
SEVERAL_OTHER = "Several other classes"
SEVERAL_CLASSES = (SEVERAL_MS, SEVERAL_MIXED, SEVERAL_OTHER)


def cells(selection: Selection) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Give each rater, each group and the rater's answers in it (perhaps none), in fixed order."""
    for rater in selection.raters:
        own = selection.used[selection.used["rater"] == rater]
        for group in GROUPS:
            yield rater, group, own[own["group"] == group]


def family_table(selection: Selection, level: float = LEVEL) -> pd.DataFrame:
    """Count the answers of each family, and of all MS families together."""
    rows = []
    for rater, group, answers in cells(selection):
        for verdict in VERDICTS:
            wanted = MS_FAMILIES if verdict == "MS" else {verdict}
            hits = answers["family"].isin(wanted)
            row = share_columns(int(hits.sum()), len(answers), level)
            if len(answers):
                interval = share_interval(answers["participant_id"].tolist(), hits, level)
                row |= {"patient_low": interval.low, "patient_high": interval.high}
                row["not_available"] = interval.not_available
            row |= {"rater": rater, "group": group, "family": verdict}
            row |= {"n": int(hits.sum()), "n_answers": len(answers)}
            rows.append(row)
    return as_table(rows, FAMILIES)


def category(classes: tuple[str, ...], questionnaire: Questionnaire) -> str:
    """Name the bar that an answer belongs to: its only class, or the kind of combination."""
    if len(classes) == 1:
        return option_name(classes[0])
    is_ms = [questionnaire.family([name]) in MS_FAMILIES for name in classes]
    if all(is_ms):
        return SEVERAL_MS
    return SEVERAL_MIXED if any(is_ms) else SEVERAL_OTHER


def categories(questionnaire: Questionnaire) -> dict[str, str | None]:
    """Give all categories in the order of the figure, with the family of single classes."""
    singles: dict[str, str | None] = {
        option.name: option.family for option in questionnaire.classes
    }
    return singles | dict.fromkeys(SEVERAL_CLASSES)


def class_table(selection: Selection, questionnaire: Questionnaire) -> pd.DataFrame:
    """Count the answers of each category; every answer is in one."""
    rows = []
    for rater, group, answers in cells(selection):
        counts = Counter(category(classes, questionnaire) for classes in answers["classes"])
        for name, family in categories(questionnaire).items():
            n, n_answers = counts[name], len(answers)
            share = n / n_answers if n_answers else None
            row: dict[str, Any] = {"rater": rater, "group": group, "category": name}
            rows.append(row | {"family": family, "n": n, "n_answers": n_answers, "share": share})
    return as_table(rows, CLASSES)


def combination_table(
    selection: Selection, questionnaire: Questionnaire, rule: CollapseRule
) -> pd.DataFrame:
    """Count every ranked list of classes that was given, the most frequent first."""
    rows = []
    for rater, group, answers in cells(selection):
        counts = Counter(tuple(map(option_name, classes)) for classes in answers["classes"])
        for classes, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            rows.append(
                {"rater": rater, "group": group, "classes": classes}
                | {"family": questionnaire.family(classes, rule), "n": n}
                | {"n_answers": len(answers), "share": n / len(answers)}
            )
    return as_table(rows, COMBINATIONS)


def own_word_table(selection: Selection) -> pd.DataFrame:
    """Count the words that raters wrote for a custom class or reason."""
    rows = []
    for rater, group, answers in cells(selection):
        for question in ("classes", "reasons"):
            counts = Counter(
                chosen.split(CUSTOM_SEPARATOR, 1)[1]
                for items in answers[question]
                for chosen in items
                if CUSTOM_SEPARATOR in chosen
            )
            for words, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
                rows.append(
                    {"rater": rater, "group": group, "question": question, "words": words, "n": n}
                )
    return as_table(rows, OWN_WORDS)


def reason_table(
    selection: Selection, questionnaire: Questionnaire, level: float = LEVEL
) -> pd.DataFrame:
    """Count the answers that give each reason for decreased confidence."""
    rows = []
    for rater, group, answers in cells(selection):
        counts = Counter(option_name(item) for items in answers["reasons"] for item in items)
        for option in questionnaire.reasons:
            n = counts[option.name]
            row = share_columns(n, len(answers), level)
            row |= {"rater": rater, "group": group, "reason": option.name}
            rows.append(row | {"n": n, "n_answers": len(answers)})
    return as_table(rows, REASONS)
