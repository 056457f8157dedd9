"""Export a study's sample, answers and masks for the next labels."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from reviewapp import accesses
from reviewapp.corrections import export_corrections
from reviewapp.lookup import find_study
from reviewapp.management.command import StudyCommand
from reviewapp.management.looks import add_look_arguments, look
from reviewapp.management.progress import bar


class Command(StudyCommand):
    """Write a folder that `python -m training dataset` reads."""

    help = (
        "Write rois.tsv, answers.tsv, corrections.tsv and a BIDS-named mask of each ROI as it was "
        "shown and of each time that a rater redrew it, on the scan's own grid. They tell groups, "
        "so the study must be unblinded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study and the folder."""
        parser.add_argument("study", metavar="STUDY", help="its name or id")
        parser.add_argument("--out", type=Path, required=True, help="folder to make")
        add_look_arguments(parser)

    def run(self, **options: Any) -> str:
        """Write the folder."""
        study = find_study(options["study"])
        interim = look(study, options)
        accesses.note_command(study, options["out"].name)
        n_masks = export_corrections(
            study, options["out"], interim=interim, progress=partial(bar, "masks")
        )
        return f"{options['out']}: {n_masks} masks"
