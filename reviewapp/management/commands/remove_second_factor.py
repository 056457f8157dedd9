"""Turn off the second factor of an account."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from reviewapp import second_factor
from reviewapp.lookup import find_account
from reviewapp.management.command import StudyCommand


class Command(StudyCommand):
    """`manage.py remove_second_factor`."""

    help = (
        "Turn off the second factor of an account whose owner has lost app and recovery codes. "
        "Make sure that it is the owner who asks: the password alone signs in then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name."""
        parser.add_argument("name", metavar="NAME", help="name to sign in with")

    def run(self, **options: Any) -> str:
        """Remove secret and recovery codes.

        Raises
        ------
        CommandError
            The account has no second factor.
        """
        if not second_factor.remove(find_account(options["name"])):
            raise CommandError(f"{options['name']} has no second factor")
        return f"{options['name']} signs in with the password alone"
