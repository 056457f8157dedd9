"""Counts, pace and the figure of a rater's way through a study."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from reviewapp import answers
from reviewapp.models import AnswerRevision, Study
from reviewapp.progress import RaterProgress, rater_progress
from reviewapp.progress_figure import HEIGHT, LABEL_STEP, TOP, draw_progress
from reviewapp.templatetags.durations import duration
from tests.reviewapp.cohort import ANSWER

BLANK = RaterProgress(
    study=Study(name="cortex"), rater="anna", simulated=False, n=4
)  # fmt: skip


def way(rater: str, *seconds: float, n: int = 4) -> RaterProgress:
    """Give a rater who worked these seconds on each ROI, one after the other."""
    given = range(1, len(seconds) + 1)
    points = tuple((i, sum(seconds[:i])) for i in given)
    return replace(
        BLANK, rater=rater, n=n, n_answered=len(seconds), total_s=sum(seconds), way=points,
        recent_s=seconds,
    )  # fmt: skip


def test_a_pace_is_the_median_and_comes_with_the_third_answer() -> None:
    assert way("anna", 10, 20).pace_s is None
    assert way("anna", 10, 20).left_s is None
    three = way("anna", 10, 20, 90)
    assert (three.pace_s, three.left_s, three.total_s) == (20, 20, 120)
    assert not three.is_complete
    assert way("anna", 10, 20, 90, 1).is_complete


@pytest.mark.django_db
def test_a_changed_answer_adds_its_time_and_no_answer(
    study: Study, answered: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "reviewapp.durations.bounded", lambda _, active_s, total_s: {"active_s": active_s}
    )
    answered("anna", 2, active_s=10.0)
    first = AnswerRevision.objects.get(assignment__position=1)
    changed = {**ANSWER, "revises": 1, "active_s": 5.0, "confidence": 1}
    answers.record(first.assignment, changed, uuid.uuid4())
    answered("anna", 3, active_s=1.0)
    members = study.memberships.select_related("study", "user")
    anna, ben = rater_progress(members)
    assert (anna.rater, anna.n, anna.n_answered) == ("anna", 26, 3)
    assert anna.recent_s == (15.0, 10.0, 1.0)
    assert anna.way == ((1, 10.0), (2, 20.0), (3, 26.0))
    assert (anna.total_s, anna.shown_s) == (26.0, None)
    assert (ben.n, ben.n_answered, ben.last_at) == (26, 0, None)


def test_nobody_s_progress_has_no_figure() -> None:
    assert draw_progress([BLANK]) is None


def test_lines_begin_at_the_origin_and_end_at_the_goal() -> None:
    figure = draw_progress([way("anna", 60, 60, 60, 60)])
    assert figure is not None
    (line,) = figure.lines
    assert line.points.startswith(f"{float(figure.left)},{float(figure.bottom)} ")
    assert line.end_y == figure.goal_y == TOP
    assert [tick.text for tick in figure.y_ticks] == ["0", "1", "2", "3", "4"]
    assert figure.x_unit == "minutes"


def test_long_work_is_counted_in_hours() -> None:
    figure = draw_progress([way("anna", *[3600.0] * 3)])
    assert figure is not None
    assert figure.x_unit == "hours"
    assert [tick.text for tick in figure.x_ticks] == ["0", "1", "2", "3"]


def test_an_answer_in_no_time_still_has_a_figure() -> None:
    figure = draw_progress([way("anna", 0.0)])
    assert figure is not None
    assert figure.lines[0].end_x == figure.left


@pytest.mark.parametrize("seconds", [(1.0,), (1.0,) * 4])
def test_names_that_would_lie_on_one_another_are_apart_and_inside(
    seconds: tuple[float, ...],
) -> None:
    figure = draw_progress([way(f"rater{i}", *seconds) for i in range(5)])
    assert figure is not None
    labels = sorted(line.label_y for line in figure.lines)
    gaps = [below - above for above, below in pairwise(labels)]
    assert min(gaps) >= LABEL_STEP
    assert labels[0] >= 0
    assert labels[-1] <= HEIGHT


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.6, "1 min"), (599, "9 min 59 s"), (3599, "1 h"), (7200, "2 h")],
)
def test_durations_read_as_people_say_them(seconds: Any, text: str) -> None:
    assert duration(seconds) == text
