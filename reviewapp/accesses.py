"""Log who was sent which image, results or export, before it is sent.

What can't be logged isn't sent: the database's error goes up, and the answer is a 5xx. An image
that the browser has kept (it may, for good) comes up again without asking us, so the log has each
image that was fetched, ahead of time too, and not each look at it.

Results and exports are sealed at once (`seals`); images together, with the next seal.
"""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.utils import timezone

from reviewapp import seals
from reviewapp.models import NAME_LENGTH, AccessLog, Study

NOT_MODIFIED = 304


def note(
    by: User | AnonymousUser,
    study_id: UUID,
    kind: str,
    what: str,
    *,
    assignment_id: UUID | None = None,
    not_modified: bool = False,
    sealed: bool = False,
) -> None:
    """Log that an account is sent something.

    Parameters
    ----------
    by : User
        A signed-in account.
    study_id : UUID
    kind : str
        One of `ACCESS_KINDS`.
    what : str
        SHA-256 of a volume, or the name of a file.
    assignment_id : UUID, optional
        The showing that an image belongs to.
    not_modified : bool
        The browser asked for what it has, and is told so.
    sealed : bool
        Seal the log with it: for what is seldom sent, and tells groups or all answers.
    """
    insert = _insert_and_seal if sealed else _insert
    insert(
        study_id=study_id,
        at=timezone.now(),
        by_id=by.pk,
        who=by.get_username(),
        kind=kind,
        what=what[:NAME_LENGTH],
        assignment_id=assignment_id,
        not_modified=not_modified,
    )


def note_image(
    by: User | AnonymousUser,
    response: HttpResponseBase,
    study_id: UUID,
    kind: str,
    sha256: str,
    assignment_id: UUID | None = None,
) -> None:
    """Log an image with the response that is about to be sent."""
    unchanged = response.status_code == NOT_MODIFIED
    note(by, study_id, kind, sha256, assignment_id=assignment_id, not_modified=unchanged)


def note_command(study: Study, what: str) -> None:
    """Log that a command exports something, under the name of the machine's account."""
    _insert_and_seal(
        study_id=study.pk,
        at=timezone.now(),
        who=f"shell:{_shell_account()}",
        kind="export",
        what=what[:NAME_LENGTH],
    )


def note_backup(what: str) -> None:
    """Log that a backup takes all studies away, in the log of each."""
    for study in Study.objects.all():
        note_command(study, what)


def _insert(**row: Any) -> None:
    with _without_waiting_for_the_disk(row["study_id"]):
        AccessLog.objects.create(**row)


def _insert_and_seal(**row: Any) -> None:
    with transaction.atomic():
        study = Study.objects.select_for_update(no_key=True).get(pk=row["study_id"])
        AccessLog.objects.create(**row)
        if study.state != "draft":
            seals.seal(study, "access", {})


@contextmanager
def _without_waiting_for_the_disk(study_id: UUID) -> Iterator[None]:
    """Commit to the system and not to the disk, which would take most of the time of a crop.

    A server that is killed loses nothing by it. Power that fails takes rows since the last answer
    that was stored, at most: that one waits for the disk, and all that was committed before it is
    there too. The lock, in the same breath, keeps the row from a seal that is written meanwhile.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            commit = "set_config('synchronous_commit', 'off', true)"
            cursor.execute(f"SELECT {commit}, {seals.share_lock(study_id)}")
            yield
    elif connection.in_atomic_block:  # SQLite can't change it there
        yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = NORMAL")
            try:
                yield
            finally:
                cursor.execute("PRAGMA synchronous = FULL")


def _shell_account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name for the number of the account, in a container say
        return "unknown"
