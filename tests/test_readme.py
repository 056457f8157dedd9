"""The commands that the README shows can be typed as they stand there."""

import argparse
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from analysis.__main__ import main as analysis_main
from lesions.__main__ import main as lesions_main
from training.__main__ import main as training_main

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```", TEXT, flags=re.M | re.S)
LINES = [line for block in BLOCKS for line in block.splitlines()]
SCIENCE = {"lesions": lesions_main, "analysis": analysis_main, "training": training_main}
LOOP = [line for line in LINES if line.startswith("python ")]


class ParsedError(Exception):
    """A command took its options, and would begin its work now."""


@pytest.fixture
def only_parse(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the next parser that took its options stop there."""
    parse = argparse.ArgumentParser.parse_args

    def parse_and_stop(parser: argparse.ArgumentParser, *args: object) -> argparse.Namespace:
        parse(parser, *args)  # type: ignore[call-overload]
        raise ParsedError

    def start() -> None:
        monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_and_stop)

    return start


def test_the_loop_takes_at_most_ten_commands() -> None:
    assert 0 < len(LOOP) <= 10
    assert all(line.split()[0] in ("python", "make") for line in LINES)


@pytest.mark.parametrize("line", [line for line in LOOP if " -m " in line])
def test_a_science_command_of_the_readme_parses(line: str, only_parse: Callable[[], None]) -> None:
    _, _, package, *argv = shlex.split(line)
    only_parse()
    with pytest.raises(ParsedError):
        SCIENCE[package](argv)


@pytest.mark.parametrize("line", [line for line in LOOP if " manage.py " in line])
def test_a_manage_command_of_the_readme_parses(line: str) -> None:
    _, _, name, *argv = shlex.split(line)
    command = load_command_class(get_commands()[name], name)
    command.create_parser("manage.py", name).parse_args(argv)


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_a_make_target_of_the_readme_exists(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(rf"^{re.escape(line.split()[1])}:", makefile, flags=re.M)


def test_what_a_command_writes_is_what_the_next_one_reads() -> None:
    written = {"BIDS_DIR", "corrections/answers.tsv", "nnUNet_raw"}
    for line in LOOP:
        words = shlex.split(line)
        read = {word for word in words if word.endswith(".tsv")}
        if "--out" in words:
            out = words[words.index("--out") + 1]
            read -= {out}
            written.add(out)
        assert read <= written, line


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http)([^)#]+)", TEXT))
def test_a_file_that_the_readme_points_to_is_there(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_a_file_that_a_page_points_to_is_there(path: Path) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
