"""The figures of the paper: classes and reasons as bars, confidence as means."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.contents import GROUP_NAMES
from analysis.figures.canvas import (
    COLOURS,
    HATCHES,
    MARKERS,
    ONE_COLUMN_MM,
    TWO_COLUMNS_MM,
    legend_columns,
    n_text,
    new_figure,
    style,
)
from lesions.columns import GROUPS

_SHARE_LABEL = "Share of the rater's answers in the group (%)"


def bar_figure(
    table: pd.DataFrame,
    rows: Sequence[str],
    column: str,
    name_of: Callable[[str], str],
    *,
    bands: Sequence[str | None] | None = None,
    synthetic: bool = False,
) -> Figure:
    """Draw the share of answers in each row of a list: a panel per group, a bar per rater.

    Parameters
    ----------
    table : DataFrame
        With `rater`, `group`, `n`, `n_answers`, `share` and the column that names the row.
    rows : names in the order from top to bottom
    column : column of the table that holds them
    name_of : function
        Gives the words for a rater in the legend.
    bands : name of the band that each row is in, None for none
    synthetic : whether to mark the figure
    """
    raters = list(dict.fromkeys(table["rater"]))
    height_mm = 24 + len(rows) * max(5.0, 2.3 * len(raters))
    with style():
        figure = new_figure(TWO_COLUMNS_MM, height_mm, synthetic, _SHARE_LABEL)
        axes = figure.subplots(1, len(GROUPS), sharex=True, sharey=True)
        for axis, group in zip(axes, GROUPS, strict=True):
            _bars(axis, table[table["group"] == group], rows, column, raters)
            _n_title(axis, table[table["group"] == group], group)
        axes[0].set_yticks(range(len(rows)), labels=list(rows))
        axes[0].set_ylim(len(rows) - 0.5, -0.5)
        top = table["share"].max()
        axes[0].set_xlim(0, 100 * min(1.18, 1.25 * (0.4 if pd.isna(top) else max(0.1, float(top)))))
        for axis in axes:
            _draw_bands(axis, bands or [None] * len(rows), named=axis is axes[-1])
        handles = axes[0].get_legend_handles_labels()[0]
        labels = [name_of(rater) for rater in raters]
        ncols = legend_columns(labels, TWO_COLUMNS_MM)
        figure.legend(handles, labels, loc="outside upper left", ncols=ncols)
    return figure


def confidence_figure(
    table: pd.DataFrame,
    levels: Sequence[str],
    name_of: Callable[[str], str],
    *,
    synthetic: bool = False,
) -> Figure:
    """Draw mean and standard deviation of the confidence, per group and rater.

    Parameters
    ----------
    table : DataFrame
        In the format CONFIDENCE.
    levels : names of the levels, lowest first
    name_of : function
        Gives the words for a rater in the legend.
    synthetic : whether to mark the figure
    """
    raters = list(dict.fromkeys(table["rater"]))
    offsets = (np.arange(len(raters)) - (len(raters) - 1) / 2) * min(0.2, 0.7 / len(raters))
    ncols = legend_columns([name_of(rater) for rater in raters], ONE_COLUMN_MM)
    with style():
        height_mm = 68 + 4 * -(-len(raters) // ncols)
        figure = new_figure(ONE_COLUMN_MM, height_mm, synthetic)
        axis = figure.subplots()
        for i, rater in enumerate(raters):
            own = table[table["rater"] == rater].set_index("group").reindex(list(GROUPS))
            axis.errorbar(
                np.arange(len(GROUPS)) + offsets[i],
                own["mean"],
                yerr=own["sd"].fillna(0),
                fmt=MARKERS[i % len(MARKERS)],
                color=COLOURS[i % len(COLOURS)],
                markersize=4.5,
                markeredgecolor="black",
                markeredgewidth=0.4,
                linewidth=1,
                capsize=2.5,
                label=name_of(rater),
            )
        axis.set_xlim(-0.5, len(GROUPS) - 0.5)
        axis.set_ylim(0.5, len(levels) + 0.75)
        numbered = [f"{level}  {number}" for number, level in enumerate(levels, start=1)]
        axis.set_yticks(range(1, len(levels) + 1), labels=numbered)
        axis.set_xticks(range(len(GROUPS)), labels=[_n_label(table, group) for group in GROUPS])
        axis.set_ylabel("Confidence (mean and sd)")
        axis.grid(axis="y", color="0.88", linewidth=0.5)
        figure.legend(loc="outside upper left", ncols=ncols)
    return figure


def _bars(
    axis: Axes, table: pd.DataFrame, rows: Sequence[str], column: str, raters: Sequence[str]
) -> None:
    thickness = 0.8 / len(raters)
    for i, rater in enumerate(raters):
        own = table[table["rater"] == rater].set_index(column).reindex(list(rows))
        y = np.arange(len(rows)) - 0.4 + (i + 0.5) * thickness
        axis.barh(
            y,
            100 * own["share"].fillna(0),
            thickness * 0.92,
            color=COLOURS[i % len(COLOURS)],
            edgecolor="white",
            linewidth=0,
            hatch=HATCHES[(i // len(COLOURS)) % len(HATCHES)],
            label=rater,
        )
        for at, share, n in zip(y, own["share"], own["n"], strict=True):
            if n > 0:
                axis.annotate(
                    f"{int(n)}",
                    (100 * share, at),
                    xytext=(1.5, 0),
                    textcoords="offset points",
                    va="center_baseline",
                    fontsize=5.5,
                    color="0.2",
                )
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", color="0.88", linewidth=0.5)


def _draw_bands(axis: Axes, bands: Sequence[str | None], *, named: bool) -> None:
    """Rule a line between families, and name them at the right edge."""
    start = 0
    for row in range(1, len(bands) + 1):
        if row < len(bands) and bands[row] == bands[start]:
            continue
        if row < len(bands):
            axis.axhline(row - 0.5, color="0.75", linewidth=0.5)
        if named and bands[start]:
            axis.annotate(
                str(bands[start]),
                (1, (start + row - 1) / 2),
                xycoords=("axes fraction", "data"),
                xytext=(3, 0),
                textcoords="offset points",
                rotation=90 if row - start > 1 else 0,
                va="center",
                fontsize=5.5,
                color="0.3",
            )
        start = row


def _n_title(axis: Axes, table: pd.DataFrame, group: str) -> None:
    axis.set_title(f"{GROUP_NAMES[group]}\n{n_text(table, 'n_answers')}", loc="left")


def _n_label(table: pd.DataFrame, group: str) -> str:
    return f"{GROUP_NAMES[group]}\n{n_text(table[table['group'] == group], 'n')}"
