"""The examples of docs/api.md run as they stand there, one after the other, against a server."""

import re
import shutil
import subprocess
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from reviewapp import tokens
from reviewapp.api.urls import urlpatterns
from reviewapp.models import Study

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, flags=re.M | re.S)


@pytest.fixture
def environment(
    transactional_db: None,
    live_server: Any,
    study: Study,
    people: dict[str, User],
    answered: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered("anna", 26)
    answered("ben", 20)
    monkeypatch.setenv("SECOND_LOOK_URL", live_server.url)
    _, token = tokens.create(people["researcher"], "docs", "write")
    monkeypatch.setenv("SECOND_LOOK_TOKEN", token)


@pytest.mark.usefixtures("environment")
def test_the_examples_in_python_run(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for number, block in enumerate(blocks("python")):
        exec(compile(block, f"docs/api.md, example {number}", "exec"), names)  # noqa: S102
    said = capsys.readouterr().out
    assert "cortex open blinded" in said
    assert "anna 26 of 26" in said
    assert "those that this address takes" in said
    study.refresh_from_db()
    assert study.is_unblinded
    assert len(names["answers"]) == 46
    assert len(names["rois"]) == 24


@pytest.mark.usefixtures("environment")
@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_examples_for_a_shell_run() -> None:
    for block in blocks("bash"):
        done = subprocess.run(["bash", "-ec", block], capture_output=True, text=True, check=True)
        assert '"username":"researcher"' in done.stdout


def test_the_addresses_of_the_example_in_r_are_there() -> None:
    (block,) = blocks("r")
    (rest,) = re.findall(r'paste0\(here, "/(.+?)"\)', block)
    path = f"studies/00000000-0000-4000-8000-000000000000/{rest}"
    found = [route.name for route in urlpatterns if route.resolve(path)]
    assert found[0] == "study_file"


def test_each_status_of_the_table_is_one() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \| \S", TEXT, flags=re.M)
    statuses = [int(text) for row in rows for text in row.split(", ")]
    assert all(HTTPStatus(status) for status in statuses)
    assert statuses == sorted(set(statuses) - {428, 429}) or {412, 428, 429, 503} <= set(statuses)
