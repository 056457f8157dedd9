"""Let accounts make studies of a cohort, list such cohorts, and take them back."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from reviewapp import cohorts
from reviewapp.management.command import StudyCommand
from reviewapp.management.study_options import read_accounts
from reviewapp.models import SharedCohort


class Command(StudyCommand):
    """Cohorts for the browser and for scripts."""

    help = (
        "Let accounts make studies of a cohort on this server, in the browser or by the API: "
        "`add NAME --scans scans.tsv --with ACCOUNTS`. They see the groups of its ROIs, so a "
        "rater of a blinded study of it is refused. `list` prints name, scans.tsv and accounts, "
        "joined by tabs; `remove NAME` takes it from all, or from those of --with; studies that "
        "were made of it stay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do, and with which cohort and accounts."""
        parser.add_argument("action", metavar="ACTION", choices=["add", "list", "remove"])
        parser.add_argument("name", metavar="NAME", nargs="?", default="")
        parser.add_argument("--scans", type=Path, help="scans.tsv of the cohort; for add")
        parser.add_argument(
            "--with", dest="accounts", default="", help="accounts, joined by commas"
        )

    def run(self, **options: Any) -> str:
        """Do it, and give what to print.

        Raises
        ------
        CommandError
            A name or the table is missing.
        """
        action, name = options["action"], options["name"]
        accounts = read_accounts(options["accounts"])
        if action == "list":
            return "\n".join(map(_line, SharedCohort.objects.prefetch_related("users")))
        if not name:
            raise CommandError(f"{action} takes the NAME of a cohort, came none")
        if action == "remove":
            cohorts.unshare(name, accounts or None)
            return f"{name}: taken from {options['accounts'] or 'all'}"
        if options["scans"] is None:
            raise CommandError("add takes the cohort's table, --scans scans.tsv, came none")
        return _line(cohorts.share(name, options["scans"], accounts))


def _line(cohort: SharedCohort) -> str:
    names = ",".join(user.get_username() for user in cohort.users.order_by("username"))
    return f"{cohort.name}\t{cohort.scans_path}\t{names}"
