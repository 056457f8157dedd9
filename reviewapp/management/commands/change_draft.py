"""Change a draft of a study."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lesions.questionnaire import read_questionnaire
from reviewapp.management.acts import add_act_arguments, study_and_actor
from reviewapp.management.command import StudyCommand
from reviewapp.management.progress import scan_bar
from reviewapp.management.study_options import add_settings_arguments, read_accounts, read_changes
from reviewapp.protocol import settings_of
from reviewapp.study_drafts import change_draft
from reviewapp.study_summary import summary


class Command(StudyCommand):
    """Change what isn't frozen yet."""

    help = (
        "Change a draft; what isn't named stays as it is. On any error the draft stays as it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, who acts, and what changes."""
        add_act_arguments(parser, reason=None)
        parser.add_argument("--name", help="new name of the study")
        parser.add_argument("--rois", type=Path, metavar="rois.tsv", help="another sample")
        parser.add_argument("--scans", type=Path, help="scans.tsv of its cohort; needs --rois")
        parser.add_argument("--raters", help="all accounts, joined by commas")
        add_settings_arguments(parser)

    def run(self, **options: Any) -> str:
        """Change the draft, and say what it holds now."""
        study, by = study_and_actor(options)
        rois, scans, path = options["rois"], options["scans"], options["questionnaire"]
        if (rois is None) != (scans is None):
            raise CommandError("--rois and --scans go together: a sample and its cohort")
        change_draft(
            study,
            by,
            name=options["name"],
            settings=replace(settings_of(study), **read_changes(options)),
            raters=None if options["raters"] is None else read_accounts(options["raters"]),
            questionnaire=read_questionnaire(path) if path else None,
            sample_paths=None if rois is None else (rois, scans),
            progress=scan_bar,
        )
        return summary(study)
