"""Cohorts that accounts may make studies of, and the studies that are being made of them."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviewapp.models.constraints import NAME_LENGTH, choices, one_of
from reviewapp.models.study import Study
from reviewapp.querysets import BuildQuerySet, SharedCohortQuerySet

BUILD_STATES = ["ordered", "drawing", "waiting", "storing", "done", "failed", "stopped"]
#: States that a build leaves by itself; it waits while another one stores volumes.
PASSING_STATES = BUILD_STATES[:4]
#: A build that has said nothing for so long has no process any more: it says something every 5 s.
SILENT_AFTER = timedelta(seconds=90)


class SharedCohort(models.Model):
    """A cohort on this server, and the accounts that may make studies of it."""

    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    scans_path = models.TextField(help_text="its scans.tsv, absolute")
    users = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="shared_cohorts")

    objects = SharedCohortQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="cohort_has_a_name"),)

    def __str__(self) -> str:
        return self.name


class Build(models.Model):
    """A draft of a study in the making, by a process of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="builds")
    cohort = models.ForeignKey(SharedCohort, models.SET_NULL, null=True, related_name="builds")
    study_name = models.CharField(max_length=NAME_LENGTH)
    plan = models.JSONField(help_text="what to make, as builds.plan writes it")
    state = models.CharField(max_length=10, choices=choices(BUILD_STATES), default="ordered")
    stop_asked = models.BooleanField(default=False)
    n_scans = models.PositiveIntegerField(default=0, help_text="to store; 0 until it is known")
    n_done = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    warnings = models.JSONField(default=list, help_text="of the sample's balance, a sentence each")
    asked_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now, help_text="when its process last spoke")
    study = models.ForeignKey(Study, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = BuildQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "pk")
        constraints = (
            one_of("state", BUILD_STATES, "build_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(error="") | ~Q(state="failed") & Q(error=""),
                name="build_failed_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.study_name}: {self.state}"

    @property
    def is_lost(self) -> bool:
        """Say whether its process ended without a word, as by a power cut."""
        return self.state in PASSING_STATES and self.beat_at < timezone.now() - SILENT_AFTER

    @property
    def is_running(self) -> bool:
        """Say whether something is still to come of it."""
        return self.state in PASSING_STATES and not self.is_lost
