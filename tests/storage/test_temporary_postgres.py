"""A temporary PostgreSQL lives as long as what it was started for."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from scripts.temporary_postgres import Cluster

ROOT = Path(__file__).parents[2]
#: Prints its own DATABASE_URL and then waits to be stopped.
WAITING = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(600)"


def start(script: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scripts.temporary_postgres", sys.executable, "-c", script]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def is_gone(url: str) -> bool:
    """Say, within half a minute, whether nothing listens there any more."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError as error:
            if "starting up" not in str(error) and "shutting down" not in str(error):
                return True
        time.sleep(0.1)
    return False


def test_the_command_finds_an_empty_database_and_its_status_comes_back() -> None:
    script = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']); raise SystemExit(7)"
    assert start(script).wait(120) == 7


@pytest.mark.parametrize(
    "stop",
    [
        lambda process: signal_group(process, signal.SIGINT),
        lambda process: process.send_signal(signal.SIGTERM),
        lambda process: process.kill(),
    ],
    ids=["Ctrl-C", "SIGTERM", "SIGKILL"],
)
def test_it_is_stopped_with_its_parent(stop: Callable[[subprocess.Popen[str]], None]) -> None:
    process = start(WAITING)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        psycopg.connect(url).close()
        stop(process)
        process.wait(60)
        assert is_gone(url)
    finally:
        signal_group(process, signal.SIGKILL)


def test_it_listens_on_no_network_and_its_folder_is_private(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url()) as connection:
        (addresses,) = connection.execute("SHOW listen_addresses").fetchone() or ("?",)
    assert addresses == ""
    assert cluster.folder.stat().st_mode & 0o077 == 0


def signal_group(process: subprocess.Popen[str], number: int) -> None:
    subprocess.run(
        ["kill", f"-{number}", "--", f"-{process.pid}"], check=False, stderr=subprocess.DEVNULL
    )
