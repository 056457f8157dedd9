"""The researchers of a study: more than one may lead it, and one at least always does."""

from django.contrib.auth.models import User
from django.utils import timezone

from reviewapp import steps
from reviewapp.models import Membership, Study
from reviewapp.steps import StudyError


def add_researcher(study: Study, by: User, researcher: User, reason: str = "") -> Membership:
    """Let another account lead a study too.

    Raises
    ------
    StudyError
        `by` is no researcher of it, or the account has or had a part in it: who has rated a study,
        or was withdrawn from it, can't lead it.
    """
    with steps.acting(study, by, "add a researcher") as row:
        known = row.memberships.filter(user=researcher).first()
        if known is not None:
            left = ", and was withdrawn" if known.withdrawn_at is not None else ""
            raise StudyError(f"{researcher} is a {known.role} of {row.name} already{left}")
        member = Membership.objects.create(study=row, user=researcher, role="researcher")
        if row.state != "draft":
            steps.log(row, "researcher added", by, reason, rater=researcher)
    return member


def withdraw_researcher(study: Study, by: User, researcher: User, reason: str) -> None:
    """Take the lead of a study from an account; what it did stays in the log.

    Raises
    ------
    StudyError
        `by` is no researcher of it, there is no reason, the account doesn't lead it, or nobody
        else does.
    """
    with steps.acting(study, by, "withdraw a researcher") as row:
        why = steps.given_reason(row, reason, f"to lose {researcher}")
        leading = row.memberships.filter(role="researcher", withdrawn_at=None)
        member = leading.filter(user=researcher).first()
        if member is None:
            raise StudyError(f"{researcher} is no researcher of {row.name}")
        if leading.count() == 1:
            raise StudyError(f"nobody else leads {row.name}: add another researcher first")
        member.withdrawn_at = timezone.now()
        member.save(update_fields=["withdrawn_at"])
        steps.log(row, "researcher withdrawn", by, why, rater=researcher)
