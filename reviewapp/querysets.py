"""Who may see which rows, and which rows count: the rules that every view shares."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Exists, OuterRef

if TYPE_CHECKING:  # models.py imports this module; the names stand in quotes below
    from reviewapp.models import (  # noqa: F401
        AnswerRevision,
        Assignment,
        Build,
        SharedCohort,
        Study,
    )

Account = User | AnonymousUser
#: States in which raters see a study: nobody sees an ROI before the opening.
SHOWN_STATES = ("open", "closed", "unblinded")


class StudyQuerySet(models.QuerySet["Study"]):
    """Which studies an account may see, and as what."""

    def reviewed_by(self, user: Account) -> "StudyQuerySet":
        """Keep the studies that the account rates, from their opening to its withdrawal."""
        return self._with_role(user, "rater").filter(state__in=SHOWN_STATES)

    def led_by(self, user: Account) -> "StudyQuerySet":
        """Keep the studies that the account leads as a researcher."""
        return self._with_role(user, "researcher")

    def guiding(self, user: Account) -> "StudyQuerySet":
        """Keep those whose guidelines the account may read: rated or led ones."""
        rated, led = self.reviewed_by(user).values("pk"), self.led_by(user).values("pk")
        return self.filter(models.Q(pk__in=rated) | models.Q(pk__in=led))

    def _with_role(self, user: Account, role: str) -> "StudyQuerySet":
        if not user.is_authenticated or not user.is_active:
            return self.none()
        # An account has one membership a study at most, so no study comes twice.
        return self.filter(
            memberships__user=user, memberships__role=role, memberships__withdrawn_at=None
        )


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Which assignments an account may see."""

    def of_rater(self, user: Account) -> "AssignmentQuerySet":
        """Keep the account's own of studies that it may see; only an open one takes answers."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(
            membership__user=user,
            membership__role="rater",
            membership__withdrawn_at=None,
            membership__study__state__in=SHOWN_STATES,
        )

    def answered(self) -> "AssignmentQuerySet":
        """Keep those that have an answer."""
        return self.filter(answered_at__isnull=False)

    def open(self) -> "AssignmentQuerySet":
        """Keep those that have none yet."""
        return self.filter(answered_at__isnull=True)


class AnswerRevisionQuerySet(models.QuerySet["AnswerRevision"]):
    """Which revisions count."""

    def current(self) -> "AnswerRevisionQuerySet":
        """Keep the newest revision of each answer."""
        later = self.model._default_manager.filter(
            assignment=OuterRef("assignment"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))


class SharedCohortQuerySet(models.QuerySet["SharedCohort"]):
    """Which cohorts an account may make studies of."""

    def open_to(self, user: Account) -> "SharedCohortQuerySet":
        """Keep the cohorts that are shared with the account."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(users=user)


class BuildQuerySet(models.QuerySet["Build"]):
    """Which studies in the making an account may see."""

    def ordered_by(self, user: Account) -> "BuildQuerySet":
        """Keep those that the account ordered."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(by=user)
