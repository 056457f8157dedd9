"""Serve the app with gunicorn, on this machine unless told otherwise."""

import ipaddress
import os
import sys
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

DEFAULT_ADDRESS = "127.0.0.1:8000"
#: One process, so that SQLite has one writer; threads, since volumes are sent while pages load.
THREADS = 8


class Command(BaseCommand):
    """`manage.py serve`."""

    help = "Serve the app with gunicorn until Ctrl-C. A demo is served to this machine alone."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
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

    def handle(self, *args: object, address: str, threads: int, **options: object) -> None:
        """Gather the static files and become gunicorn."""
        if settings.DEMO and not is_loopback(address):
            raise CommandError(
                f"a demo's passwords are published: expected an address of this machine such as "
                f"{DEFAULT_ADDRESS}, came {address}"
            )
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
