"""A study and its people."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from lesions.questionnaire import Questionnaire, parse_questionnaire
from reviewapp.models.constraints import NAME_LENGTH, SHA256_LENGTH, choices, one_of
from reviewapp.querysets import StudyQuerySet

if TYPE_CHECKING:  # life.py imports this module
    from reviewapp.models.life import StudyStep

#: In the order of a study's life; `steps.TRANSITIONS` says which follows which.
STATES = ["draft", "frozen", "open", "closed", "unblinded"]
#: Before a study is closed.
EARLY_STATES = STATES[:3]
ROLES = ["rater", "researcher"]
#: Steps that showed someone results by group.
LOOKS = ["interim look", "unblinded"]


class Study(models.Model):
    """A sample of ROIs, put before raters with one protocol; the database keeps a frozen one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    synthetic = models.BooleanField(help_text="made from phantoms, not from patients")
    radiological = models.BooleanField(default=True, help_text="the patient's left on the right")
    state = models.CharField(max_length=10, choices=choices(STATES), default="draft")
    closed_at = models.DateTimeField(null=True, blank=True)
    questionnaire = models.JSONField()
    protocol = models.JSONField(help_text="every setting, and the SHA-256 of every input")
    protocol_sha256 = models.CharField(max_length=SHA256_LENGTH)
    rois_provenance = models.JSONField(default=dict, help_text="as the dictionary of rois.tsv has")
    seed = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="created_studies"
    )

    objects = StudyQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "studies"
        constraints = (
            one_of("state", STATES, "study_state_is_known"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, state__in=EARLY_STATES)
                | Q(closed_at__isnull=False, state__in=STATES[3:]),
                name="study_closed_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Say whether raters may answer."""
        return self.state == "open"

    @property
    def is_unblinded(self) -> bool:
        """Say whether a researcher has opened the groups for good."""
        return self.state == "unblinded"

    @property
    def unblindings(self) -> "models.QuerySet[StudyStep]":
        """Give the looks at results by group, interim ones too, in their order."""
        return self.steps.filter(kind__in=LOOKS)

    def parsed_questionnaire(self) -> Questionnaire:
        """Give the study's own questionnaire."""
        return parse_questionnaire(self.questionnaire, source=f"study {self.name}")


class Membership(models.Model):
    """One account's part in one study."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=choices(ROLES))
    simulated = models.BooleanField(default=False, help_text="a computer answers, not a person")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="from then on no access")

    class Meta:
        ordering = ("study", "pk")
        constraints = (
            models.UniqueConstraint(fields=["study", "user"], name="membership_once_a_study"),
            one_of("role", ROLES, "membership_role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} ({self.role} of {self.study})"
