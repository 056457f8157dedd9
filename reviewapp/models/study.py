"""A study, its people, and who opened its groups."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from lesions.questionnaire import Questionnaire, parse_questionnaire
from reviewapp.models.constraints import NAME_LENGTH, SHA256_LENGTH, choices, one_of
from reviewapp.querysets import StudyQuerySet

STATES = ["open", "closed"]
ROLES = ["rater", "researcher"]


class Study(models.Model):
    """A frozen sample of ROIs, put before raters with one protocol."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    synthetic = models.BooleanField(help_text="made from phantoms, not from patients")
    radiological = models.BooleanField(default=True, help_text="the patient's left on the right")
    state = models.CharField(max_length=10, choices=choices(STATES), default="open")
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
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
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
        return self.unblindings.filter(interim=False).exists()

    def parsed_questionnaire(self) -> Questionnaire:
        """Give the study's own questionnaire."""
        return parse_questionnaire(self.questionnaire, source=f"study {self.name}")


class Membership(models.Model):
    """One account's part in one study."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=choices(ROLES))
    simulated = models.BooleanField(default=False, help_text="a computer answers, not a person")

    class Meta:
        ordering = ("study", "pk")
        constraints = (
            models.UniqueConstraint(fields=["study", "user"], name="membership_once_a_study"),
            one_of("role", ROLES, "membership_role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} ({self.role} of {self.study})"


class Unblinding(models.Model):
    """Who looked at results by group, when and why. The database refuses to change it."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="unblindings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="unblindings")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField()
    interim = models.BooleanField(default=False, help_text="a look that left the study open")
    n_answers = models.PositiveIntegerField(help_text="answers that there were at the time")

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="unblinding_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.study} by {self.by} at {self.at}"
