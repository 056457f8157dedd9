"""Each answer keeps the version of the page that it was given in."""

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from reviewapp.client_version import client_version, is_version
from reviewapp.models import Assignment, Study
from tests.reviewapp.cohort import ANSWER


@pytest.mark.django_db
def test_the_page_says_its_version_and_an_answer_keeps_it(
    study: Study, first: Assignment, client_of: Callable[[str], Client]
) -> None:
    anna = client_of("anna")
    page = anna.get(f"/studies/{study.pk}/review/").content.decode()
    (version,) = re.findall(r'data-client-version="([^"]*)"', page)
    assert version == client_version()
    response = anna.post(
        f"/api/v1/assignments/{first.pk}/answers/",
        {**ANSWER, "client_version": version},
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert response.status_code == 201
    assert first.revisions.get().client_version == version


@pytest.mark.parametrize(
    "name", ["static/js/review/flow/entry.js", "templates/review.html", "static/vendor/x/x.js"]
)
def test_another_page_has_another_version(settings: Any, tmp_path: Path, name: str) -> None:
    settings.BASE_DIR = tmp_path
    found = []
    for text in ("one", "two"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        client_version.cache_clear()
        found.append(client_version())
    client_version.cache_clear()
    assert all(map(is_version, found))
    assert found[0] != found[1]


def test_every_process_gives_the_same_version(tmp_path: Path) -> None:
    script = (
        "import django; django.setup(); "
        "from reviewapp.client_version import client_version; print(client_version())"
    )
    env = {
        **os.environ,
        "SECOND_LOOK_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "reviewapp.settings",
        "PYTHONHASHSEED": "7",
    }
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=env,
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == client_version()
