"""The progress bar of commands."""

import pytest

from lesions.progress import track


def test_a_quick_command_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track(range(5), "matching")) == [0, 1, 2, 3, 4]
    assert capsys.readouterr().err == ""


def test_a_slow_one_shows_on_stderr_how_far_it_is_and_skips_no_item(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lesions.progress.DELAY_S", -1)
    assert list(track(range(5), "matching")) == [0, 1, 2, 3, 4]
    shown = capsys.readouterr()
    assert "matching" in shown.err
    assert "5/5" in shown.err
    assert shown.out == ""
