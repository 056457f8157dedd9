"""Withdraw a rater from a study."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandParser

from reviewapp import raters
from reviewapp.lookup import UnknownNameError
from reviewapp.management.acts import add_act_arguments, study_and_actor
from reviewapp.management.command import StudyCommand


class Command(StudyCommand):
    """Withdraw a rater."""

    help = (
        "Take a rater's access to a study away. The answers stay, and exports say that they are "
        "of a rater who left. There is no way back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the account, who acts and why."""
        add_act_arguments(parser, reason="required")
        parser.add_argument("rater", metavar="RATER", help="account of the rater")

    def run(self, **options: Any) -> str:
        """Withdraw the rater."""
        study, by = study_and_actor(options)
        rater = User.objects.filter(username=options["rater"]).first()
        if rater is None:
            raise UnknownNameError(f'there is no account "{options["rater"]}"')
        raters.withdraw_rater(study, by, rater, options["reason"])
        return f"{rater} is withdrawn from {study.name}"
