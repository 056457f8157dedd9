"""Invite raters by link: a random token, good once and for some days, kept as its hash alone."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from reviewapp import orders, steps
from reviewapp.models import Invitation, Membership, Study
from reviewapp.orders import Drawn
from reviewapp.raters import add_rater
from reviewapp.steps import StudyError

#: Bytes of chance in a token: 256 bits, 43 characters.
TOKEN_BYTES = 32
DEFAULT_DAYS, MAX_DAYS = 14, 90
MAX_NOTE = 200


class InvitationError(ValueError):
    """The link leads nowhere: unknown, used, taken back or expired, and nobody is told which."""


def invite(
    study: Study, by: User, *, days: int = DEFAULT_DAYS, note: str = ""
) -> tuple[Invitation, str]:
    """Make an invitation; the token is given once and can't be read again.

    Parameters
    ----------
    study : Study
        A draft, frozen or open.
    by : User
        A researcher of it.
    days : int in [1, 90]
        How long the link is good.
    note : str
        For whom; researchers alone see it.

    Raises
    ------
    StudyError
        The study is closed, `by` is no researcher of it, or days or note are out of range.
    """
    if not 1 <= days <= MAX_DAYS:
        raise StudyError(f"an invitation lasts 1 to {MAX_DAYS} days, not {days}")
    if len(note) > MAX_NOTE or not note.isprintable():
        raise StudyError(f"a note must have at most {MAX_NOTE} printable characters")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with steps.acting(study, by, "invite") as row:
        invitation = Invitation.objects.create(
            study=row,
            token_sha256=_hash(token),
            note=note.strip(),
            made_by=by,
            expires_at=timezone.now() + timedelta(days=days),
        )
    return invitation, token


def find(token: str) -> Invitation:
    """Give the invitation of a token that can be used now.

    Raises
    ------
    InvitationError
        There is none, its study takes no more raters, or its maker no longer leads the study.
    """
    found = (
        Invitation.objects.select_related("study", "made_by")
        .filter(token_sha256=_hash(token))
        .first()
    )
    if found is None or not found.is_valid or not steps.possible(found.study, "invite"):
        raise InvitationError("expected an invitation that is good, came another")
    return found


def join(token: str, rater: User, *, drawn: Drawn | None = None) -> Membership:
    """Make an account a rater of the study that it is invited to; the link is used up then.

    `drawn` is the account's order, for callers that are in a transaction already.

    Raises
    ------
    InvitationError
        As in `find`.
    StudyError
        The account leads the study, is its rater already or was withdrawn; the link stays good.
    """
    if drawn is None:
        drawn = orders.draw_for(find(token).study, rater.username)
    with transaction.atomic():
        study = find(token).study
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        # Once more under the lock: two people may have opened one link.
        invitation = find(token)
        member = add_rater(study, invitation.made_by, rater, "joined by invitation", drawn=drawn)
        invitation.used_at, invitation.used_by = timezone.now(), rater
        invitation.save(update_fields=["used_at", "used_by"])
    return member


def revoke(study: Study, by: User, invitation: Invitation) -> None:
    """Take an unused invitation back.

    Raises
    ------
    StudyError
        `by` is no researcher of the study, or the invitation is used or taken back already.
    """
    with steps.acting(study, by, "invite"):
        changed = Invitation.objects.filter(
            pk=invitation.pk, study=study, used_at=None, revoked_at=None
        ).update(revoked_at=timezone.now())
        if not changed:
            raise StudyError("that invitation is used or taken back already")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
