"""Make, list and revoke tokens for researchers' scripts."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from reviewapp import tokens
from reviewapp.lookup import find_account
from reviewapp.management.command import StudyCommand
from reviewapp.models import ApiToken
from reviewapp.models.token import SCOPES


class Command(StudyCommand):
    """Tokens of accounts that lead a study."""

    help = (
        "Tokens by which scripts sign in to the API (docs/api.md). `create ACCOUNT` prints a new "
        "one, this once; `list [ACCOUNT]` prints ID, account, name, scope, state, expiry and last "
        "use, joined by tabs; `revoke ID` ends one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do, and with which account or token."""
        parser.add_argument("action", metavar="ACTION", choices=["create", "list", "revoke"])
        parser.add_argument("of", metavar="ACCOUNT_OR_ID", nargs="?", default="")
        parser.add_argument("--name", default="", help="what the new token is for; for create")
        parser.add_argument(
            "--scope", default="read", choices=SCOPES, help="what it may do (%(default)s)"
        )
        parser.add_argument(
            "--days",
            type=int,
            default=tokens.DEFAULT_DAYS,
            help=f"until it expires, at most {tokens.MAX_DAYS} (%(default)s)",
        )

    def run(self, **options: Any) -> str:
        """Do it, and give what to print.

        Raises
        ------
        CommandError
            An account, an id or the name is missing.
        """
        if options["action"] != "list" and not options["of"]:
            what = "an ACCOUNT" if options["action"] == "create" else "the ID of a token"
            raise CommandError(f"{options['action']} takes {what}, came none")
        if options["action"] == "create":
            user = find_account(options["of"])
            return tokens.create(user, options["name"], options["scope"], options["days"])[1]
        if options["action"] == "revoke":
            return _revoke(options["of"])
        return _list(options["of"])


def _revoke(token_id: str) -> str:
    token = ApiToken.objects.filter(pk=token_id).first() if token_id.isdecimal() else None
    if token is None:
        raise CommandError(f'there is no token "{token_id}"; see: manage.py api_token list')
    tokens.revoke(token)
    return f"token {token.pk} of {token.user}, “{token.name}”, is revoked"


def _list(account: str) -> str:
    found = ApiToken.objects.select_related("user").order_by("pk")
    if account:
        found = found.filter(user=find_account(account))
    now = timezone.now()
    return "\n".join(
        "\t".join(
            (
                str(token.pk),
                token.user.get_username(),
                token.name,
                token.scope,
                token.state(now),
                f"{token.expires_at:%Y-%m-%d}",
                f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never",
            )
        )
        for token in found
    )
