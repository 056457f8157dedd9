"""Bars: drawn often on a terminal, seldom in a log, and not at all for what is done at once."""

import io
import sys

import pytest

from lesions import progress
from lesions.progress import progress_bar, track


class Terminal(io.StringIO):
    """A stderr that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def drawings(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO) -> int:
    """Count how often a bar over 2,000 things of 5 ms is drawn."""
    monkeypatch.setattr(sys, "stderr", stderr)
    clock = iter(range(10_000))
    monkeypatch.setattr("tqdm.std.time", lambda: next(clock) * 0.005)
    with progress_bar(desc="things", unit="thing", total=2000, delay=0) as bar:
        bar._time = lambda: next(clock) * 0.005
        for _ in range(2000):
            bar.update()
    return stderr.getvalue().count("things:")


def test_a_log_gets_few_drawings_and_a_terminal_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawings(monkeypatch, io.StringIO()) <= 3
    assert drawings(monkeypatch, Terminal()) >= 10


def test_what_is_done_at_once_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress_bar(range(5), desc="things", unit="thing")) == [0, 1, 2, 3, 4]
    assert list(track(range(5), "things")) == [0, 1, 2, 3, 4]
    assert capsys.readouterr().err == ""


def test_a_bar_that_comes_late_counts_what_went_before(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 0.0, 1.0, 3.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(seconds))
    assert list(track(["a", "b", "c", "d"], "letters")) == ["a", "b", "c", "d"]
    shown = capsys.readouterr().err
    assert "letters" in shown
    assert "4/4" in shown
