"""Build the demo: synthetic patients, a study to answer, and one that simulated raters answered."""

import os
import uuid
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from lesions.formats import LESIONS, ROIS
from lesions.lesion_table import build_lesion_table
from lesions.sampling import SamplingError, sample_rois
from lesions.scans import read_scans
from lesions.tsv import read_table, write_table
from phantom.cohort import CohortError, build_cohort
from phantom.demo import CASES, MIMICS, SEED, DemoPredictionError, take_predictions
from phantom.outlines import simulate_outline
from phantom.raters import PROFILES, simulate_answer
from reviewapp import answers, cohorts, demo
from reviewapp.addresses import mask_key
from reviewapp.demo_accounts import RATERS, RESEARCHER
from reviewapp.management.command import StudyCommand
from reviewapp.management.progress import bar, scan_bar
from reviewapp.mask_runs import runs_of
from reviewapp.models import Assignment, Study
from reviewapp.neighbours import lesion_places
from reviewapp.reports import report_of
from reviewapp.studies import People, StudySettings, create_study, unblind

#: FNLs and TPLs in each study: few enough to answer in a sitting, enough for the statistics.
OPEN_N, FINISHED_N = 10, 25
#: For the same reason the open study is of two patients with MS and one with a mimic.
OPEN_PATIENTS = ("sub-synth01", "sub-synth03", "sub-synth07")
#: Simulated seconds on an ROI: median, and spread of the logarithm.
MEDIAN_S, SPREAD_LOG_S = 24.0, 0.5
#: Makes the idempotency keys of simulated answers, so that a second run sends the same ones.
KEYS = uuid.UUID("6d3b1f0e-6a0f-4f0e-9d0c-5ec0de100c01")
UNBLINDING_REASON = "Demo: the simulated raters have answered every ROI."
TRY_NEXT = """
Try, with SECOND_LOOK_DATA={data}:
  manage.py serve
  manage.py export_answers "{study}" --out answers.tsv
  manage.py export_corrections "{study}" --out corrections
  python -m analysis report answers.tsv --out report
  python -m training dataset corrections --scans {scans} --out nnUNet_raw --id 501 --name Cortex
"""


