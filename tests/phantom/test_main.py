"""The command `python -m phantom`."""

import pytest

from phantom import __main__ as command
from phantom.__main__ import build_parser, main


def test_a_refused_input_is_one_line_and_exit_code_1(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    assert main(["--cases", "1", "--out", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: expected a new or empty folder")
    assert error.count("\n") == 1


def test_ctrl_c_is_exit_code_130(tmp_path, monkeypatch):
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "build_cohort", stop)
    assert main(["--cases", "1", "--out", str(tmp_path / "out")]) == 130


def test_an_unknown_scanner_is_a_usage_error(tmp_path):
    with pytest.raises(SystemExit) as stopped:
        main(["--cases", "1", "--out", str(tmp_path / "out"), "--scanner", "CT"])
    assert stopped.value.code == 2


def test_every_option_has_help():
    text = build_parser().format_help()
    for option in ("--cases", "--seed", "--out", "--mimics", "--scanner", "--spacing", "--jobs"):
        assert option in text


def test_the_command_builds_and_prints_the_table(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["--cases", "1", "--mimics", "1", "--out", str(out), "--spacing", "3"]) == 0
    assert capsys.readouterr().out.strip() == str(out / "scans.tsv")
