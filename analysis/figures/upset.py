"""Which reasons come together: bars for the sets, dots for what is in them (UpSet)."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.figures.canvas import COLOURS, TWO_COLUMNS_MM, legend_columns, new_figure, style
from analysis.tables.columns import ALL_GROUPS

MAX_SETS = 20
# The most frequent are drawn; the table has all.


def upset_figure(
    table: pd.DataFrame,
    reasons: Sequence[str],
    name_of: Callable[[str], str],
    *,
    synthetic: bool = False,
) -> Figure:
    """Draw the most frequent sets of reasons, all groups together, a bar per rater.

    Lex et al. 2014, doi:10.1109/TVCG.2014.2346248.

    Parameters
    ----------
    table : DataFrame
        In the format REASON_SETS.
    reasons : names of the reasons, in the order from top to bottom
    name_of : function
        Gives the words for a rater.
    synthetic : whether to mark the figure
    """
    table = table[table["group"] == ALL_GROUPS]
    raters = list(dict.fromkeys(table["rater"]))
    totals = table.groupby("reasons")["n"].sum().sort_values(ascending=False, kind="stable")
    sets = list(totals.index[:MAX_SETS])
    thickness = 0.8 / len(raters)
    with style():
        figure = new_figure(TWO_COLUMNS_MM, 52 + 4.2 * len(reasons), synthetic)
        top, bottom = figure.subplots(
            2, 1, sharex=True, height_ratios=[max(8, len(reasons)), len(reasons)]
        )
        for i, rater in enumerate(raters):
            counts = table[table["rater"] == rater].set_index("reasons")["n"].reindex(sets)
            at = np.arange(len(sets)) - 0.4 + (i + 0.5) * thickness
            colour = COLOURS[i % len(COLOURS)]
            top.bar(at, counts.fillna(0), thickness * 0.9, color=colour, label=name_of(rater))
            for place, n in zip(at, counts.fillna(0), strict=True):
                if n and len(raters) * len(sets) <= 60:
                    top.text(place, n, f"{n:.0f}", ha="center", va="bottom", fontsize=5.5)
        top.set_ylabel("Answers")
        top.grid(axis="y", color="0.88", linewidth=0.5)
        top.tick_params(axis="x", length=0)
        for y, reason in enumerate(reasons):
            if y % 2 == 0:
                bottom.axhspan(y - 0.5, y + 0.5, color="0.95", linewidth=0)
            within = np.array([reason in chosen for chosen in sets])
            x = np.arange(len(sets))
            bottom.scatter(x[~within], np.full((~within).sum(), y), s=12, color="0.82")
            bottom.scatter(x[within], np.full(within.sum(), y), s=14, color="black", zorder=3)
        for column, chosen in enumerate(sets):
            rows = [reasons.index(reason) for reason in chosen]
            bottom.plot(
                [column, column], [min(rows), max(rows)], color="black", linewidth=0.9, zorder=2
            )
        bottom.set_yticks(range(len(reasons)), labels=list(reasons))
        bottom.set_ylim(len(reasons) - 0.5, -0.5)
        bottom.set_xlim(-0.6, len(sets) - 0.4)
        bottom.set_xticks([])
        bottom.tick_params(axis="y", length=0)
        bottom.spines[["left", "bottom"]].set_visible(False)
        ncols = legend_columns([name_of(rater) for rater in raters], TWO_COLUMNS_MM)
        figure.legend(loc="outside upper left", ncols=ncols)
    return figure
