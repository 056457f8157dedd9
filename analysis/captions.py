"""The words under the figures, and the words in their place for who can't see them."""

import pandas as pd

from analysis.contents import GROUP_NAMES, Caption
from lesions.columns import GROUPS


def classes_caption(table: pd.DataFrame) -> Caption:
    """Describe the figure of classes; the alternative text names each group's commonest answer."""
    text = (
        "Classes that the raters gave to the ROIs of each group. Bars show the share of a rater's "
        "answers in the group, numbers beside them count the answers. Each answer is in one "
        "row; answers of several classes have rows of their own."
    )
    return Caption(text, _alt("Bar chart of classes per group and rater.", table, "category"))


def reasons_caption(table: pd.DataFrame) -> Caption:
    """Describe the figure of reasons."""
    text = (
        "Reasons for decreased confidence. Bars show the share of a rater's answers in the group "
        "that give the reason, numbers beside them count the answers. An answer may give several."
    )
    return Caption(text, _alt("Bar chart of reasons per group and rater.", table, "reason"))


def confidence_caption(table: pd.DataFrame) -> Caption:
    """Describe the figure of confidence; the alternative text gives every mean and sd."""
    text = (
        "Confidence in the classification of an ROI, per group and rater. Symbols show the mean, "
        "bars the standard deviation; bars may pass the ends of the scale."
    )
    parts = ["Mean and standard deviation of the confidence."]
    for rater, own in table.groupby("rater", sort=False):
        values = [
            f"{GROUP_NAMES[group]} {mean:.2f}" + ("" if pd.isna(sd) else f" (sd {sd:.2f})")
            for group, mean, sd in zip(own["group"], own["mean"], own["sd"], strict=True)
            if not pd.isna(mean)
        ]
        parts.append(f"{rater}: {', '.join(values) or 'no answers'}.")
    return Caption(text, " ".join(parts))


def _alt(start: str, table: pd.DataFrame, column: str) -> str:
    parts = [start]
    for rater, own in table.groupby("rater", sort=False):
        tops = []
        for group in GROUPS:
            part = own[own["group"] == group]
            if part["n"].max() > 0:
                top = part.sort_values("n", ascending=False, kind="stable").iloc[0]
                tops.append(
                    f"{GROUP_NAMES[group]} {top[column]} ({top['n']} of {top['n_answers']})"
                )
        parts.append(f"Most frequent for {rater}: {'; '.join(tops) or 'no answers'}.")
    return " ".join(parts)
