"""Delete a draft of a study."""

from typing import Any

from django.core.management.base import CommandParser

from reviewapp.management.acts import add_act_arguments, study_and_actor
from reviewapp.management.command import StudyCommand
from reviewapp.study_drafts import delete_draft


class Command(StudyCommand):
    """Delete a draft."""

    help = "Delete a draft with its sample. A study that was frozen once is never deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study and who acts."""
        add_act_arguments(parser, reason=None)

    def run(self, **options: Any) -> str:
        """Delete the draft."""
        study, by = study_and_actor(options)
        delete_draft(study, by)
        return f"{study.name} is deleted"
