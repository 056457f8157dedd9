"""Verify what a study has stored."""

import re
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connection

from lesions.progress import progress_bar
from reviewapp.backups.rows import snapshot
from reviewapp.lookup import find_study
from reviewapp.management.command import StudyCommand
from reviewapp.models import Study
from reviewapp.verification import verify

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Command(StudyCommand):
    """Recompute checksums, and exit with 1 where something doesn't match."""

    help = (
        "Recompute the checksums of a study's answers and their chain, of every stored volume, of "
        "the protocol, and of its seals: steps, people, orders, sample, practice and accesses. "
        "Takes the database as it is at one moment, and nobody waits. Prints what does not match, "
        "a line each, and ends with 1; else prints the heads of both chains. Write them down: "
        "--head alone finds what was deleted from an end, or a chain that was written anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, or all of them, and heads that were seen before."""
        parser.add_argument("study", metavar="STUDY", nargs="?", help="its name or id")
        parser.add_argument("--all", action="store_true", help="every study that there is")
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="SHA256",
            help="head of the answers' or the seals' chain as an export or this command told it "
            "before: it must still be in its chain; may be given several times",
        )

    def run(self, **options: Any) -> str:
        """Verify, print the faults, and give a line for each study that has none.

        Raises
        ------
        CommandError
            Something doesn't match, or the options don't.
        """
        # Within a transaction, as in tests, another connection would not see what it wrote.
        with nullcontext() if connection.in_atomic_block else snapshot():
            return self._verify(options)

    def _verify(self, options: dict[str, Any]) -> str:
        studies = self._studies(options)
        n_faults, lines = 0, []
        for study in studies:
            found = verify(study, options["head"], _bar)
            n_faults += len(found.faults)
            for fault in found.faults:
                self.stdout.write(f"{study.name}: {fault}")
            if not found.faults:
                lines.append(f"{study.name}: {found.summary()}")
        if n_faults:
            self.stdout.write("\n".join(lines), ending="\n" if lines else "")
            things = "thing does" if n_faults == 1 else "things do"
            raise CommandError(f"{n_faults} {things} not match")
        return "\n".join(lines)

    def _studies(self, options: dict[str, Any]) -> list[Study]:
        if (options["study"] is None) != options["all"]:
            raise CommandError("give a STUDY or --all, and not both", returncode=2)
        wrong = [head for head in options["head"] if not _SHA256.fullmatch(head)]
        if wrong or (options["all"] and options["head"]):
            expected = "64 hex digits" if wrong else "with one STUDY and not --all"
            raise CommandError(f"expected --head {expected}, came {options['head']}", returncode=2)
        return list(Study.objects.all()) if options["all"] else [find_study(options["study"])]


def _bar(rows: Iterable[Any], n: int, what: str) -> Iterable[Any]:
    return progress_bar(rows, desc=what, total=n, unit=what.rstrip("s"))
