"""Export a study's answers."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from reviewapp import accesses
from reviewapp.exports import export_answers
from reviewapp.lookup import find_study
from reviewapp.management.command import StudyCommand
from reviewapp.management.looks import add_look_arguments, look


class Command(StudyCommand):
    """Write answers.tsv of an unblinded study."""

    help = "Write the answers as answers.tsv. They tell groups, so the study must be unblinded."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, the file and what to write."""
        parser.add_argument("study", metavar="STUDY", help="its name or id")
        parser.add_argument("--out", type=Path, required=True, help="answers.tsv to write")
        parser.add_argument(
            "--all-revisions", action="store_true", help="every revision, not the newest alone"
        )
        add_look_arguments(parser)

    def run(self, **options: Any) -> str:
        """Write the table."""
        study = find_study(options["study"])
        interim = look(study, options)
        accesses.note_command(study, options["out"].name)
        n_rows = export_answers(
            study, options["out"], all_revisions=options["all_revisions"], interim=interim
        )
        return f"{options['out']}: {n_rows} answers"
