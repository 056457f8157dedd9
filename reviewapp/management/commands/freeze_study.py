"""Freeze a draft of a study."""

from typing import Any

from django.core.management.base import CommandParser

from reviewapp import studies
from reviewapp.management.acts import add_act_arguments, study_and_actor
from reviewapp.management.command import StudyCommand


class Command(StudyCommand):
    """Fix the protocol of a draft."""

    help = (
        "Freeze a draft: fix its sample, settings and questions under a hash that every answer "
        "carries, and draw each rater's order. From then on an amendment is a new version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the study, who acts and why."""
        add_act_arguments(parser, reason="optional")

    def run(self, **options: Any) -> str:
        """Act, and say what the study is now."""
        study, by = study_and_actor(options)
        studies.freeze(study, by, options["reason"])
        return f"{study.name} is frozen; protocol {study.protocol_sha256}"
