"""Raters who save at the same moment make one chain, also when the server is killed meanwhile."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.reviewapp.cohort import Sample

ROOT = Path(__file__).parents[3]
BUILD = """
import sys
import django
django.setup()
from pathlib import Path
from django.contrib.auth.models import User
from django.core.management import call_command
from reviewapp.studies import People, create_study
call_command("migrate", verbosity=0)
crew = [User.objects.create(username=name) for name in ("anna", "ben", "carl", "dora", "lead")]
folder = Path(sys.argv[1])
create_study("race", folder / "rois.tsv", folder / "scans.tsv", People(tuple(crew[:4]), crew[4]))
"""
SAVE = """
import sys, threading, uuid
import django
django.setup()
from django.db import connection
from reviewapp import answers
from reviewapp.models import Assignment
from tests.reviewapp.cohort import ANSWER
start = threading.Barrier(4)

def save(rater):
    own = Assignment.objects.filter(membership__user__username=rater).order_by("position")
    start.wait()
    for one in own[:int(sys.argv[1])]:
        answers.record(one, ANSWER, uuid.uuid4())
        print("saved", flush=True)
    connection.close()

threads = [threading.Thread(target=save, args=(name,)) for name in ("anna", "ben", "carl", "dora")]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
VERIFY = """
import json
import django
django.setup()
from reviewapp.models import Study
from reviewapp.verification import verify
found = verify(Study.objects.get())
print(json.dumps({"n": found.head.n, "faults": [str(fault) for fault in found.faults]}))
"""


@pytest.fixture
def start(tmp_path: Path, sample: Sample) -> Any:
    """Give a function that starts a script on one database; the study "race" is there."""
    env = {
        **os.environ,
        "SECOND_LOOK_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "reviewapp.settings",
        "PYTHONPATH": str(ROOT),
    }
    env.pop("DATABASE_URL", None)

    def run(script: str, argument: object = "") -> subprocess.Popen[str]:
        command = [sys.executable, "-c", script, str(argument)]
        return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    assert run(BUILD, sample.folder).wait() == 0
    return run


def test_raters_who_save_at_once_make_one_chain(start: Any) -> None:
    saved, _ = start(SAVE, 10).communicate()
    assert saved.count("saved") == 40
    told, _ = start(VERIFY).communicate()
    assert json.loads(told) == {"n": 40, "faults": []}


def test_a_server_that_is_killed_leaves_a_whole_chain(start: Any) -> None:
    server = start(SAVE, 26)
    for _ in range(15):
        assert server.stdout.readline() == "saved\n"
    time.sleep(0.01)
    server.send_signal(signal.SIGKILL)
    saved = 15 + server.stdout.read().count("saved")
    server.wait()
    told, _ = start(VERIFY).communicate()
    found = json.loads(told)
    assert found["faults"] == []
    assert found["n"] >= saved
