"""Run a command, or a block of Python, beside a PostgreSQL cluster that lives as long as it does.

`python -m scripts.temporary_postgres COMMAND …` runs COMMAND with DATABASE_URL set. The cluster
listens on a socket in a private temporary folder alone, and is gone afterwards, also after Ctrl-C.
A killed parent stops it too, but leaves the folder. It never waits for the disk: nothing in it is
worth a crash of the machine.
"""

import argparse
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

#: Where Debian keeps the programs of each version, out of PATH.
DEBIAN = Path("/usr/lib/postgresql")
#: Whom root runs it as, the first that exists: PostgreSQL refuses to run as root.
UNPRIVILEGED = ("postgres", "nobody")
ROLE = DATABASE = "second_look"
#: Longest wait in seconds for it to start or to stop; one second is usual.
PATIENCE_S = 60
#: Speed instead of safety; connections for as many threads as tests have, and room to make
#: databases from the template while others are in use.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
}


class PostgresError(RuntimeError):
    """No PostgreSQL can be found, or it does not start."""


class Cluster:
    """A cluster in a folder: `start`, `stop`, and its `url`."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder = folder
        self.settings = settings
        self.programs = find_programs()
        self.user = _unprivileged_user()
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = DATABASE) -> str:
        """Give the DATABASE_URL of a database of it."""
        return f"postgres://{ROLE}@/{database}?host={quote(str(self.folder))}"

    def create(self) -> None:
        """Make the cluster's files and its database."""
        if self.user is not None:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        options = ("--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C")
        self._run("initdb", "--pgdata", str(self._data), *options, "--no-sync")
        self.start()
        self.create_database(DATABASE)

    def create_database(self, name: str) -> str:
        """Make an empty database, and give its URL."""
        self._run("createdb", "--host", str(self.folder), "--username", ROLE, name)
        return self.url(name)

    def start(self) -> None:
        """Start it, and return once it takes connections.

        Raises
        ------
        PostgresError
            It ends instead, or takes too long.
        """
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        command = ["postgres", "-D", str(self._data), "-k", str(self.folder), *options]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                self._as_user(*command), stdout=log, stderr=log, cwd="/", start_new_session=True
            )
        end = time.monotonic() + PATIENCE_S
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise PostgresError(f"PostgreSQL does not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends open connections, SIGQUIT leaves it as a crash would."""
        process, self.process = self.process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(how)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(PATIENCE_S)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _is_ready(self) -> bool:
        command = [str(self.programs / "pg_isready"), "--quiet", "--host", str(self.folder)]
        return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - no shell

    def _run(self, *command: str) -> None:
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            self._as_user(*command), check=False, capture_output=True, text=True, cwd="/"
        )
        if done.returncode:
            raise PostgresError(f"{command[0]} failed: {done.stderr.strip()[-2000:]}")

    def _as_user(self, program: str, *arguments: str) -> list[str]:
        """Give a command that runs as the unprivileged account, and ends when its parent does."""
        become = ["setpriv", "--pdeathsig", "INT"]
        if self.user is not None:
            groups = ("--regid", str(self.user.pw_gid), "--clear-groups")
            become += ["--reuid", str(self.user.pw_uid), *groups]
        return [*become, str(self.programs / program), *arguments]


@contextmanager
def temporary_postgres(**settings: str) -> Iterator[Cluster]:
    """Give a running cluster with an empty database; it is stopped and removed afterwards.

    Raises
    ------
    PostgresError
        No PostgreSQL can be found, or it does not start.
    """
    find_programs()
    folder = Path(tempfile.mkdtemp(prefix="second-look-postgres-"))
    cluster = None
    try:
        cluster = Cluster(folder, {**SETTINGS, **settings})
        cluster.create()
        yield cluster
    finally:
        if cluster is not None:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path:
    """Give the folder of initdb and postgres: the newest of Debian's, or what PATH has.

    Raises
    ------
    PostgresError
        There is none.
    """
    found = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name.split(".")[0]))
    if program := shutil.which("initdb"):
        return Path(program).resolve().parent
    raise PostgresError(
        f"expected PostgreSQL's initdb in {DEBIAN}/*/bin or in PATH, found none; "
        "on Debian: apt-get install postgresql"
    )


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Give whom to run it as; None for the account that asks."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresError(f"PostgreSQL refuses root: expected an account {' or '.join(UNPRIVILEGED)}")


def main(arguments: Sequence[str]) -> int:
    """Run the command, and give its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--find", action="store_true", help="only print where its programs are")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="with its own options")
    options = parser.parse_args(arguments)
    try:
        if options.find:
            sys.stdout.write(f"{find_programs()}\n")
            return 0
        if not options.command:
            parser.error("expected a COMMAND to run")
        with temporary_postgres() as cluster:
            env = {**os.environ, "DATABASE_URL": cluster.url()}
            return subprocess.run(options.command, check=False, env=env).returncode  # noqa: S603
    except PostgresError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _end_in_order(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end_in_order)
    sys.exit(main(sys.argv[1:]))
