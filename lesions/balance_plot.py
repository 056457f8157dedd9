"""Draw the balance of a sample: sizes, ROIs per patient, and the figures of the report."""

from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from lesions.atomic import write_atomically
from lesions.balance import Balance, Comparison, GroupBalance

#: Colours that colour-blind readers tell apart (Okabe and Ito 2008), and a line style each.
STYLES: dict[str, tuple[str, str]] = {
    "FPL_MS": ("#000000", "solid"),
    "FPL_mimic": ("#cc79a7", "dotted"),
    "TPL": ("#0072b2", "dashed"),
    "FNL": ("#d55e00", "dashdot"),
}
_DIM = "#5c6670"
_HEADER = ("group", "n", "of", "volume, mm³", "SMD", "KS (best)", "patients", "most of one")
_SETTINGS: Any = {
    "svg.hashsalt": "balance",  # else every run draws other ids
    "svg.fonttype": "path",  # looks alike on every machine
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _DIM,
    "xtick.color": _DIM,
    "ytick.color": _DIM,
    "axes.labelcolor": _DIM,
}


def write_balance_plot(rois: pd.DataFrame, balance: Balance, path: Path | str) -> None:
    """Write the figure as SVG; the same sample gives the same bytes.

    Parameters
    ----------
    rois : DataFrame
        The sample, in the format ROIS.
    balance : Balance
        The report on it.
    path : path ending in .svg
    """
    with matplotlib.style.context(_SETTINGS, after_reset=True), write_atomically(path) as temporary:
        figure = draw_balance(rois, balance)
        FigureCanvasSVG(figure)
        figure.savefig(str(temporary), format="svg", metadata={"Date": None})


def draw_balance(rois: pd.DataFrame, balance: Balance) -> Figure:
    """Draw the figure: distribution of volumes, ROIs per patient, and a table."""
    figure = Figure(figsize=(9.6, 6.0), facecolor="white")
    grid = figure.add_gridspec(
        2, 2, height_ratios=(3, 1.25), width_ratios=(1.55, 1), left=0.075, right=0.975,
        top=0.875, bottom=0.03, hspace=0.36, wspace=0.3,
    )  # fmt: skip
    groups = [group for group in balance.groups if group.n]
    _draw_volumes(figure.add_subplot(grid[0, 0]), rois, groups)
    _draw_patients(figure.add_subplot(grid[0, 1]), rois, groups)
    _draw_table(figure.add_subplot(grid[1, :]), groups)
    figure.text(0.02, 0.955, "Balance of the sample", fontsize=13, weight="bold")
    said = f"{balance.acquisition}, {len(rois)} ROIs, seed {balance.seed}"
    figure.text(0.98, 0.957, said, ha="right", color=_DIM)
    if balance.synthetic:
        figure.text(0.5, 0.957, "synthetic: made from phantoms", ha="center", color="#b00020")
    return figure


def _draw_volumes(axes: Axes, rois: pd.DataFrame, groups: list[GroupBalance]) -> None:
    volumes = rois["volume_mm3"].to_numpy(np.float64)
    left, right = volumes.min() / 1.3, volumes.max() * 1.3
    for group in groups:
        colour, style = STYLES[group.group]
        mine = np.sort(volumes[(rois["group"] == group.group).to_numpy()])
        x = np.r_[left, mine, right]
        y = np.r_[0.0, np.arange(1, len(mine) + 1) / len(mine), 1.0]
        axes.step(x, y, where="post", color=colour, linestyle=style, label=group.group, lw=1.8)
    axes.set_xscale("log")
    axes.set_xlim(left, right)
    axes.set_ylim(0, 1.02)
    wide = right / left > 30
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0,) if wide else (1.0, 2.0, 5.0)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("volume, mm³")
    axes.set_ylabel("share of the group up to this volume")
    axes.grid(color="#e8eaed", lw=0.7)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, loc="upper left", handlelength=3)


def _draw_patients(axes: Axes, rois: pd.DataFrame, groups: list[GroupBalance]) -> None:
    """Draw a dot for each number of ROIs that patients give; its area is how many patients do."""
    names = [group.group for group in groups]
    for y, name in enumerate(names):
        per_patient = rois.loc[rois["group"] == name, "participant_id"].value_counts()
        numbers, patients = np.unique(per_patient.to_numpy(), return_counts=True)
        colour = STYLES[name][0]
        areas = 20.0 + 8.0 * patients
        axes.scatter(numbers, np.full(len(numbers), y), s=areas, color=colour, lw=0)
        for x, n, radius in zip(numbers, patients, np.sqrt(areas / np.pi), strict=True):
            axes.annotate(str(n), (x, y), (0, radius + 3), textcoords="offset points", ha="center",
                          va="bottom", color=_DIM, fontsize=8)  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.7)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.margins(x=0.12)
    axes.set_xlabel("ROIs of one patient (number: patients)")
    axes.grid(axis="x", color="#e8eaed", lw=0.7)
    axes.set_axisbelow(True)


def _draw_table(axes: Axes, groups: list[GroupBalance]) -> None:
    axes.set_axis_off()
    rows = [_table_row(group) for group in groups]
    table = axes.table(
        rows, colLabels=_HEADER, loc="center", cellLoc="right", edges="horizontal",
        colWidths=[0.12, 0.07, 0.08, 0.24, 0.1, 0.16, 0.1, 0.13],
    )  # fmt: skip
    table.auto_set_font_size(False)
    table.set_fontsize(9)
    table.scale(1, 1.35)
    for (row, column), cell in table.get_celld().items():
        cell.set_edgecolor("#d5d9de")
        text = cell.get_text()
        text.set_horizontalalignment("left" if column == 0 else "right")
        if row == 0:
            text.set_color(_DIM)
        elif column == 0:
            text.set_color(STYLES[groups[row - 1].group][0])
            text.set_fontweight("bold")


def _table_row(group: GroupBalance) -> list[str]:
    found = group.against_fpl_ms
    return [
        group.group,
        str(group.n),
        str(group.n_candidates),
        f"{group.median_mm3:.4g} ({group.q1_mm3:.4g} to {group.q3_mm3:.4g})",
        "" if found is None else _smd(found),
        "" if found is None else f"{found.ks:.3f} ({found.ks_optimum:.3f})",
        str(group.n_patients),
        str(group.max_per_patient),
    ]


def _smd(found: Comparison) -> str:
    return "n/a" if found.smd is None else f"{found.smd:+.3f}"
