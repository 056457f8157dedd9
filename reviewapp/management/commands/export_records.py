"""Export a study's records."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from reviewapp import accesses
from reviewapp.lookup import find_study
from reviewapp.management.command import StudyCommand
from reviewapp.management.looks import add_look_arguments, look
from reviewapp.records import export_records


class Command(StudyCommand):
    """Write a folder with records.tsv, steps.tsv and accesses.tsv."""

    help = (
        "Write every revision of every answer with its checksums, the steps of the study and the "
        "log of accesses, as records.tsv, steps.tsv and accesses.tsv. They tell groups, so the "
        "study must be unblinded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study and the folder."""
        parser.add_argument("study", metavar="STUDY", help="its name or id")
        parser.add_argument("--out", type=Path, required=True, help="folder to make")
        parser.add_argument(
            "--accesses",
            type=int,
            metavar="N",
            help="the first N accesses alone: as many as an older export had give its files again, "
            "byte for byte",
        )
        add_look_arguments(parser)

    def run(self, **options: Any) -> str:
        """Write the folder."""
        study = find_study(options["study"])
        interim = look(study, options)
        accesses.note_command(study, options["out"].name)
        n_revisions = export_records(
            study, options["out"], interim=interim, n_accesses=options["accesses"]
        )
        return f"{options['out']}: {n_revisions} revisions"
