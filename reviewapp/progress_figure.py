"""Lay out the figure of the progress page: answers against time worked, a line a rater."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reviewapp.progress import RaterProgress

#: Size of the drawing and the room around the axes, in the units of its viewBox.
WIDTH, HEIGHT = 1040, 320
LEFT, RIGHT, TOP, BOTTOM = 44, 120, 14, 40
#: Least distance of two names at the right end, so that they can be read.
LABEL_STEP = 18
#: Colours that pages.css has for lines.
N_COLOURS = 6
#: Steps between ticks that people count in.
NICE_STEPS = (1, 2, 5, 10, 15, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
MAX_TICKS = 6


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Line:
    """The way of one rater: the points of a polyline and where its name goes."""

    name: str
    simulated: bool
    colour: int
    points: str
    end_x: float
    end_y: float
    label_y: float


@dataclass(frozen=True)
class ProgressFigure:
    """Everything that the template draws, in units of the viewBox."""

    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_unit: str
    goal_y: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def draw_progress(raters: Sequence[RaterProgress]) -> ProgressFigure | None:
    """Place the lines, ticks and names; None where nobody has answered yet."""
    started = [rater for rater in raters if rater.n_answered]
    if not started:
        return None
    n = max(rater.n for rater in raters)
    longest_s = max(rater.total_s for rater in started)
    unit_s, unit = (3600, "hours") if longest_s > 2 * 3600 else (60, "minutes")
    # The axis reaches the next tick, and a moment at least, so that it never has length 0.
    step = _nice_step(longest_s / unit_s)
    x_end_s = unit_s * step * max(1, math.ceil(longest_s / unit_s / step))

    def x(seconds: float) -> float:
        return round(LEFT + seconds / x_end_s * (WIDTH - LEFT - RIGHT), 1)

    def y(count: float) -> float:
        return round(HEIGHT - BOTTOM - count / n * (HEIGHT - TOP - BOTTOM), 1)

    lines = []
    for index, rater in enumerate(started):
        ways = [(x(s), y(count)) for count, s in rater.way]
        if not rater.way or rater.way[-1][0] < rater.n_answered:
            ways.append((x(rater.total_s), y(rater.n_answered)))
        path = " ".join(f"{a},{b}" for a, b in [(x(0), y(0)), *ways])
        lines.append(
            Line(rater.rater, rater.simulated, index % N_COLOURS, path, *ways[-1], ways[-1][1])
        )
    x_ticks = tuple(Tick(x(v * unit_s), f"{v:g}") for v in _ticks(x_end_s / unit_s, step))
    y_ticks = tuple(Tick(y(v), f"{v:g}") for v in _ticks(n, _nice_step(n)))
    return ProgressFigure(_spread(lines), x_ticks, y_ticks, unit, y(n))


def _nice_step(end: float) -> float:
    """Give the smallest nice step that needs few ticks.

    >>> _nice_step(227), _nice_step(1.2)
    (50, 1)
    """
    return next((step for step in NICE_STEPS if end / step <= MAX_TICKS), NICE_STEPS[-1])


def _ticks(end: float, step: float) -> list[float]:
    return [i * step for i in range(int(end / step + 1e-9) + 1)]


def _spread(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Push names apart that would lie on one another: downwards, and up from the axis."""
    order = sorted(range(len(lines)), key=lambda index: lines[index].end_y)
    at = [line.end_y for line in lines]
    for above, below in pairwise(order):
        at[below] = max(at[below], at[above] + LABEL_STEP)
    ceiling = math.inf
    for index in reversed(order):
        at[index] = min(at[index], HEIGHT - BOTTOM, ceiling)
        ceiling = at[index] - LABEL_STEP
    return tuple(replace(line, label_y=y) for line, y in zip(lines, at, strict=True))
