"""Effects and their intervals below each other: a forest plot."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from analysis.contents import GROUP_NAMES
from analysis.figures.canvas import COLOURS, MARKERS, MIDDLE_MM, legend_columns, new_figure, style
from analysis.tables.models import MODELS

_SHORT = {"proportional odds": "plain", "random patient intercept": "mixed"}


def forest_figure(
    table: pd.DataFrame, name_of: Callable[[str], str], *, synthetic: bool = False
) -> Figure:
    """Draw the odds ratios of a higher confidence, each model and rater.

    Parameters
    ----------
    table : DataFrame
        In the format CONFIDENCE_MODELS, with one row at least that has an odds ratio.
    name_of : function
        Gives the words for a rater.
    synthetic : whether to mark the figure
    """
    table = table[table["low"].notna()]
    terms = [term for term in (*GROUP_NAMES, "volume") if (table["term"] == term).any()]
    raters = list(dict.fromkeys(table["rater"]))
    keys = [(rater, model) for rater in raters for model in MODELS]
    step = 0.8 / len(keys)
    with style():
        figure = new_figure(MIDDLE_MM, 26 + len(terms) * max(9, 3 * len(keys)), synthetic)
        axis = figure.subplots()
        for k, (rater, model) in enumerate(keys):
            own = table[(table["rater"] == rater) & (table["model"] == model)].set_index("term")
            own = own.reindex(terms)
            y = np.arange(len(terms)) - 0.4 + (k + 0.5) * step
            colour = COLOURS[raters.index(rater) % len(COLOURS)]
            ratio = own["odds_ratio"].to_numpy(float)
            ends = np.abs(own[["low", "high"]].to_numpy(float) - ratio[:, None]).T
            axis.errorbar(
                ratio,
                y,
                xerr=ends,
                fmt=MARKERS[raters.index(rater) % len(MARKERS)],
                color=colour,
                markerfacecolor=colour if _SHORT[model] == "plain" else "white",
                markersize=4,
                linewidth=0.9,
                capsize=2,
                label=f"{name_of(rater)}, {_SHORT[model]}",
            )
        axis.set_xscale("log")
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.xaxis.set_minor_locator(NullLocator())
        low, high = axis.get_xlim()
        ticks = [v for v in (0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 3, 10, 30, 100) if low <= v <= high]
        axis.set_xticks(ticks)
        axis.axvline(1, color="0.3", linewidth=0.6)
        names = [
            f"{GROUP_NAMES[t]} – TPL" if t in GROUP_NAMES else "Twice the volume" for t in terms
        ]
        axis.set_yticks(range(len(terms)), labels=names)
        axis.set_ylim(len(terms) - 0.4, -0.6)
        axis.tick_params(axis="y", length=0)
        axis.grid(axis="x", color="0.9", linewidth=0.5)
        axis.set_xlabel("Odds ratio of a higher confidence")
        labels = [f"{name_of(rater)}, {_SHORT[model]}" for rater, model in keys]
        figure.legend(loc="outside upper left", ncols=legend_columns(labels, MIDDLE_MM))
    return figure
