"""docs/dependencies.md explains every library that the project installs."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: What the browser gets and its checks, and the viewers of the benchmarks.
PACKAGE_FILES = ["package.json", "benchmarks/viewers/package.json"]
#: A row of a table whose first cell is a name: `| Django | BSD-3-Clause | why | not taken |`.
ROW = re.compile(
    r"^\| (?P<name>[@\w/.-]+) \| (?P<licence>[^|]+) \| (?P<why>[^|]+) \|", re.MULTILINE
)
#: First cells that are no name of a package.
HEADINGS = {"library", "package", "---"}
REQUIREMENT_FILES = sorted(path.name for path in ROOT.glob("requirements*.txt"))


def explained():
    """Give name -> reason of every row with a licence and a reason."""
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    return {
        row["name"].lower(): row["why"].strip()
        for row in ROW.finditer(text)
        if row["licence"].strip() and row["why"].strip()
    }


def required(filename):
    """Give the names of a requirement file; other files that it includes stand for themselves."""
    lines = (ROOT / filename).read_text("utf-8").splitlines()
    bare = [line.split("#")[0].strip() for line in lines]
    return [re.split(r"[\s\[<>=~!;]", line)[0] for line in bare if line and line[0] != "-"]


@pytest.mark.parametrize("filename", REQUIREMENT_FILES)
def test_every_requirement_is_explained(filename):
    names = required(filename)
    assert names
    assert [name for name in names if name.lower() not in explained()] == []


def packages(filename):
    """Give the names of a package.json."""
    package = json.loads((ROOT / filename).read_text("utf-8"))
    return [*package.get("dependencies", {}), *package.get("devDependencies", {})]


@pytest.mark.parametrize("filename", PACKAGE_FILES)
def test_every_package_of_a_package_file_is_explained(filename):
    names = packages(filename)
    assert names
    assert [name for name in names if name.lower() not in explained()] == []


@pytest.mark.parametrize("filename", REQUIREMENT_FILES)
def test_every_requirement_is_pinned(filename):
    pinned = {
        re.sub(r"[-_.]+", "-", line.split("==")[0]).lower()
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    names = [re.sub(r"[-_.]+", "-", name).lower() for name in required(filename)]
    assert [name for name in names if name not in pinned] == []


def test_nothing_is_explained_that_is_not_installed():
    installed = {name.lower() for file in REQUIREMENT_FILES for name in required(file)}
    installed |= {name.lower() for file in PACKAGE_FILES for name in packages(file)}
    assert sorted(set(explained()) - installed - HEADINGS) == []
