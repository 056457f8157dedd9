"""What the commands share that take a step in a study's life."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandParser

from reviewapp.lookup import find_researcher, find_study
from reviewapp.models import Study


def add_act_arguments(parser: CommandParser, *, reason: str | None) -> None:
    """Add STUDY and --by, and --reason where the act has one: "required" or "optional"."""
    parser.add_argument("study", metavar="STUDY", help="its name or id")
    if reason is not None:
        parser.add_argument(
            "--reason", required=reason == "required", default="", help="why; kept with the study"
        )
    parser.add_argument("--by", help="researcher's account; needed where there are several")


def study_and_actor(options: Mapping[str, Any]) -> tuple[Study, User]:
    """Give the study that a command line names, and the researcher who acts.

    Raises
    ------
    UnknownNameError
        There is no such study or researcher, or there are several researchers and no name.
    """
    study = find_study(options["study"])
    return study, find_researcher(study, options["by"])
