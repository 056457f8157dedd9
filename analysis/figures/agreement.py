"""Agreement as matrices: pairs of answers of two raters, or coefficients of many."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.canvas import MIDDLE_MM, TWO_COLUMNS_MM, new_figure, style

FloatArray = npt.NDArray[np.float64]
_PAIRED = (
    ("family", "Gwet AC1", "Family: AC1"),
    ("confidence", "Gwet AC2, quadratic", "Confidence: AC2"),
)


def confusion_figure(
    table: pd.DataFrame,
    orders: dict[str, Sequence[str]],
    name_of: Callable[[str], str],
    *,
    synthetic: bool = False,
) -> Figure:
    """Draw the pairs of answers of the first two raters, a panel a question.

    Parameters
    ----------
    table : DataFrame
        In the format CONFUSION.
    orders : question -> its answers in order
    name_of : function
        Gives the words for a rater.
    synthetic : whether to mark the figure
    """
    raters = next(raters for raters in table["raters"] if len(raters) == 2)
    table = table[(table["kind"] != "same rater") & (table["raters"] == raters)]
    with style():
        figure = new_figure(MIDDLE_MM, 72, synthetic)
        axes = figure.subplots(1, len(orders), squeeze=False)[0]
        for axis, (question, names) in zip(axes, orders.items(), strict=True):
            own = table[table["question"] == question]
            counts = np.zeros((len(names), len(names)))
            for a, b, n in zip(own["answer_a"], own["answer_b"], own["n"], strict=True):
                counts[names.index(a), names.index(b)] = n
            _matrix(axis, counts, names, names, digits=0)
            axis.set_title(question.capitalize(), loc="left")
            axis.set_xlabel(name_of(raters[1]))
            axis.set_ylabel(name_of(raters[0]))
    return figure


def pairs_figure(
    table: pd.DataFrame,
    raters: Sequence[str],
    name_of: Callable[[str], str],
    *,
    synthetic: bool = False,
) -> Figure:
    """Draw a coefficient of every pair of more than two raters.

    Parameters
    ----------
    table : DataFrame
        In the format AGREEMENT.
    raters : names in order
    name_of : function
        Gives the words for a rater.
    synthetic : whether to mark the figure
    """
    pairs = table[table["kind"] == "pair"]
    names = [name_of(rater) for rater in raters]
    with style():
        figure = new_figure(TWO_COLUMNS_MM, 45 + 5 * len(raters), synthetic)
        axes = figure.subplots(1, len(_PAIRED))
        for axis, (question, coefficient, title) in zip(axes, _PAIRED, strict=True):
            chosen = (pairs["question"] == question) & (pairs["coefficient"] == coefficient)
            values = np.full((len(raters), len(raters)), np.nan)
            for (a, b), value in zip(
                pairs.loc[chosen, "raters"], pairs.loc[chosen, "value"], strict=True
            ):
                i, j = raters.index(a), raters.index(b)
                values[i, j] = values[j, i] = value
            _matrix(axis, values, names, names, digits=2)
            axis.set_title(title, loc="left")
    return figure


def _matrix(
    axis: Axes, values: FloatArray, rows: Sequence[str], columns: Sequence[str], digits: int
) -> None:
    top = np.nanmax(values) if np.isfinite(values).any() else 1.0
    axis.imshow(values, cmap="Greys", vmin=0, vmax=1.35 * max(top, 1e-9), aspect="equal")
    for i, j in np.argwhere(np.isfinite(values)):
        if values[i, j] or digits:
            dark = values[i, j] > 0.7 * top
            text = f"{values[i, j]:.{digits}f}".replace("-", "−")
            axis.text(
                j,
                i,
                text,
                ha="center",
                va="center_baseline",
                fontsize=6 if len(rows) <= 10 else 4,
                color="white" if dark else "black",
            )
    axis.set_xticks(range(len(columns)), labels=list(columns), rotation=45, ha="right")
    axis.set_yticks(range(len(rows)), labels=list(rows))
    axis.tick_params(length=0)
    axis.spines[["left", "bottom"]].set_visible(False)
