"""The options of commands that open groups: an export of a blinded study is a logged look."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from reviewapp import studies
from reviewapp.exports import check_unblinded
from reviewapp.lookup import find_researcher
from reviewapp.models import Study


def add_look_arguments(parser: CommandParser) -> None:
    """Add --interim, --reason and --by."""
    parser.add_argument(
        "--interim",
        action="store_true",
        help="export a blinded study: the look is logged, and the study stays open",
    )
    parser.add_argument("--reason", default="", help="why the interim look; kept with the study")
    parser.add_argument("--by", help="researcher's account; needed where there are several")


def look(study: Study, options: Mapping[str, Any]) -> bool:
    """Log an interim look where one is asked for and the study is blinded; say whether it was.

    Raises
    ------
    BlindedError
        The study is blinded, and no interim look is asked for.
    StudyError
        The look has no reason.
    """
    if study.is_unblinded or not options["interim"]:
        check_unblinded(study)
        return False
    by = find_researcher(study, options["by"])
    studies.unblind(study, by, options["reason"], interim=True)
    return True
