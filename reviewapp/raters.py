"""The people of a study: its raters and their orders, added and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from lesions.columns import DRAWN_IN
from reviewapp import orders, steps
from reviewapp.freezing import file_sha256
from reviewapp.models import Membership, SharedCohort, Study
from reviewapp.orders import Drawn
from reviewapp.steps import StudyError


@dataclass(frozen=True)
class People:
    """The accounts of a study; `simulated` raters are computers."""

    raters: tuple[User, ...]
    researcher: User
    simulated: bool = False


def check_raters(raters: Sequence[User], leaders: Sequence[User]) -> None:
    """Refuse raters who come twice, lead the study, or have a mask's name.

    Raises
    ------
    StudyError
    """
    names = [user.username for user in raters]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError(f"expected each rater once, came {twice[0]} twice")
    taken = sorted({*names} & {*DRAWN_IN})
    if taken:
        raise StudyError(
            f'"{taken[0]}" names a mask in corrections.tsv: the rater needs another account name'
        )
    both = sorted({*names} & {leader.username for leader in leaders})
    if both:
        raise StudyError(f"{both[0]} can't rate and lead a study: groups would be known")


def add_rater(
    study: Study, by: User, rater: User, reason: str = "", *, drawn: Drawn | None = None
) -> Membership:
    """Add a rater, who gets an order of the study's seed and of the account's name.

    The order is drawn before the study is locked; `drawn` is for callers that hold a lock already.

    Raises
    ------
    StudyError
        `by` is no researcher of it, it is closed, or the account is in the study already.
    """
    if drawn is None or drawn.rater != rater.username:
        drawn = orders.draw_for(study, rater.username)
    with steps.acting(study, by, "add a rater") as row:
        known = row.memberships.filter(user=rater).first()
        if known is not None and known.withdrawn_at is not None:
            raise StudyError(f"{rater} was withdrawn from {row.name} and can't come back")
        if known is not None and known.role == "rater":
            raise StudyError(f"{rater} is a rater of {row.name} already")
        leaders = User.objects.filter(memberships__study=row, memberships__role="researcher")
        check_raters([rater], list(leaders))
        check_blind(rater, row)
        member = Membership.objects.create(study=row, user=rater, role="rater")
        if row.state != "draft":
            # A draft may have been frozen meanwhile.
            late = drawn or orders.draw_for(row, rater.username)
            if late is not None:
                orders.store(member, late)
            steps.log(row, "rater added", by, reason, rater=rater)
    return member


def check_blind(rater: User, study: Study) -> None:
    """Refuse an account that may make studies of the study's cohort: it sees whose lesion is which.

    A cohort is known again by its table's checksum; one whose file is gone can't be read either.

    Raises
    ------
    StudyError
    """
    sha256 = study.protocol["scans_sha256"]
    for cohort in SharedCohort.objects.open_to(rater):
        path = Path(cohort.scans_path)
        if path.is_file() and file_sha256(path) == sha256:
            raise StudyError(f"the study's cohort is shared with {rater}, who can't rate it")


def withdraw_rater(study: Study, by: User, rater: User, reason: str) -> None:
    """Take a rater's access away; the answers stay, and exports say that they are of one who left.

    Raises
    ------
    StudyError
        `by` is no researcher of it, there is no reason, the study is unblinded, or the account is
        no rater of it.
    """
    with steps.acting(study, by, "withdraw a rater") as row:
        why = steps.given_reason(row, reason, f"to lose {rater}")
        member = row.memberships.filter(user=rater, role="rater", withdrawn_at=None).first()
        if member is None:
            raise StudyError(f"{rater} is no rater of {row.name}")
        member.withdrawn_at = timezone.now()
        member.save(update_fields=["withdrawn_at"])
        steps.log(row, "rater withdrawn", by, why, rater=rater)
