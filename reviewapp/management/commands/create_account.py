"""Create sign-in accounts."""

import secrets
import sys
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from reviewapp.management.command import StudyCommand

#: Bytes of chance in a password that we make: 96 bits, 16 characters.
PASSWORD_BYTES = 12


class Command(StudyCommand):
    """Create accounts, each with a random password that is printed once."""

    help = (
        "Create accounts for raters and researchers. Each gets a random password, printed once "
        "as NAME<tab>PASSWORD; people change it after they signed in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the names."""
        parser.add_argument("names", nargs="+", metavar="NAME", help="name to sign in with")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password of the one NAME from standard input, and print nothing",
        )

    @transaction.atomic
    def run(self, **options: Any) -> str:
        """Create all accounts or none."""
        names: list[str] = options["names"]
        if options["password_stdin"] and len(names) > 1:
            raise CommandError(f"--password-stdin takes one NAME, not {len(names)}")
        lines = []
        for name in names:
            given = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
            password = given or secrets.token_urlsafe(PASSWORD_BYTES)
            _create(name, password)
            lines += [] if given else [f"{name}\t{password}"]
        return "\n".join(lines)


def _create(name: str, password: str) -> None:
    user = User(username=name)
    try:
        user.full_clean(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(f"account {name}: {' '.join(error.messages)}") from None
    user.set_password(password)
    user.save()
