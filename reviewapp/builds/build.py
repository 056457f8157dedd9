"""Order a study, and build what was ordered: a draft, or nothing and the reason why."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from lesions.scans import Scan
from reviewapp.builds.plan import (
    SAMPLE,
    StudyPlan,
    check_plan,
    plan_of,
    practice_paths,
    without_folder,
    written_tables,
)
from reviewapp.cohort_samples import draw_rois
from reviewapp.models import PASSING_STATES, Build, SharedCohort, Study
from reviewapp.raters import People
from reviewapp.refusals import REFUSALS, in_words
from reviewapp.steps import StudyError
from reviewapp.study_drafts import check_name, create_draft
from reviewapp.volumes import BusyStoreError

#: Seconds between two tries to be the one that adds volumes.
WAIT_S = 2.0
OUR_FAULT = "The server failed; its log says how. Nothing was left behind."


def order(by: User, cohort: SharedCohort, name: str, plan: StudyPlan) -> Build:
    """Take an order of a study of a cohort; somebody has to call `carry_out` with it.

    Raises
    ------
    StudyError, OrderError, QuestionnaireError, TableError
        The cohort isn't shared with the account, the name is taken, the plan is refused, or the
        account's last order is still worked on.
    """
    if not SharedCohort.objects.open_to(by).filter(pk=cohort.pk).exists():
        raise StudyError(f"{cohort.name} isn't shared with {by}")
    check_name(name)
    check_plan(plan)
    with transaction.atomic():
        # One at a time: two requests of one account wait for each other here.
        User.objects.select_for_update().get(pk=by.pk)
        running = [one for one in Build.objects.ordered_by(by) if one.is_running]
        if running:
            raise StudyError(
                f"{running[0].study_name} is still being made: wait for it, or stop it first"
            )
        return Build.objects.create(by=by, cohort=cohort, study_name=name, plan=plan.as_json())


def carry_out(build_id: UUID) -> Build:
    """Build the draft that was ordered, once; say in its row how far it is and how it ended.

    On any error, and on Ctrl-C, nothing of the study is left behind.

    Raises
    ------
    StudyError
        There is no such order, or somebody has begun it already.
    """
    if not Build.objects.filter(pk=build_id, state="ordered").update(
        state="drawing", beat_at=timezone.now()
    ):
        raise StudyError(f"there is no study {build_id} to build")
    build = Build.objects.select_related("by", "cohort").get(pk=build_id)
    try:
        study = _make(build)
    except KeyboardInterrupt:
        say(build, state="stopped")
        raise
    except REFUSALS as error:
        say(build, state="failed", error=in_words(error))
    except BaseException:
        say(build, state="failed", error=OUR_FAULT)
        raise
    else:
        # The draft has it all now.
        plan = {**build.plan, "tables": {}}
        say(build, state="done", study=study, plan=plan)
    build.refresh_from_db()
    return build


def ask_to_stop(build: Build) -> None:
    """Ask the process that builds to stop; it does so at its next sign of life."""
    Build.objects.filter(pk=build.pk, state__in=PASSING_STATES).update(stop_asked=True)


def say(build: Build, **changes: Any) -> None:
    """Write into an order's row how far it is."""
    Build.objects.filter(pk=build.pk).update(beat_at=timezone.now(), **changes)


def _make(build: Build) -> Study:
    if build.cohort is None:
        raise StudyError("the cohort is not shared any more")
    plan, scans_path = plan_of(build.plan), Path(build.cohort.scans_path)
    with written_tables(plan) as folder:
        try:
            if plan.is_drawn:
                command = f"the app, {build.cohort.name}"
                warnings = draw_rois(scans_path, plan.draw, folder / SAMPLE, command=command)
                say(build, warnings=list(warnings))
            return _create(build, plan, folder, scans_path)
        except REFUSALS as error:
            if isinstance(error, OSError):
                raise
            raise type(error)(without_folder(str(error), folder)) from None


def _create(build: Build, plan: StudyPlan, folder: Path, scans_path: Path) -> Study:
    def progress(scans: Sequence[Scan]) -> Iterator[Scan]:
        for n_done, scan in enumerate(scans):
            say(build, state="storing", n_scans=len(scans), n_done=n_done)
            yield scan
        say(build, n_done=len(scans))

    while True:
        try:
            return create_draft(
                build.study_name,
                folder / SAMPLE,
                scans_path,
                People((), build.by),
                plan.settings,
                questionnaire=plan.parsed_questionnaire(),
                practice=practice_paths(plan, folder, scans_path),
                progress=progress,
            )
        except BusyStoreError:
            say(build, state="waiting")
            time.sleep(WAIT_S)
