"""Restore a server from a backup."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from reviewapp.backups.copy import restore
from reviewapp.management.command import StudyCommand
from reviewapp.management.progress import bar


class Command(StudyCommand):
    """`manage.py restore`."""

    help = (
        "Fill an empty server from a backup, all of it or nothing. The database may be of the "
        "other kind than the one that was backed up; its tables are made where there are none."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the .tar to restore from")

    def run(self, **options: Any) -> str:
        """Make the tables, and fill them."""
        call_command("migrate", interactive=False, verbosity=0)
        n_rows = restore(options["file"], bar)
        return f"{options['file']}: restored {n_rows} rows; everybody signs in again"
