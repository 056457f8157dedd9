"""What a study holds: people, scans, ROIs, the order of showing, answers, and who looked when."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from lesions.columns import DIAGNOSES, DRAWN_IN, GROUPS, OUTCOMES
from lesions.questionnaire import Questionnaire, parse_questionnaire
from reviewapp.querysets import AnswerRevisionQuerySet, AssignmentQuerySet, StudyQuerySet

#: Longest name of anything that a table brings: file systems end names at 255 bytes.
NAME_LENGTH = 255
SHA256_LENGTH = 64
STATES = ["open", "closed"]
ROLES = ["rater", "researcher"]
VOLUME_KINDS = ["scan", "crop", "mask"]


def _one_of(field: str, values: list[str], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


def _choices(values: list[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Study(models.Model):
    """A frozen sample of ROIs, put before raters with one protocol."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    synthetic = models.BooleanField(help_text="made from phantoms, not from patients")
    radiological = models.BooleanField(default=True, help_text="the patient's left on the right")
    state = models.CharField(max_length=10, choices=_choices(STATES), default="open")
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
            _one_of("state", STATES, "study_state_is_known"),
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
    role = models.CharField(max_length=10, choices=_choices(ROLES))
    simulated = models.BooleanField(default=False, help_text="a computer answers, not a person")

    class Meta:
        ordering = ("study", "pk")
        constraints = (
            models.UniqueConstraint(fields=["study", "user"], name="membership_once_a_study"),
            _one_of("role", ROLES, "membership_role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} ({self.role} of {self.study})"


class Volume(models.Model):
    """A canonical NIfTI file in the private store, named by the SHA-256 of its content."""

    sha256 = models.CharField(primary_key=True, max_length=SHA256_LENGTH)
    kind = models.CharField(max_length=10, choices=_choices(VOLUME_KINDS))
    n_bytes = models.PositiveBigIntegerField(help_text="of the uncompressed .nii")

    class Meta:
        constraints = (_one_of("kind", VOLUME_KINDS, "volume_kind_is_known"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class Scan(models.Model):
    """A scan as the study froze it. The random id is all that a rater sees of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="scans")
    participant_id = models.CharField(max_length=NAME_LENGTH)
    session_id = models.CharField(max_length=NAME_LENGTH, blank=True)
    acquisition = models.CharField(max_length=NAME_LENGTH)
    diagnosis = models.CharField(max_length=10, choices=_choices(list(DIAGNOSES)))
    site = models.CharField(max_length=NAME_LENGTH, blank=True)
    name = models.CharField(max_length=3 * NAME_LENGTH, help_text="start of its BIDS file names")
    volume = models.ForeignKey(Volume, models.PROTECT, related_name="+")
    shape = models.JSONField(help_text="voxels along i, j, k")
    affine = models.JSONField(help_text="4 x 4, voxel to RAS mm")
    source_sha256 = models.JSONField(help_text="of the files that it was made from")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["study", "participant_id", "session_id", "acquisition"],
                name="scan_once_a_study",
            ),
            _one_of("diagnosis", list(DIAGNOSES), "scan_diagnosis_is_known"),
        )

    def __str__(self) -> str:
        return self.name


class Roi(models.Model):
    """A sampled lesion: its row of rois.tsv, and the two volumes that raters see."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="rois")
    scan = models.ForeignKey(Scan, models.PROTECT, related_name="rois")
    row = models.PositiveIntegerField(help_text="row of rois.tsv, from 0")
    lesion_id = models.CharField(max_length=4 * NAME_LENGTH)
    outcome = models.CharField(max_length=10, choices=_choices(list(OUTCOMES)))
    drawn_in = models.CharField(max_length=10, choices=_choices(list(DRAWN_IN)))
    label = models.PositiveIntegerField()
    n_voxels = models.PositiveIntegerField()
    volume_mm3 = models.FloatField()
    centroid_r_mm = models.FloatField()
    centroid_a_mm = models.FloatField()
    centroid_s_mm = models.FloatField()
    overlaps = models.JSONField(default=list, blank=True)
    mean_probability = models.FloatField(null=True, blank=True)
    uncertainty = models.FloatField(null=True, blank=True)
    lesion_type = models.CharField(max_length=NAME_LENGTH, blank=True)
    group = models.CharField(max_length=10, choices=_choices(list(GROUPS)))
    stratum = models.CharField(max_length=NAME_LENGTH)
    sampling_weight = models.FloatField()
    crop = models.ForeignKey(Volume, models.PROTECT, related_name="+")
    mask = models.ForeignKey(Volume, models.PROTECT, related_name="+")
    crop_offset_ijk = models.JSONField(help_text="the crop's first voxel on the scan's grid")
    crop_shape = models.JSONField(help_text="voxels along i, j, k")
    focus_ras_mm = models.JSONField(help_text="centre of the ROI's voxel nearest to its centroid")

    class Meta:
        ordering = ("study", "row")
        constraints = (
            models.UniqueConstraint(fields=["study", "row"], name="roi_row_once_a_study"),
            models.UniqueConstraint(fields=["study", "lesion_id"], name="roi_once_a_study"),
            models.UniqueConstraint(fields=["scan", "drawn_in", "label"], name="roi_once_a_scan"),
            _one_of("group", list(GROUPS), "roi_group_is_known"),
            _one_of("outcome", list(OUTCOMES), "roi_outcome_is_known"),
            _one_of("drawn_in", list(DRAWN_IN), "roi_drawn_in_is_known"),
            models.CheckConstraint(
                condition=Q(label__gte=1, n_voxels__gte=1, volume_mm3__gt=0), name="roi_has_voxels"
            ),
        )

    def __str__(self) -> str:
        return self.lesion_id


class Assignment(models.Model):
    """One showing of one ROI to one rater, at its place in the rater's stored order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="assignments")
    roi = models.ForeignKey(Roi, models.PROTECT, related_name="assignments")
    position = models.PositiveIntegerField(help_text="place in the rater's order, from 1")
    repeat = models.PositiveSmallIntegerField(default=0, help_text="0 for the first showing")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="when first sent to the page")

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

    def __str__(self) -> str:
        return f"{self.membership} {self.position}"

    def current_answer(self) -> "AnswerRevision | None":
        """Give the newest revision of the answer, None before the first."""
        return self.revisions.order_by("-number").first()


class AnswerRevision(models.Model):
    """One answer as it was given. The database refuses to change or delete it."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(help_text="1 for the first answer")
    classes = models.JSONField(help_text="ranked, most certain first")
    confidence = models.PositiveSmallIntegerField()
    reasons = models.JSONField()
    needs_correction = models.BooleanField()
    comment = models.TextField(blank=True)
    active_s = models.FloatField(help_text="seconds of work, as `answers.bounded_active_s` holds")
    idempotency_key = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)
    image_sha256 = models.CharField(max_length=SHA256_LENGTH)
    mask_sha256 = models.CharField(max_length=SHA256_LENGTH)
    protocol_sha256 = models.CharField(max_length=SHA256_LENGTH)

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
        )

    def __str__(self) -> str:
        return f"{self.assignment} revision {self.number}"

    def as_answer(self) -> dict[str, Any]:
        """Give the answer in the questionnaire's form."""
        names = ("classes", "confidence", "reasons", "needs_correction", "comment")
        return {name: getattr(self, name) for name in names}


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
