"""How the run of a package's command ends."""

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from lesions.atomic import OutputError
from lesions.cases import CaseError
from lesions.command_line import CommandLine

COMMANDS = {"act": ("acting", "act on a file"), "other": ("no.such.module", "never imported")}
LINE = CommandLine("analysis", "What it is for.", COMMANDS)


class AnalysisError(ValueError):
    """Stands for a named error of the package itself."""


class OtherError(ValueError):
    """Stands for a named error of another package."""


AnalysisError.__module__, OtherError.__module__ = "analysis.answers", "reviewapp.answers"


@pytest.fixture
def act(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | int], int]:
    """Give a function that runs a command which ends as told."""

    def end_with(how: BaseException | int) -> int:
        def run(args: object) -> int:
            if isinstance(how, BaseException):
                raise how
            return how

        module = ModuleType("acting")
        module.run = run  # type: ignore[attr-defined]
        module.add_arguments = lambda parser: parser.add_argument("--n")  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "acting", module)
        return LINE.main(["act", "--n", "1"])

    return end_with


@pytest.mark.parametrize("code", [0, 3])
def test_a_command_gives_its_exit_code(act: Callable[..., int], code: int) -> None:
    assert act(code) == code


@pytest.mark.parametrize(
    "error", [AnalysisError("a.tsv: why"), CaseError("a.tsv: why"), OutputError("a.tsv: why")]
)
def test_a_refused_input_is_one_line_and_1(
    act: Callable[..., int], error: ValueError | OSError, capsys: pytest.CaptureFixture[str]
) -> None:
    assert act(error) == 1
    assert capsys.readouterr().err == "error: a.tsv: why\n"


@pytest.mark.parametrize("error", [ValueError("a fault"), OtherError("a fault"), KeyError("x")])
def test_a_fault_of_ours_is_not_called_a_refusal(act: Callable[..., int], error: Exception) -> None:
    with pytest.raises(type(error)):
        act(error)


def test_ctrl_c_is_130(act: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert act(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "stopped\n"


def test_help_names_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        LINE.main(["--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert all(text in shown for words in COMMANDS.items() for text in (words[0], words[1][1]))


@pytest.mark.parametrize("words", [[], ["unknown"], ["--unknown"]])
def test_wrong_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        LINE.main(words)
    assert stopped.value.code == 2
    assert "python -m analysis" in capsys.readouterr().err
