"""Answers that come at once, and a server that is killed, with a database of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.databases import own_database
from tests.reviewapp.cohort import Sample

#: Runs in a fresh process with the project's own settings: SQLite in a file, WAL, IMMEDIATE.
PRELUDE = """
import json, os, sys, threading, uuid
import django
django.setup()
from django.contrib.auth.models import User
from django.db import connection
from reviewapp import answer_errors, answers, drafts, redrawn, studies, volumes
from reviewapp.models import AnswerRevision, Assignment, Correction, Draft
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.drawing import drawn, grown
"""
CREATE = """
from django.core.management import call_command
from pathlib import Path
call_command("migrate", verbosity=0)
anna, lead = (User.objects.create(username=name) for name in ("anna", "lead"))
folder = Path(sys.argv[1])
studies.create_study(
    "race", folder / "rois.tsv", folder / "scans.tsv", studies.People((anna,), lead))
"""
RACE = """
shared, n = uuid.uuid4(), 8
outcomes, start = [], threading.Barrier(n)

def send(number):
    assignment = Assignment.objects.get(position=1)
    key = shared if sys.argv[2] == "same" else uuid.uuid4()
    start.wait()
    try:
        receipt = answers.record(assignment, ANSWER, key)
        outcomes.append("created" if receipt.created else "again")
    except answer_errors.StaleAnswerError:
        outcomes.append("stale")
    except Exception as error:
        outcomes.append(repr(error))
    finally:
        connection.close()

threads = [threading.Thread(target=send, args=(i,)) for i in range(n)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps({"outcomes": sorted(outcomes), "rows": AnswerRevision.objects.count()}))
"""
DRAFTS = """
n = 8
outcomes, start = [], threading.Barrier(n)

def send(number):
    assignment = Assignment.objects.get(position=1)
    data = {"draft": {"of": number}, "revises": 0, "client": str(uuid.uuid4()), "based_on": 0}
    start.wait()
    try:
        if number or sys.argv[2] == "drafts":
            outcomes.append(drafts.save(assignment, data).version)
        else:
            answers.record(assignment, ANSWER, uuid.uuid4())
    except drafts.StaleDraftError:
        outcomes.append("stale")
    except Exception as error:
        outcomes.append(repr(error))
    finally:
        connection.close()

threads = [threading.Thread(target=send, args=(i,)) for i in range(n)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
left = Draft.objects.filter(content__isnull=False).count()
print(json.dumps({"outcomes": sorted(outcomes, key=str), "left": left}))
"""
KILLED = """
import signal
for assignment in Assignment.objects.order_by("position")[:5]:
    answers.record(assignment, ANSWER, uuid.uuid4())
    print("acknowledged", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_DRAWING = """
import signal
for number, assignment in enumerate(Assignment.objects.order_by("position")[:5]):
    correction = drawn(assignment, grown(assignment.roi))
    answer = {**ANSWER, "needs_correction": True, "correction": correction}
    if number == 4:  # between the file and its row
        redrawn.attach = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    answers.record(assignment, answer, uuid.uuid4())
    print("acknowledged", flush=True)
"""
DRAWINGS = """
rows = Correction.objects.select_related("mask", "revision")
there = [len(volumes.read(row.mask_id)) == row.mask.n_bytes for row in rows]
print(json.dumps({"there": there, "answers": AnswerRevision.objects.count()}))
"""
COUNT = """
print(json.dumps({"rows": AnswerRevision.objects.count()}))
"""
PRAGMAS = """
with connection.cursor() as cursor:
    pragmas = [cursor.execute(f"PRAGMA {name}").fetchone()[0]
               for name in ("journal_mode", "synchronous", "foreign_keys")]
print(json.dumps(pragmas))
"""


@pytest.fixture
def run(tmp_path: Path, sample: Sample) -> Iterator[Any]:
    """Give a function that runs a script on one database; the study "race" is there."""
    root = Path(__file__).parents[2]
    data = tmp_path / "data"
    data.mkdir()
    env = {
        **os.environ,
        "SECOND_LOOK_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "reviewapp.settings",
        "PYTHONPATH": str(root),
    }

    def execute(script: str, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", PRELUDE + script, str(sample.folder), *args]
        return subprocess.run(
            command, env=env, cwd=root, check=check, capture_output=True, text=True
        )

    with own_database(data) as env["DATABASE_URL"]:
        execute(CREATE)
        yield execute


def test_one_key_sent_by_many_at_once_is_one_answer(run: Any) -> None:
    found = json.loads(run(RACE, "same").stdout)
    assert found == {"outcomes": ["again"] * 7 + ["created"], "rows": 1}


def test_of_many_answers_at_once_one_is_stored_and_the_others_conflict(run: Any) -> None:
    found = json.loads(run(RACE, "own").stdout)
    assert found == {"outcomes": ["created"] + ["stale"] * 7, "rows": 1}


def test_of_many_tabs_that_send_a_draft_at_once_one_is_kept_and_the_others_are_told(
    run: Any,
) -> None:
    found = json.loads(run(DRAFTS, "drafts").stdout)
    assert found == {"outcomes": [1] + ["stale"] * 7, "left": 1}


def test_no_draft_is_left_beside_an_answer_that_came_at_the_same_time(run: Any) -> None:
    found = json.loads(run(DRAFTS, "answer").stdout)
    assert set(found["outcomes"]) <= {1, "stale"}
    assert found["left"] == 0


def test_a_killed_server_keeps_every_answer_that_it_acknowledged(run: Any) -> None:
    killed = run(KILLED, check=False)
    assert killed.returncode == -9
    assert killed.stdout.count("acknowledged") == 5
    assert json.loads(run(COUNT).stdout) == {"rows": 5}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the settings of SQLite")
def test_sqlite_has_a_journal_that_waits_for_the_disk_and_checks_foreign_keys(run: Any) -> None:
    assert json.loads(run(PRAGMAS).stdout) == ["wal", 2, 1]


def test_a_killed_server_keeps_every_redrawn_mask_with_its_answer_and_no_half_of_one(
    run: Any,
) -> None:
    killed = run(KILLED_DRAWING, check=False)
    assert (killed.returncode, killed.stdout.count("acknowledged")) == (-9, 4)
    assert json.loads(run(DRAWINGS).stdout) == {"there": [True] * 4, "answers": 4}
