"""Create a study from a sample."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lesions.questionnaire import read_questionnaire
from reviewapp import studies
from reviewapp.lookup import find_account
from reviewapp.management.cohort_sample import add_sample_arguments, rois_of
from reviewapp.management.command import StudyCommand
from reviewapp.management.progress import scan_bar
from reviewapp.management.study_options import (
    add_settings_arguments,
    read_accounts,
    read_settings,
)
from reviewapp.practice import PracticePaths
from reviewapp.study_drafts import create_draft
from reviewapp.study_summary import summary


class Command(StudyCommand):
    """Create a study from rois.tsv and scans.tsv."""

    help = (
        "Make a blinded study of a sample of ROIs: check every file, store the volumes, freeze it, "
        "which fixes the protocol and draws each rater's order, and open it. On any error nothing "
        "is left behind."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sample, the people and the settings."""
        parser.add_argument("name", metavar="NAME", help="name of the study; raters see it")
        parser.add_argument(
            "rois",
            metavar="rois.tsv",
            type=Path,
            nargs="?",
            help="the sampled ROIs; where not given they are drawn from the cohort",
        )
        parser.add_argument("--scans", type=Path, required=True, help="scans.tsv of the cohort")
        parser.add_argument("--researcher", required=True, help="account that leads the study")
        parser.add_argument(
            "--raters", default="", help="accounts, joined by commas; a draft needs none"
        )
        parser.add_argument(
            "--draft",
            action="store_true",
            help="stop at a draft, which can be changed and deleted; without it the study is "
            "frozen and opened at once",
        )
        parser.add_argument(
            "--simulated-raters",
            action="store_true",
            help="the raters are computers; exports say so",
        )
        parser.add_argument(
            "--practice",
            type=Path,
            metavar="ROIS",
            help="rois.tsv of a practice block, other ROIs than the study's; needs --practice-key",
        )
        parser.add_argument(
            "--practice-key", type=Path, metavar="KEY", help="practice-key.tsv: what they are"
        )
        parser.add_argument(
            "--practice-scans",
            type=Path,
            metavar="SCANS",
            help="scans.tsv of the practice block (the study's)",
        )
        parser.add_argument(
            "--practice-n", type=int, metavar="N", help="practice ROIs to draw of them (all)"
        )
        add_sample_arguments(parser)
        add_settings_arguments(parser)

    def run(self, **options: Any) -> str:
        """Create the study and say what it holds."""
        people = studies.People(
            read_accounts(options["raters"]),
            find_account(options["researcher"]),
            options["simulated_raters"],
        )
        path = options["questionnaire"]
        create = create_draft if options["draft"] else studies.create_study
        with rois_of(options) as rois:
            study = create(
                options["name"],
                rois,
                options["scans"],
                people,
                read_settings(options),
                questionnaire=read_questionnaire(path) if path else None,
                practice=_practice(options),
                progress=scan_bar,
            )
        return summary(study)


def _practice(options: Mapping[str, Any]) -> PracticePaths | None:
    rois, key, n = options["practice"], options["practice_key"], options["practice_n"]
    if rois is None and key is None and n is None and options["practice_scans"] is None:
        return None
    if rois is None or key is None:
        raise CommandError("a practice block needs both --practice and --practice-key")
    return PracticePaths(rois, key, options["practice_scans"] or options["scans"], n)
