"""The sizes of the ROIs of each group, side by side."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from analysis.contents import GROUP_NAMES
from analysis.figures.canvas import ONE_COLUMN_MM, new_figure, style


def size_figure(table: pd.DataFrame, *, synthetic: bool = False) -> Figure:
    """Draw a box a group: quartiles, and the range of nine tenths of the ROIs.

    Parameters
    ----------
    table : DataFrame
        In the format SIZES.
    synthetic : whether to mark the figure
    """
    rows = table[table["n_rois"] > 0].to_dict("records")
    boxes = [
        {
            "med": row["median_mm3"],
            "q1": row["q1_mm3"],
            "q3": row["q3_mm3"],
            "whislo": row["p5_mm3"],
            "whishi": row["p95_mm3"],
            "label": f"{GROUP_NAMES[row['group']]}\nn = {row['n_rois']}",
        }
        for row in rows
    ]
    with style():
        figure = new_figure(ONE_COLUMN_MM, 60, synthetic)
        axis = figure.subplots()
        axis.bxp(
            boxes,
            showfliers=False,
            patch_artist=True,
            boxprops={"facecolor": "#56B4E9", "linewidth": 0.6},
            medianprops={"color": "black", "linewidth": 1.2},
            whiskerprops={"linewidth": 0.6},
            capprops={"linewidth": 0.6},
        )
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.yaxis.set_minor_locator(NullLocator())
        axis.set_ylabel("Volume (mm³)")
        axis.grid(axis="y", color="0.88", linewidth=0.5)
    return figure
