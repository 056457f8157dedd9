"""Amend the protocol of a frozen study."""

from typing import Any

from django.core.management.base import CommandParser

from reviewapp.management.acts import add_act_arguments, study_and_actor
from reviewapp.management.command import StudyCommand
from reviewapp.management.study_options import add_amendable_arguments, read_changes
from reviewapp.protocol import amend


class Command(StudyCommand):
    """Make a new version of the protocol."""

    help = (
        "Change what may change in a frozen study: a new version of its protocol, whose hash the "
        "answers from then on carry. Exports list all versions. The sample, the orders and the "
        "questions never change."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, what changes, who acts and why."""
        add_act_arguments(parser, reason="required")
        add_amendable_arguments(parser)

    def run(self, **options: Any) -> str:
        """Amend, and name the new version."""
        study, by = study_and_actor(options)
        version = amend(study, by, options["reason"], read_changes(options))
        return f"{study.name} has version {version.number} of its protocol, {version.sha256}"
