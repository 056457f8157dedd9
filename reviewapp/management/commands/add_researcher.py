"""Add a researcher of a study."""

from typing import Any

from django.core.management.base import CommandParser

from reviewapp import researchers
from reviewapp.lookup import find_account
from reviewapp.management.acts import add_act_arguments, study_and_actor
from reviewapp.management.command import StudyCommand


class Command(StudyCommand):
    """Add a researcher."""

    help = (
        "Let another account lead a study too: watch it, unblind it, read its results. Who rates "
        "it, or has rated it, can't."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the account, who acts and why."""
        add_act_arguments(parser, reason="optional")
        parser.add_argument("researcher", metavar="RESEARCHER", help="account of the researcher")

    def run(self, **options: Any) -> str:
        """Do it, and say so."""
        study, by = study_and_actor(options)
        researcher = find_account(options["researcher"])
        researchers.add_researcher(study, by, researcher, options["reason"])
        return f"{researcher} leads {study.name} too"
