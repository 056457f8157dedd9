"""The life of a study: created from a sample, frozen, open, closed, unblinded."""

from dataclasses import replace
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from lesions.questionnaire import Questionnaire
from reviewapp import orders, steps
from reviewapp.models import Study, StudyStep
from reviewapp.orders import Ahead
from reviewapp.practice import PracticePaths
from reviewapp.protocol import DEFAULT_SETTINGS, StudySettings, add_version, fill_in, settings_of
from reviewapp.raters import People, check_blind
from reviewapp.steps import StudyError
from reviewapp.study_drafts import Progress, create_draft, delete_draft

__all__ = [
    "People",
    "StudyError",
    "StudySettings",
    "close",
    "create_study",
    "freeze",
    "open_study",
    "reopen",
    "unblind",
]


def create_study(
    name: str,
    rois_path: Path | str,
    scans_path: Path | str,
    people: People,
    settings: StudySettings = DEFAULT_SETTINGS,
    *,
    questionnaire: Questionnaire | None = None,
    practice: PracticePaths | None = None,
    progress: Progress = iter,
) -> Study:
    """Make a study from a sample, freeze it and open it: three steps of its log.

    Parameters and errors are those of `study_drafts.create_draft`.

    Raises
    ------
    StudyError
        There is no rater.
    """
    if not people.raters:
        raise StudyError("expected at least one rater, came none")
    study = create_draft(
        name,
        rois_path,
        scans_path,
        people,
        settings,
        questionnaire=questionnaire,
        practice=practice,
        progress=progress,
    )
    try:
        freeze(study, people.researcher)
    except BaseException:
        delete_draft(study, people.researcher)
        raise
    open_study(study, people.researcher)
    return study


def freeze(study: Study, by: User, reason: str = "", *, ahead: Ahead | None = None) -> None:
    """Fix the protocol under its hash, and draw and store each rater's order.

    The orders are stored ahead, in transactions of their own: on SQLite a writer holds up all
    others. A freezing that was broken off leaves a draft, and the next one goes on with it.

    Parameters
    ----------
    study : Study
    by : User
    reason : str
    ahead : Ahead, optional
        What `orders.store_ahead` gave, for callers that lock the study.

    Raises
    ------
    StudyError
        It is no draft, `by` is no researcher of it, it was changed meanwhile, or a rater may make
        studies of its cohort.
    """
    if ahead is None:
        ahead = orders.store_ahead(study, by)
    with steps.acting(study, by, "freeze") as row:
        orders.begin_tallies(row, ahead)
        settings = settings_of(row)
        if settings.n_raters is None:
            settings = replace(settings, n_raters=len(ahead.orders) or None)
        fill_in(row, settings, row.protocol)
        for member in row.memberships.filter(role="rater").select_related("user"):
            check_blind(member.user, row)
        row.state = "frozen"
        row.save()
        add_version(row, by, reason)
        steps.log(row, "created", row.created_by, at=row.created_at)
        steps.log(row, "frozen", by, reason, orders=ahead.sha256s())


def open_study(study: Study, by: User, reason: str = "") -> None:
    """Let the raters in.

    Raises
    ------
    StudyError
        It isn't frozen or is open already, or `by` is no researcher of it.
    """
    with steps.acting(study, by, "open") as row:
        row.state = "open"
        row.save(update_fields=["state"])
        steps.log(row, "opened", by, reason)


def close(study: Study, by: User, reason: str) -> None:
    """Take no more answers; raters can still read their own.

    Raises
    ------
    StudyError
        It isn't open, `by` is no researcher of it, or there is no reason.
    """
    with steps.acting(study, by, "close") as row:
        _close(row, by, steps.given_reason(row, reason, "closed"))


def reopen(study: Study, by: User, reason: str) -> None:
    """Take answers again, as long as nobody has unblinded the study.

    Raises
    ------
    StudyError
        It isn't closed, `by` is no researcher of it, or there is no reason.
    """
    with steps.acting(study, by, "reopen") as row:
        why = steps.given_reason(row, reason, "opened again")
        row.state, row.closed_at = "open", None
        row.save(update_fields=["state", "closed_at"])
        steps.log(row, "reopened", by, why)


def unblind(study: Study, by: User, reason: str, *, interim: bool = False) -> StudyStep:
    """Log that the groups are opened, and close an open study for good; an interim look does not.

    Raises
    ------
    StudyError
        It is neither open nor closed, `by` is no researcher of it, or there is no reason.
    """
    with steps.acting(study, by, "look" if interim else "unblind") as row:
        why = steps.given_reason(row, reason, "looked at" if interim else "unblinded")
        if interim:
            return steps.log(row, "interim look", by, why)
        if row.is_open:
            _close(row, by, why)
        row.state = "unblinded"
        row.save(update_fields=["state"])
        return steps.log(row, "unblinded", by, why)


def _close(row: Study, by: User, reason: str) -> None:
    row.state, row.closed_at = "closed", timezone.now()
    row.save(update_fields=["state", "closed_at"])
    steps.log(row, "closed", by, reason)