class Command(StudyCommand):
    """`manage.py build_demo`."""

    help = (
        "Build the demo in SECOND_LOOK_DATA: 6 synthetic patients with MS and 2 with a mimic, a "
        "study open for rater1 and rater2, and one that simulated raters have finished. What is "
        "there already is kept, so a second run takes seconds. Its passwords are published, so "
        "a folder with other accounts is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the seed, and sizes for tests."""
        parser.add_argument(
            "--seed",
            type=int,
            default=SEED,
            help=f"of everything random ({SEED}); the model's predictions are there for this one, "
            "for others they are simulated",
        )
        parser.add_argument(
            "--spacing", type=float, metavar="MM", help="voxel side in mm; 1 where not given"
        )
        parser.add_argument(
            "--jobs", type=int, default=os.cpu_count() or 1, help="processes (one a core)"
        )

    def run(self, **options: Any) -> str:
        """Build what is missing, and say what to try.

        Raises
        ------
        CommandError
            The folder holds something else, or an option is out of range.
        """
        try:
            return self._build(options["seed"], options["spacing"], options["jobs"])
        except (demo.DemoError, CohortError, DemoPredictionError, SamplingError) as error:
            raise CommandError(str(error)) from error

    def _build(self, seed: int, spacing: float | None, jobs: int) -> str:
        call_command("migrate", verbosity=0)
        demo.claim_data_folder(seed)
        demo.make_accounts()
        cohort = settings.DATA_DIR / "demo-cohort"
        self._say("synthetic patients")
        if not (cohort / "scans.tsv").is_file():
            build_cohort(cohort, CASES, seed, MIMICS, spacing_mm=spacing, jobs=jobs, progress=True)
        if not (cohort / "lesions.tsv").is_file():
            self._predict(cohort, simulated=seed != SEED or spacing is not None)
            self._say("lesion table")
            make_lesion_table(cohort, jobs)
        self._say(demo.OPEN_STUDY)
        raters = tuple(account.name for account in RATERS)
        make_study(
            demo.OPEN_STUDY, cohort, OPEN_N, seed, raters, simulated=False, patients=OPEN_PATIENTS
        )
        self._say(demo.FINISHED_STUDY)
        finished = make_study(
            demo.FINISHED_STUDY, cohort, FINISHED_N, seed, demo.SIMULATED_RATERS, simulated=True
        )
        answer_as_simulated_raters(finished, seed)
        if not finished.is_unblinded:
            unblind(finished, finished.created_by, UNBLINDING_REASON)
        cohorts.share(demo.COHORT, cohort / "scans.tsv", [finished.created_by])
        self._say("statistics")
        report_of(finished)
        return TRY_NEXT.format(
            data=settings.DATA_DIR, study=demo.FINISHED_STUDY, scans=cohort / "scans.tsv"
        )

    def _predict(self, cohort: Path, *, simulated: bool) -> None:
        if simulated:
            self._say("simulated predictions: the model has seen neither this seed nor spacing")
            return
        self._say("predictions of the model in models/demo")
        if others := take_predictions(cohort / "scans.tsv"):
            self._say(f"made from images that differ in a bit from {', '.join(others)}")

    def _say(self, step: str) -> None:
        self.stdout.write(f"demo: {step}")
        self.stdout.flush()


def make_lesion_table(cohort: Path, jobs: int) -> None:
    """Write the cohort's lesions.tsv."""
    table = build_lesion_table(read_scans(cohort / "scans.tsv"), jobs)
    made_by = {"command": "manage.py build_demo"}
    write_table(table, cohort / "lesions.tsv", LESIONS, made_by, synthetic=True)


def make_study(
    name: str,
    cohort: Path,
    n: int,
    seed: int,
    raters: tuple[str, ...],
    *,
    simulated: bool,
    patients: tuple[str, ...] | None = None,
) -> Study:
    """Give the study of this name, made from a sample of the cohort where it is missing."""
    found = Study.objects.filter(name=name).first()
    if found is not None:
        return found
    path = cohort / f"rois-{n}.tsv"
    lesions = read_table(cohort / "lesions.tsv", LESIONS)
    if patients is not None:
        lesions = lesions[lesions["participant_id"].isin(patients)]
    sample = sample_rois(lesions, n, seed)
    made_by = {"command": "manage.py build_demo", "n": n, "seed": seed}
    write_table(sample.rois, path, ROIS, made_by, synthetic=True)
    (researcher,) = demo.users((RESEARCHER.name,))
    people = People(demo.users(raters), researcher, simulated)
    return create_study(
        name,
        path,
        cohort / "scans.tsv",
        people,
        StudySettings(seed=seed),
        progress=scan_bar,
    )


def answer_as_simulated_raters(study: Study, seed: int) -> None:
    """Record an answer to each showing that has none, as the API would."""
    missing = Assignment.objects.filter(membership__study=study, revisions=None)
    shown = missing.select_related("membership__study", "membership__user", "roi__scan")
    for assignment in bar("simulated answers", list(shown)):
        rater = assignment.membership.user.username
        # A generator a showing, so that a run that was stopped goes on with the same answers.
        rng = np.random.default_rng([seed, *rater.encode(), assignment.position])
        roi = assignment.roi
        answer = simulate_answer(
            roi.lesion_type or None, roi.group, roi.volume_mm3, PROFILES[rater], rng
        )
        active_s = round(float(rng.lognormal(np.log(MEDIAN_S), SPREAD_LOG_S)), 1)
        key = uuid.uuid5(KEYS, str(assignment.pk))
        drawn = simulated_correction(assignment, rng) if answer["needs_correction"] else None
        given = {**answer, "active_s": active_s, "revises": 0, "correction": drawn}
        answers.record(assignment, given, key)


def simulated_correction(assignment: Assignment, rng: np.random.Generator) -> dict[str, Any]:
    """Give a redrawn outline of an ROI as the page would send it."""
    roi = assignment.roi
    i, j, k = roi.crop_shape
    shown = np.zeros(i * j * k, np.bool_)
    shown[lesion_places(roi.mask_id)] = True
    drawn = simulate_outline(shown.reshape((i, j, k), order="F"), rng)
    return {
        "shape": roi.crop_shape,
        "offset_ijk": roi.crop_offset_ijk,
        "mask_key": mask_key(assignment),
        "runs": runs_of(np.flatnonzero(drawn.ravel(order="F")).astype(np.int64)),
        "tools": ["simulated"],
        "confirmed": ["touches"],
    }
