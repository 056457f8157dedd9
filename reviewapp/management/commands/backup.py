"""Back a server up, or check a backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from reviewapp.backups.copy import back_up, verify
from reviewapp.management.command import StudyCommand
from reviewapp.management.progress import bar


class Command(StudyCommand):
    """`manage.py backup`."""

    help = (
        "Write the database and all volumes as they are now into one file, while raters work on. "
        "Either kind of database can be restored from it. It tells groups and names: keep it safe."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the .tar to write")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="write nothing: check each part of FILE against its SHA-256",
        )
        parser.add_argument(
            "--with-secret-key",
            action="store_true",
            help="put the secret key in too, so that sessions outlive a restore; who has it can "
            "sign in as anybody",
        )

        parser.add_argument(
            "--unlogged",
            action="store_true",
            help="leave the logs of the studies as they are: to save what is in a database that "
            "can't be written any more",
        )

    def run(self, **options: Any) -> str:
        """Write or check the file."""
        path: Path = options["file"]
        if options["verify"]:
            return f"{path}: {verify(path, bar)} parts, each as it was written"
        n_volumes = back_up(
            path,
            bar,
            with_secret_key=options["with_secret_key"],
            logged=not options["unlogged"],
        )
        return f"{path}: the database and {n_volumes} volumes"
