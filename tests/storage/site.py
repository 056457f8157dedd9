"""A site that is really served, to be killed and started again: one study, many raters."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
#: Longest wait in seconds for the server to come up on a machine with other work.
PATIENCE_S = 120
TOKEN = "t" * 32
CREATE = """
import sys
from pathlib import Path
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from reviewapp import studies
from tests.reviewapp.cohort import build_sample
call_command("migrate", verbosity=0)
sample = build_sample(Path(sys.argv[1]))
names = [f"rater{number:02}" for number in range(1, int(sys.argv[2]) + 1)]
raters = [User.objects.create(username=name) for name in names]
people = studies.People(tuple(raters), User.objects.create(username="lead"))
studies.create_study("busy", sample.rois, sample.scans, people)
"""
SIGN_IN = """
import json
import django
django.setup()
from django.contrib.auth.models import User
from django.test import Client
from reviewapp.models import Assignment
told = []
for rater in User.objects.filter(memberships__role="rater").order_by("username"):
    client = Client()
    client.force_login(rater)
    own = Assignment.objects.filter(membership__user=rater).order_by("position")
    told.append({"name": rater.username, "session": client.cookies["sessionid"].value,
                 "assignments": [str(pk) for pk in own.values_list("pk", flat=True)]})
print(json.dumps(told))
"""
DRAWN = """
import json, sys
import django
django.setup()
from reviewapp.models import Assignment
from tests.reviewapp.drawing import drawn, grown
shown = Assignment.objects.get(pk=sys.argv[1])
print(json.dumps(drawn(shown, grown(shown.roi))))
"""
STORED = """
import json
import django
django.setup()
from django.db import connection
from reviewapp.models import AnswerRevision
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
for row in AnswerRevision.objects.order_by("pk"):
    print(json.dumps({"assignment": str(row.assignment_id), "number": row.number,
                      "key": str(row.idempotency_key), **row.as_answer()}))
"""


@dataclass(frozen=True)
class Rater:
    """A signed-in rater of the study."""

    name: str
    session: str
    assignments: list[str]


@dataclass(frozen=True)
class Reply:
    """What the server said."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """Read the body."""
        return json.loads(self.body)


class Site:
    """A data folder with its database, and the process group that serves it."""

    def __init__(self, folder: Path, database: str, n_raters: int = 1, **env: str) -> None:
        """Make the study; for no raters leave the server empty."""
        self.folder = folder
        data = folder / "data"
        data.mkdir(mode=0o700, parents=True)
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "reviewapp.settings",
            "SECOND_LOOK_DATA": str(data),
            "DATABASE_URL": database,
            "PYTHONPATH": str(ROOT),
            **env,
        }
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        if n_raters:
            self.run("-c", CREATE, str(folder / "cohort"), str(n_raters))
        self.raters = self.sign_in() if n_raters else []

    def sign_in(self) -> list[Rater]:
        """Sign every rater in, and give them."""
        return [Rater(**rater) for rater in json.loads(self.run("-c", SIGN_IN))]

    def manage(self, *arguments: str) -> str:
        """Run a command, and give what it prints."""
        return self.run("manage.py", *arguments)

    def run(self, *arguments: str) -> str:
        """Run Python in the site's environment, and give what it prints."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, env=self.env, cwd=ROOT, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stored(self) -> list[dict[str, Any]]:
        """Give every revision that the database holds."""
        return [json.loads(line) for line in self.run("-c", STORED).splitlines()]

    def drawn(self, assignment: str) -> Any:
        """Give a delineation of an ROI, as an answer holds it."""
        return json.loads(self.run("-c", DRAWN, assignment))

    def start(self) -> None:
        """Serve the site as a user would, and return once it answers."""
        command = [sys.executable, "manage.py", "serve", f"127.0.0.1:{self.port}"]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + PATIENCE_S
        while True:
            with suppress(OSError, http.client.HTTPException):
                self.request("GET", "/accounts/login/")
                return
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
            assert time.monotonic() < end, "the server does not come up"
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill the whole process group at once."""
        process, self.process = self.process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def workers(self) -> list[int]:
        """Give the processes that answer requests."""
        assert self.process is not None
        pid = self.process.pid
        return [int(child) for child in _children(pid).read_text().split()]

    def request(
        self, method: str, path: str, rater: Rater | None = None, body: Any = None, **headers: str
    ) -> Reply:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if rater is not None:
            sent["Cookie"] = f"sessionid={rater.session}; csrftoken={TOKEN}"
            sent["X-CSRFToken"] = TOKEN
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, content, sent)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def answer(self, rater: Rater, assignment: str, answer: dict[str, Any], key: str) -> Reply:
        """Send an answer."""
        path = f"/api/v1/assignments/{assignment}/answers/"
        return self.request("POST", path, rater, answer, Idempotency_Key=key)


def _children(pid: int) -> Path:
    return Path(f"/proc/{pid}/task/{pid}/children")


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
