"""Run the app as a person would, for tests that look at it through a browser."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.databases import postgres_of

ROOT = Path(__file__).resolve().parents[2]
#: How long the server may take to answer its first request, in seconds.
START_LIMIT_S = 60


def environment(data: Path) -> dict[str, str]:
    """Give the environment of an app with a folder and a database of its own."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECOND_LOOK_DEMO")}
    url = postgres_of(data)
    database = {} if url is None else {"DATABASE_URL": url}
    return {**kept, **database, "SECOND_LOOK_DATA": str(data), "PYTHONPATH": str(ROOT)}


def run(
    data: Path, *words: str, text: str | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run `python WORDS` against the app's data and give what it printed."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment(data),
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)} gave {done.returncode}:\n{done.stderr[-3000:]}")
    return done


def manage(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py WORDS`."""
    return run(data, "manage.py", *words)


class Server:
    """The app on a free port of this machine; it can be killed and started again there."""

    def __init__(
        self, data: Path, extra: Sequence[str] = (), log: str = "server.log", **env: str
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.host = f"127.0.0.1:{probe.getsockname()[1]}"
        self.address = f"http://{self.host}"
        self.data, self.extra, self.log, self.env = data, extra, data / log, env
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", self.host, *self.extra],
                cwd=ROOT,
                env=environment(self.data) | self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _wait_for(f"{self.address}/accounts/login/", self.process, self.log)

    def kill(self) -> None:
        """End it in the middle of whatever it does, its workers too."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=20)
            self.process = None

    def stop(self) -> None:
        """End it in peace."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


@contextmanager
def serving(data: Path, extra: Sequence[str] = ()) -> Iterator[str]:
    """Serve the app on a free port of this machine, and give its address."""
    server = Server(data, extra)
    server.start()
    try:
        yield server.address
    finally:
        server.stop()


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-3000:]}")
