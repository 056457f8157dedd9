"""Create a study from a sample."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from tqdm import tqdm

from lesions.questionnaire import read_questionnaire
from lesions.scans import Scan
from reviewapp import studies
from reviewapp.lookup import find_account
from reviewapp.management.command import StudyCommand
from reviewapp.study_summary import summary


class Command(StudyCommand):
    """Create a study from rois.tsv and scans.tsv."""

    help = (
        "Freeze a sample of ROIs as a blinded study: check every file, store the volumes, and "
        "draw each rater's order. On any error nothing is left behind."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sample, the people and the settings."""
        default = studies.StudySettings()
        parser.add_argument("name", metavar="NAME", help="name of the study; raters see it")
        parser.add_argument("rois", metavar="rois.tsv", type=Path, help="the sampled ROIs")
        parser.add_argument("--scans", type=Path, required=True, help="scans.tsv of the cohort")
        parser.add_argument("--raters", required=True, help="accounts, joined by commas")
        parser.add_argument("--researcher", required=True, help="account that leads the study")
        parser.add_argument(
            "--simulated-raters",
            action="store_true",
            help="the raters are computers; exports say so",
        )
        parser.add_argument(
            "--seed", type=int, default=default.seed, help="of the orders (%(default)s)"
        )
        parser.add_argument(
            "--repeat-share",
            type=float,
            default=default.repeat_share,
            help="share of the ROIs that come twice, 0 to 0.5 (%(default)s)",
        )
        parser.add_argument(
            "--repeat-distance",
            type=int,
            default=default.repeat_distance,
            help="ROIs from a first showing to its repeat, at least; a third of all ROIs where "
            "that is less (%(default)s)",
        )
        parser.add_argument(
            "--neurological",
            action="store_true",
            help="show the patient's left on the left; without it on the right, as ITK-SNAP does",
        )
        parser.add_argument(
            "--questionnaire", type=Path, help="JSON file; the paper's where not given"
        )

    def run(self, **options: Any) -> str:
        """Create the study and say what it holds."""
        raters = [name.strip() for name in options["raters"].split(",") if name.strip()]
        people = studies.People(
            tuple(find_account(name) for name in raters),
            find_account(options["researcher"]),
            options["simulated_raters"],
        )
        settings = studies.StudySettings(
            options["seed"],
            options["repeat_share"],
            options["repeat_distance"],
            not options["neurological"],
        )
        path = options["questionnaire"]
        study = studies.create_study(
            options["name"],
            options["rois"],
            options["scans"],
            people,
            settings,
            questionnaire=read_questionnaire(path) if path else None,
            progress=_bar,
        )
        return summary(study)


def _bar(scans: Sequence[Scan]) -> Iterable[Scan]:
    return tqdm(scans, desc="scans", unit="scan")
