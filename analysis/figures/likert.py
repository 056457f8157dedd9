"""Confidence as diverging bars: how many answers lie below and above the middle level."""

from collections.abc import Callable, Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.contents import GROUP_NAMES
from analysis.figures.canvas import MIDDLE_MM, new_figure, style
from lesions.columns import GROUPS

MIN_LABELLED = 0.06
# Narrower bars have no room for their count.
_MAP = "PuOr"
_MIDDLE = (0.86, 0.86, 0.86, 1.0)
# The map is nearly white there.
_DARK = 0.45
# Letters on colours below this lightness are white.


def likert_figure(
    table: pd.DataFrame,
    levels: Sequence[str],
    name_of: Callable[[str], str],
    *,
    synthetic: bool = False,
) -> Figure:
    """Draw the share of each level, centred on the middle of the scale: a bar a rater and group.

    Parameters
    ----------
    table : DataFrame
        In the format CONFIDENCE.
    levels : names of the levels, lowest first
    name_of : function
        Gives the words for a rater.
    synthetic : whether to mark the figure
    """
    raters = list(dict.fromkeys(table["rater"]))
    colours = mpl.colormaps[_MAP](np.linspace(0.05, 0.95, len(levels)))
    if len(levels) % 2:
        colours[len(levels) // 2] = _MIDDLE
    rows = [(group, rater) for group in GROUPS for rater in raters]
    by_key = table.set_index(["group", "rater"])["level_counts"]
    with style():
        figure = new_figure(MIDDLE_MM, 22 + 4.6 * len(rows), synthetic)
        axis = figure.subplots()
        for y, key in enumerate(rows):
            _bar(axis, y, np.array([int(n) for n in by_key.loc[key]]), colours)
        labels = [f"{GROUP_NAMES[group]}, {name_of(rater)}" for group, rater in rows]
        axis.set_yticks(range(len(rows)), labels=labels)
        axis.set_ylim(len(rows) - 0.4, -0.6)
        axis.axvline(0, color="0.3", linewidth=0.6, zorder=0.5)
        widest = min(1.0, 1.06 * max(abs(end) for end in axis.get_xlim()))
        ticks = [tick for tick in axis.get_xticks() if abs(tick) <= widest]
        axis.set_xticks(ticks, labels=[f"{abs(100 * tick):.0f}" for tick in ticks])
        axis.set_xlim(-widest, widest)
        axis.set_xlabel("Share of the rater's answers in the group (%)")
        axis.tick_params(axis="y", length=0)
        for y in range(len(raters), len(rows), len(raters)):
            axis.axhline(y - 0.5, color="0.85", linewidth=0.5)
        handles = [mpl.patches.Patch(color=colour) for colour in colours]
        names = [f"{number}  {level}" for number, level in enumerate(levels, start=1)]
        figure.legend(handles, names, loc="outside upper left", ncols=len(levels))
    return figure


def _bar(axis: Axes, y: int, counts: np.ndarray, colours: np.ndarray) -> None:
    n = counts.sum()
    if n == 0:
        return
    shares = counts / n
    middle = len(counts) // 2
    half = shares[middle] / 2 if len(counts) % 2 else 0.0
    left = -(shares[:middle].sum() + half)
    for share, count, colour in zip(shares, counts, colours, strict=True):
        axis.barh(y, share, 0.78, left=left, color=colour, edgecolor="white", linewidth=0.4)
        if share >= MIN_LABELLED:
            dark = float(colour[:3] @ [0.299, 0.587, 0.114]) < _DARK
            axis.text(
                left + share / 2,
                y,
                str(count),
                ha="center",
                va="center_baseline",
                fontsize=5.5,
                color="white" if dark else "black",
            )
        left += share
