"""The practice block before the first ROI, apart from sample and answers: no export reads it."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from reviewapp.models.constraints import NAME_LENGTH
from reviewapp.models.images import Volume
from reviewapp.models.study import Membership, Study


class PracticeRoi(models.Model):
    """An ROI to practise on, and its key, which raters see after their answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="practice_rois")
    position = models.PositiveIntegerField(help_text="place in the block, from 1, for all raters")
    lesion_id = models.CharField(max_length=4 * NAME_LENGTH)
    crop = models.ForeignKey(Volume, models.PROTECT, related_name="+")
    mask = models.ForeignKey(Volume, models.PROTECT, related_name="+")
    scan = models.ForeignKey(Volume, models.PROTECT, related_name="+")
    crop_offset_ijk = models.JSONField(help_text="the crop's first voxel on the scan's grid")
    crop_shape = models.JSONField(help_text="voxels along i, j, k")
    scan_shape = models.JSONField(help_text="voxels along i, j, k")
    focus_ras_mm = models.JSONField(help_text="centre of the ROI's voxel nearest to its centroid")
    key_classes = models.JSONField(help_text="the key's classes, most certain first")
    key_feedback = models.TextField(blank=True, help_text="why, in the words of the key")

    class Meta:
        ordering = ("study", "position")
        constraints = (
            models.UniqueConstraint(fields=["study", "position"], name="practice_place_once"),
            models.UniqueConstraint(fields=["study", "lesion_id"], name="practice_roi_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="practice_begins_at_one"),
        )

    def __str__(self) -> str:
        return f"practice {self.position} of {self.study}"


class PracticeAnswer(models.Model):
    """A rater's one answer to a practice ROI. The database refuses to change or delete it."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="practice_answers")
    roi = models.ForeignKey(PracticeRoi, models.PROTECT, related_name="answers")
    answer: "models.JSONField[Any, Any]" = models.JSONField(help_text="as the questionnaire has it")
    idempotency_key = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("membership", "roi")
        constraints = (
            models.UniqueConstraint(fields=["membership", "roi"], name="practised_once"),
        )

    def __str__(self) -> str:
        return f"{self.roi} by {self.membership}"

    @property
    def agrees(self) -> bool:
        """Say whether answer and key rank the same class first."""
        return bool(self.answer["classes"][:1] == self.roi.key_classes[:1])
