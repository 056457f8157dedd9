"""Close an open study."""

from typing import Any

from django.core.management.base import CommandParser

from reviewapp import studies
from reviewapp.management.acts import add_act_arguments, study_and_actor
from reviewapp.management.command import StudyCommand


class Command(StudyCommand):
    """Take no more answers."""

    help = (
        "Close a study: raters can still read their answers, and add or change none. It can be "
        "opened again until it is unblinded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, who acts and why."""
        add_act_arguments(parser, reason="required")

    def run(self, **options: Any) -> str:
        """Act, and say what the study is now."""
        study, by = study_and_actor(options)
        studies.close(study, by, options["reason"])
        return f"{study.name} is closed"
