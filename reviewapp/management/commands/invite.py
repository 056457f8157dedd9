"""Invite raters by link."""

from typing import Any

from django.core.management.base import CommandParser
from django.urls import reverse

from reviewapp import invitations
from reviewapp.management.acts import add_act_arguments, study_and_actor
from reviewapp.management.command import StudyCommand


class Command(StudyCommand):
    """Make links by which raters join."""

    help = (
        "Print a link by which one person joins the study as a rater, with an account made there "
        "or one that there is. It is good once; of its token the server keeps the hash alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, how long, for whom and who acts."""
        add_act_arguments(parser, reason=None)
        parser.add_argument(
            "--days",
            type=int,
            default=invitations.DEFAULT_DAYS,
            help=f"how long it is good, 1 to {invitations.MAX_DAYS} (%(default)s)",
        )
        parser.add_argument("--note", default="", help="for whom; researchers alone see it")
        parser.add_argument(
            "--site",
            default="http://127.0.0.1:8000",
            metavar="URL",
            help="where raters reach the server (%(default)s)",
        )

    def run(self, **options: Any) -> str:
        """Make the invitation, and give its link."""
        study, by = study_and_actor(options)
        _, token = invitations.invite(study, by, days=options["days"], note=options["note"])
        return f"{options['site'].rstrip('/')}{reverse('join', args=[token])}"
