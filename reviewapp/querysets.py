"""Who may see which rows, and which rows count: the rules that every view shares."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Exists, OuterRef

if TYPE_CHECKING:  # models.py imports this module; the names stand in quotes below
    from reviewapp.models import AnswerRevision, Assignment, Study  # noqa: F401

Account = User | AnonymousUser


class StudyQuerySet(models.QuerySet["Study"]):
    """Which studies an account may see, and as what."""

    def reviewed_by(self, user: Account) -> "StudyQuerySet":
        """Keep the studies that the account rates."""
        return self._with_role(user, "rater")

    def led_by(self, user: Account) -> "StudyQuerySet":
        """Keep the studies that the account leads as a researcher."""
        return self._with_role(user, "researcher")

    def _with_role(self, user: Account, role: str) -> "StudyQuerySet":
        if not user.is_authenticated or not user.is_active:
            return self.none()
        # An account has one membership a study at most, so no study comes twice.
        return self.filter(memberships__user=user, memberships__role=role)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Which assignments an account may see."""

    def of_rater(self, user: Account) -> "AssignmentQuerySet":
        """Keep the account's own; in a closed study they can be read but not answered."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(membership__user=user, membership__role="rater")

    def answered(self) -> "AssignmentQuerySet":
        """Keep those that have an answer."""
        return self.filter(revisions__number=1)


class AnswerRevisionQuerySet(models.QuerySet["AnswerRevision"]):
    """Which revisions count."""

    def current(self) -> "AnswerRevisionQuerySet":
        """Keep the newest revision of each answer."""
        later = self.model._default_manager.filter(
            assignment=OuterRef("assignment"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))
