"""Unblind a study."""

from typing import Any

from django.core.management.base import CommandParser

from reviewapp import studies
from reviewapp.lookup import find_researcher, find_study
from reviewapp.management.command import StudyCommand


class Command(StudyCommand):
    """Log that the groups are opened, and close the study."""

    help = "Unblind a study: log who, when and why, and close it to answers for good."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the researcher and the reason."""
        parser.add_argument("study", metavar="STUDY", help="its name or id")
        parser.add_argument("--reason", required=True, help="why now; kept with the study")
        parser.add_argument("--by", help="researcher's account; needed where there are several")

    def run(self, **options: Any) -> str:
        """Unblind, and say what that did."""
        study = find_study(options["study"])
        by = find_researcher(study, options["by"])
        log = studies.unblind(study, by, options["reason"])
        return f"{study.name} is closed and unblinded by {by}, with {log.n_answers} answers"
