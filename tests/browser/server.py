"""Run the app as a person would, for tests that look at it through a browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: How long the server may take to answer its first request, in seconds.
START_LIMIT_S = 60


def environment(data: Path) -> dict[str, str]:
    """Give the environment of an app whose data lie in a folder of their own."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECOND_LOOK_DEMO")}
    return {**kept, "SECOND_LOOK_DATA": str(data), "PYTHONPATH": str(ROOT)}


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


@contextmanager
def serving(data: Path, extra: Sequence[str] = ()) -> Iterator[str]:
    """Serve the app on a free port of this machine, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    log = data / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", address, *extra],
            cwd=ROOT,
            env=environment(data),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(f"http://{address}/accounts/login/", server, log)
            yield f"http://{address}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-3000:]}")
