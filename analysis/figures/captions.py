"""The words under the figures, and the words in their place for who can't see them."""

from collections.abc import Callable

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


def likert_caption(table: pd.DataFrame) -> Caption:
    """Describe the figure of diverging bars."""
    text = (
        "Confidence in the classification of an ROI. Each bar is one rater’s answers in a group, "
        "centred on the middle level; answers left of the line are of low confidence. Numbers "
        "count the answers at a level."
    )
    parts = ["Diverging bars of the confidence levels."]
    for row in table.to_dict("records"):
        if row["n"]:
            counts = ", ".join(row["level_counts"])
            parts.append(f"{row['rater']}, {GROUP_NAMES[row['group']]}: {counts}.")
    return Caption(text, " ".join(parts))


def upset_caption(table: pd.DataFrame) -> Caption:
    """Describe the figure of sets of reasons."""
    text = (
        "Which reasons for decreased confidence were given together, all groups. Bars count the "
        "answers with a set, dots say what is in it; the most frequent sets are shown."
    )
    own = table[table["group"] == "all"]
    top = own.groupby("reasons")["n"].sum().sort_values(ascending=False, kind="stable").head(5)
    sets = "; ".join(
        f"{' and '.join(name)} {n}" for name, n in zip(list(top.index), top, strict=True)
    )
    return Caption(text, f"UpSet plot of reasons. Most frequent sets: {sets}.")


def forest_caption(table: pd.DataFrame) -> Caption:
    """Describe the forest plot; the alternative text gives every ratio."""
    text = (
        "Odds ratios of a higher confidence against TPL at equal volume, and for twice the volume, "
        "with their intervals. Filled symbols: plain proportional-odds model with errors over "
        "patients; open symbols: mixed model with a random patient intercept."
    )
    rows = table[table["low"].notna()].to_dict("records")
    values = [
        f"{row['rater']}, {row['model']}, {row['term']} {row['odds_ratio']:.2f} "
        f"({row['low']:.2f} to {row['high']:.2f})"
        for row in rows
    ]
    return Caption(text, f"Forest plot of odds ratios. {'; '.join(values)}.")


def size_caption(table: pd.DataFrame) -> Caption:
    """Describe the figure of sizes."""
    text = (
        "Volumes of the ROIs answered. Boxes show quartiles and median, whiskers the middle nine "
        "tenths."
    )
    values = [
        f"{GROUP_NAMES[row['group']]} median {row['median_mm3']:.1f} mm³"
        for row in table.to_dict("records")
        if row["n_rois"]
    ]
    return Caption(text, f"Box plots of volume on a logarithmic axis. {', '.join(values)}.")


def agreement_caption(table: pd.DataFrame, name_of: Callable[[str], str]) -> Caption:
    """Describe the matrices of agreement."""
    raters = table["raters"].iloc[0]
    if len(raters) == 2:
        text = (
            "Answers of the two raters to the same ROIs, all groups: family of the classes and "
            "confidence. Numbers count ROIs; the diagonal is agreement."
        )
    else:
        text = "Agreement of each pair of raters, all groups: AC1 of families, AC2 of confidence."
    own = table[(table["kind"] == "all raters") & (table["group"] == "all")]
    own = own[own["coefficient"].isin(["percent"]) & own["value"].notna()]
    values = [f"{row['question']} {100 * row['value']:.0f} %" for row in own.to_dict("records")]
    names = ", ".join(map(name_of, raters))
    return Caption(text, f"Matrices of agreement of {names}. Agreeing pairs: {', '.join(values)}.")
