"""Power and width against the size of a study."""

import pandas as pd
from matplotlib.figure import Figure

from analysis.figures.canvas import COLOURS, MARKERS, MIDDLE_MM, ONE_COLUMN_MM, new_figure, style


def power_figure(table: pd.DataFrame, wanted: float) -> Figure:
    """Draw power against the odds ratio, a line a size."""
    with style():
        figure = new_figure(MIDDLE_MM, 85, synthetic=False)
        axis = figure.subplots()
        for i, (key, own) in enumerate(table.groupby(["n_patients", "n_rois"], sort=False)):
            n_patients, n_rois = key
            own = own.sort_values("odds_ratio")
            axis.errorbar(
                own["odds_ratio"],
                own["power"],
                yerr=[own["power"] - own["low"], own["high"] - own["power"]],
                marker=MARKERS[i % len(MARKERS)],
                color=COLOURS[i % len(COLOURS)],
                markersize=3.5,
                linewidth=1,
                label=f"{n_patients} patients, {n_rois} ROIs a group",
            )
        axis.axhline(wanted, color="0.3", linewidth=0.6, linestyle="--")
        axis.set_xlabel("Odds ratio of a higher confidence (1: no difference)")
        axis.set_ylabel("Power, clustered rank test")
        axis.set_ylim(0, 1.02)
        figure.legend(loc="outside upper left", ncols=3)
    return figure


def width_figure(table: pd.DataFrame) -> Figure:
    """Draw the width of a share's interval against the number of ROIs."""
    with style():
        figure = new_figure(ONE_COLUMN_MM, 70, synthetic=False)
        axis = figure.subplots()
        sizes = table.assign(each=table["n_rois"] // table["n_patients"])
        for i, (each, own) in enumerate(sizes.groupby("each", sort=False)):
            colour = COLOURS[i % len(COLOURS)]
            label = f"{each} a patient"
            axis.plot(
                own["n_rois"],
                100 * own["width_true"],
                marker=MARKERS[i % len(MARKERS)],
                color=colour,
                markersize=3.5,
                linewidth=1,
                label=label,
            )
            axis.plot(own["n_rois"], 100 * own["width_wilson"], ":", color=colour, linewidth=1)
        axis.set_xlabel("ROIs (dotted: Wilson, as if independent)")
        axis.set_ylabel("Width of the 95 % interval (points)")
        axis.set_ylim(0, None)
        axis.grid(axis="y", color="0.88", linewidth=0.5)
        figure.legend(loc="outside upper left", ncols=3)
    return figure
