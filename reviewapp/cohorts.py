"""Cohorts on this server: which accounts may make studies of them."""

from collections.abc import Iterable
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from lesions.scans import read_scans
from reviewapp.freezing import file_sha256
from reviewapp.lookup import UnknownNameError
from reviewapp.models import NAME_LENGTH, Membership, SharedCohort
from reviewapp.steps import StudyError


def share(name: str, scans_path: Path | str, users: Iterable[User]) -> SharedCohort:
    """Let accounts make studies of a cohort, whose table and files are checked to be there.

    A name that is known gets the table's new place and further accounts.

    Raises
    ------
    StudyError
        The name can't be shown, there is no account, or one rates a blinded study of the cohort.
    ScansError
        It is no cohort.
    """
    if not name.strip() or not name.isprintable() or len(name) > NAME_LENGTH:
        raise StudyError(f"a cohort's name must have 1 to {NAME_LENGTH} printable characters")
    known = [*users]
    if not known:
        raise StudyError(f"expected at least one account to share {name} with, came none")
    path = Path(scans_path).resolve()
    read_scans(path)
    _check_blind(known, file_sha256(path))
    with transaction.atomic():
        cohort, _ = SharedCohort.objects.update_or_create(
            name=name, defaults={"scans_path": str(path)}
        )
        cohort.users.add(*known)
    return cohort


def unshare(name: str, users: Iterable[User] | None = None) -> SharedCohort:
    """Take a cohort from accounts, or from all; studies that were made of it stay.

    Raises
    ------
    UnknownNameError
        There is no such cohort.
    """
    cohort = SharedCohort.objects.filter(name=name).first()
    if cohort is None:
        names = ", ".join(SharedCohort.objects.values_list("name", flat=True)) or "none yet"
        raise UnknownNameError(f'there is no cohort "{name}"; there are: {names}')
    if users is None:
        cohort.delete()
    else:
        cohort.users.remove(*users)
    return cohort


def _check_blind(users: Iterable[User], scans_sha256: str) -> None:
    """Refuse raters of a study of the cohort that isn't unblinded: they would see its groups."""
    rating = Membership.objects.filter(
        role="rater", withdrawn_at=None, user__in=users, study__protocol__scans_sha256=scans_sha256
    ).exclude(study__state="unblinded")
    known = rating.select_related("study", "user").first()
    if known is not None:
        raise StudyError(f"{known.user} rates {known.study.name}, which is of this cohort")
