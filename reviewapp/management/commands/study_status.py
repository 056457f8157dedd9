"""Say how a study stands."""

from typing import Any

from django.core.management.base import CommandParser

from reviewapp.lookup import find_study
from reviewapp.management.command import StudyCommand
from reviewapp.study_summary import status


class Command(StudyCommand):
    """Say how a study stands."""

    help = (
        "Say how a study stands: its steps, its raters' progress, its sample. Nothing of what was "
        "answered."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study."""
        parser.add_argument("study", metavar="STUDY", help="its name or id")

    def run(self, **options: Any) -> str:
        """Give the lines."""
        return status(find_study(options["study"]))
