"""docs/commands.md describes every command and every option."""

import importlib
import re
from pathlib import Path

import pytest
from django.core.management import load_command_class
from django.core.management.base import BaseCommand

import analysis.__main__ as analysis
import inference.__main__ as inference
import lesions.__main__ as lesions
import training.__main__ as training

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "commands.md").read_text("utf-8")
SCIENCE = [
    ("phantom", ""),
    *(
        (package.COMMAND_LINE.package, name)
        for package in (lesions, analysis, training, inference)
        for name in package.COMMAND_LINE.commands
    ),
]
MANAGE = sorted(
    path.stem
    for path in (ROOT / "reviewapp" / "management" / "commands").glob("*.py")
    if path.stem != "__init__"
)


def described(command: str) -> set[str]:
    """Give the options that the page lists for a command."""
    assert f"\n## {command}\n" in TEXT
    section = TEXT.partition(f"\n## {command}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(--[\w-]+)` \| \S", section, flags=re.M))


def shown(text: str) -> set[str]:
    """Give the options of a help text."""
    return set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", text, flags=re.M)) - {"--help"}


@pytest.mark.parametrize(("package", "command"), SCIENCE)
def test_every_option_of_a_science_command_is_described(
    package: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main = importlib.import_module(f"{package}.__main__").main
    with pytest.raises(SystemExit) as stopped:
        main([*command.split(), "--help"])
    assert stopped.value.code == 0
    assert described(f"python -m {package} {command}".strip()) == shown(capsys.readouterr().out)


@pytest.mark.parametrize("package", sorted({package for package, _ in SCIENCE} - {"phantom"}))
def test_every_science_command_is_described(
    package: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main = importlib.import_module(f"{package}.__main__").main
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    (\w+)(?: |$)", capsys.readouterr().out, flags=re.M)
    assert sorted(listed) == sorted(name for known, name in SCIENCE if known == package)


@pytest.mark.parametrize("command", MANAGE)
def test_every_option_of_a_manage_command_is_described(command: str) -> None:
    common = shown(BaseCommand().create_parser("manage.py", "any").format_help())
    parser = load_command_class("reviewapp", command).create_parser("manage.py", command)
    assert described(f"manage.py {command}") == shown(parser.format_help()) - common
