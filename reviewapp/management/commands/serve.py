"""Serve the app with gunicorn, on this machine unless told otherwise."""

import ipaddress
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from reviewapp.management.command import StudyCommand

DEFAULT_ADDRESS = "127.0.0.1:8000"
#: One process, so that SQLite has one writer; threads, since volumes are sent while pages load.
THREADS = 8


class Command(StudyCommand):
    """`manage.py serve`."""

    help = "Serve the app with gunicorn until Ctrl-C. A demo is served to this machine alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument(
            "address",
            nargs="?",
            default=DEFAULT_ADDRESS,
            help=f"IP address and port to listen on, default {DEFAULT_ADDRESS}",
        )
        parser.add_argument(
            "--threads", type=int, default=THREADS, help=f"requests at once, default {THREADS}"
        )

    def run(self, **options: Any) -> str:
        """Gather the static files and become gunicorn.

        Raises
        ------
        CommandError
            A demo on an address that others reach, or a database of an older version.
        """
        address, threads = options["address"], options["threads"]
        if settings.DEMO and not is_loopback(address):
            raise CommandError(
                f"a demo's passwords are published: expected an address of this machine such as "
                f"{DEFAULT_ADDRESS}, came {address}"
            )
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("the database is not up to date: run `manage.py migrate` first")
        connection.close()
        call_command("collectstatic", interactive=False, verbosity=0)
        command = [sys.executable, "-m", "gunicorn", "reviewapp.wsgi", "--bind", address]
        command += ["--config", "python:reviewapp.serving"]
        command += ["--threads", str(threads), "--no-control-socket", "--log-level", "warning"]
        os.execv(sys.executable, command)  # noqa: S606 - our own command, no shell


def is_loopback(address: str) -> bool:
    """Say whether `IP:port` can be reached from this machine alone.

    >>> is_loopback("127.0.0.1:8000"), is_loopback("[::1]:80"), is_loopback("0.0.0.0:8000")
    (True, True, False)
    """
    host = address.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
