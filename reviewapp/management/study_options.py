"""The options that settle a study's protocol, for commands that make and change a draft."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from django.core.management.base import CommandParser

from lesions.questionnaire import CollapseRule
from reviewapp.lookup import find_account
from reviewapp.protocol import DEFAULT_SETTINGS, StudySettings


def add_settings_arguments(parser: CommandParser) -> None:
    """Add the options of what can't change after the freezing, and of what an amendment can."""
    default = DEFAULT_SETTINGS
    parser.add_argument("--seed", type=int, help=f"of the orders ({default.seed})")
    parser.add_argument(
        "--repeat-share",
        type=float,
        help=f"share of the ROIs that come twice, 0 to 0.5 ({default.repeat_share})",
    )
    parser.add_argument(
        "--repeat-distance",
        type=int,
        help="ROIs from a first showing to its repeat, at least; the number of ROIs where "
        f"that is less ({default.repeat_distance})",
    )
    parser.add_argument(
        "--block-size",
        type=int,
        metavar="N",
        help=f"ROIs between two pauses of the page; 0 for none ({default.block_size})",
    )
    parser.add_argument("--questionnaire", type=Path, help="JSON file; the paper's where not given")
    add_amendable_arguments(parser)


def add_amendable_arguments(parser: CommandParser) -> None:
    """Add the options of what an amendment can change."""
    default = DEFAULT_SETTINGS
    view = parser.add_mutually_exclusive_group()
    view.add_argument(
        "--neurological",
        action="store_false",
        default=None,
        dest="radiological",
        help="show the patient's left on the left; without it on the right, as ITK-SNAP does",
    )
    view.add_argument(
        "--radiological",
        action="store_true",
        default=None,
        help="show the patient's left on the right, where it was on the left",
    )
    parser.add_argument(
        "--class-rule",
        choices=get_args(CollapseRule),
        help="how several classes collapse into one family in the report "
        f"({default.class_rule}), as `python -m analysis report --rule`",
    )
    parser.add_argument(
        "--hypotheses", help="what the study is to show, in words (those of the paper)"
    )
    parser.add_argument(
        "--break-after",
        type=int,
        dest="break_after_min",
        metavar="MIN",
        help="minutes of work after which the page proposes a break, to raters who have changed "
        f"no preference; 0 for never ({default.break_after_min})",
    )
    parser.add_argument(
        "--planned-raters",
        type=int,
        dest="n_raters",
        metavar="N",
        help="raters that the study is planned for (as many as there are at the freezing)",
    )


def read_changes(options: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings that the command line names."""
    names = StudySettings.__dataclass_fields__
    return {name: options[name] for name in names if options.get(name) is not None}


def read_settings(options: Mapping[str, Any]) -> StudySettings:
    """Give the settings, defaults where the command line names none."""
    return replace(DEFAULT_SETTINGS, **read_changes(options))


def read_accounts(text: str) -> tuple[Any, ...]:
    """Give the accounts of names that are joined by commas.

    Raises
    ------
    UnknownNameError
        There is no such account.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    return tuple(find_account(name) for name in names)
