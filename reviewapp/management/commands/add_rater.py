"""Add a rater to a study."""

from typing import Any

from django.core.management.base import CommandParser

from reviewapp import raters
from reviewapp.lookup import find_account
from reviewapp.management.acts import add_act_arguments, study_and_actor
from reviewapp.management.command import StudyCommand


class Command(StudyCommand):
    """Add a rater."""

    help = (
        "Add a rater, who gets an order of the study's seed and of the account's name. Exports "
        "say who was added after the freezing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the account, who acts and why."""
        add_act_arguments(parser, reason="optional")
        parser.add_argument("rater", metavar="RATER", help="account of the rater")

    def run(self, **options: Any) -> str:
        """Add the rater, and say how many ROIs that is."""
        study, by = study_and_actor(options)
        member = raters.add_rater(study, by, find_account(options["rater"]), options["reason"])
        n = member.assignments.count()
        return f"{member.user} is a rater of {study.name}, with {n} showings"
