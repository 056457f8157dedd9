"""What raters are asked and what they answered."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lesions.columns import GUESSES
from reviewapp.models.constraints import CLIENT_VERSION_LENGTH, SHA256_LENGTH, choices
from reviewapp.models.images import Roi, Volume
from reviewapp.models.study import Membership, Study
from reviewapp.querysets import AnswerRevisionQuerySet, AssignmentQuerySet


class Assignment(models.Model):
    """One showing of one ROI to one rater, at its place in the rater's stored order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="assignments")
    roi = models.ForeignKey(Roi, models.PROTECT, related_name="assignments")
    position = models.PositiveIntegerField(help_text="place in the rater's order, from 1")
    repeat = models.PositiveSmallIntegerField(default=0, help_text="0 for the first showing")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="when first sent to the page")
    shown_at = models.DateTimeField(null=True, blank=True, help_text="when first on the screen")
    answered_at = models.DateTimeField(null=True, blank=True, help_text="when first answered")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("membership", "position")
        constraints = (
            models.UniqueConstraint(fields=["membership", "position"], name="place_taken_once"),
            models.UniqueConstraint(
                fields=["membership", "roi", "repeat"], name="showing_once_a_rater"
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="positions_begin_at_one"),
        )
        # What is open, and what is answered, is found without a look at the rest.
        indexes = (
            models.Index(
                fields=["membership", "position"],
                condition=Q(answered_at__isnull=True),
                name="open_showings",
            ),
            models.Index(
                fields=["membership", "position"],
                condition=Q(answered_at__isnull=False),
                name="answered_showings",
            ),
        )

    def __str__(self) -> str:
        return f"{self.membership} {self.position}"

    def current_answer(self) -> "AnswerRevision | None":
        """Give the newest revision of the answer, None before the first."""
        return self.revisions.select_related("correction").order_by("-number").first()


class AnswerRevision(models.Model):
    """One answer as it was given. The database refuses to change or delete it."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(help_text="1 for the first answer")
    classes = models.JSONField(help_text="ranked, most certain first")
    confidence = models.PositiveSmallIntegerField()
    reasons = models.JSONField()
    needs_correction = models.BooleanField()
    guessed_source = models.CharField(  # noqa: DJ001 null says that it wasn't asked
        max_length=10,
        null=True,
        blank=True,
        choices=choices(list(GUESSES)),
        help_text="who drew it, as the rater thinks; null where it isn't asked",
    )
    comment = models.TextField(blank=True)
    active_s = models.FloatField(help_text="seconds of work, as `durations.bounded` holds")
    total_s = models.FloatField(null=True, help_text="seconds from showing to saving, as told")
    idempotency_key = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    image_sha256 = models.CharField(max_length=SHA256_LENGTH)
    mask_sha256 = models.CharField(max_length=SHA256_LENGTH)
    protocol_sha256 = models.CharField(max_length=SHA256_LENGTH)
    client_version = models.CharField(max_length=CLIENT_VERSION_LENGTH, blank=True)
    # The rest is the chain's, which `chain.seal` fills. The constraint's index is the study's too.
    study = models.ForeignKey(Study, models.PROTECT, related_name="revisions", db_index=False)
    place = models.PositiveBigIntegerField(help_text="in the study's chain, from 1")
    rater_name = models.CharField(max_length=150, help_text="of the account at the time")
    roi_sha256 = models.CharField(max_length=SHA256_LENGTH, help_text="`roi_rows.roi_sha256`")
    chained_later = models.BooleanField(default=False, help_text="older than the chain")
    previous_sha256 = models.CharField(max_length=SHA256_LENGTH)
    sha256 = models.CharField(max_length=SHA256_LENGTH, help_text="`chain.sha256_of`")

    objects = AnswerRevisionQuerySet.as_manager()

    class Meta:
        ordering = ("assignment", "number")
        constraints = (
            models.UniqueConstraint(fields=["assignment", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["assignment", "idempotency_key"], name="revision_key_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, confidence__gte=1, active_s__gte=0),
                name="revision_numbers_in_range",
            ),
            models.CheckConstraint(
                condition=Q(total_s__isnull=True) | Q(active_s__lte=F("total_s")),
                name="revision_work_within_total",
            ),
            models.UniqueConstraint(fields=["study", "place"], name="revision_place_once"),
            models.CheckConstraint(
                condition=Q(place__gte=1) & ~Q(sha256="") & ~Q(previous_sha256=""),
                name="revision_is_chained",
            ),
            models.CheckConstraint(
                condition=Q(guessed_source__isnull=True) | Q(guessed_source__in=list(GUESSES)),
                name="revision_guess_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assignment} revision {self.number}"

    def as_answer(self) -> dict[str, Any]:
        """Give the answer in the questionnaire's form, the guess where it was asked."""
        names = ("classes", "confidence", "reasons", "needs_correction", "comment")
        guess = {} if self.guessed_source is None else {"guessed_source": self.guessed_source}
        return {name: getattr(self, name) for name in names} | guess


class Correction(models.Model):
    """The delineation that came with an answer. The database refuses to change or delete it."""

    revision = models.OneToOneField(AnswerRevision, models.PROTECT, related_name="correction")
    mask = models.ForeignKey(Volume, models.PROTECT, related_name="+")
    n_voxels = models.PositiveIntegerField()
    volume_mm3 = models.FloatField()
    tools = models.JSONField(help_text="what it was drawn with, in the order of first use")
    confirmed = models.JSONField(help_text="what the rater had to confirm: empty, touches")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(n_voxels=0, volume_mm3=0) | Q(n_voxels__gte=1, volume_mm3__gt=0),
                name="correction_volume_fits",
            ),
        )

    def __str__(self) -> str:
        return f"delineation of {self.revision}"
