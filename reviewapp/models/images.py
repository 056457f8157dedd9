"""What raters look at: volumes, scans, and the ROIs on them."""

import uuid

from django.db import models
from django.db.models import Q

from lesions.columns import DIAGNOSES, DRAWN_IN, GROUPS, OUTCOMES
from reviewapp.models.constraints import NAME_LENGTH, SHA256_LENGTH, choices, one_of
from reviewapp.models.study import Study

VOLUME_KINDS = ["scan", "crop", "mask"]


class Volume(models.Model):
    """A canonical NIfTI file in the private store, named by the SHA-256 of its content."""

    sha256 = models.CharField(primary_key=True, max_length=SHA256_LENGTH)
    kind = models.CharField(max_length=10, choices=choices(VOLUME_KINDS))
    n_bytes = models.PositiveBigIntegerField(help_text="of the uncompressed .nii")

    class Meta:
        constraints = (one_of("kind", VOLUME_KINDS, "volume_kind_is_known"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class Scan(models.Model):
    """A scan as the study froze it. The random id is all that a rater sees of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="scans")
    participant_id = models.CharField(max_length=NAME_LENGTH)
    session_id = models.CharField(max_length=NAME_LENGTH, blank=True)
    acquisition = models.CharField(max_length=NAME_LENGTH)
    diagnosis = models.CharField(max_length=10, choices=choices(list(DIAGNOSES)))
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
            one_of("diagnosis", list(DIAGNOSES), "scan_diagnosis_is_known"),
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
    outcome = models.CharField(max_length=10, choices=choices(list(OUTCOMES)))
    drawn_in = models.CharField(max_length=10, choices=choices(list(DRAWN_IN)))
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
    group = models.CharField(max_length=10, choices=choices(list(GROUPS)))
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
            one_of("group", list(GROUPS), "roi_group_is_known"),
            one_of("outcome", list(OUTCOMES), "roi_outcome_is_known"),
            one_of("drawn_in", list(DRAWN_IN), "roi_drawn_in_is_known"),
            models.CheckConstraint(
                condition=Q(label__gte=1, n_voxels__gte=1, volume_mm3__gt=0), name="roi_has_voxels"
            ),
        )
        # Pages of ROIs come in the order of their ids, which tells no group.
        indexes = (models.Index(fields=["study", "id"], name="rois_by_id"),)

    def __str__(self) -> str:
        return self.lesion_id
