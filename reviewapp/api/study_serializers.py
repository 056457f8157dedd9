"""What a researcher receives of a study, its raters and its ROIs, field by field."""

from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from rest_framework import serializers

from lesions.columns import DIAGNOSES, DRAWN_IN, GROUPS, OUTCOMES
from reviewapp.models import LOOKS, STATES, Membership, Roi, Scan, Study, StudyStep
from reviewapp.progress import RaterProgress

#: What tells the group of an ROI, or whose hand drew it, alone or with the researcher's files.
GROUP_FIELDS = (
    "lesion_id",
    "row",
    "group",
    "stratum",
    "sampling_weight",
    "outcome",
    "drawn_in",
    "diagnosis",
    "site",
    "label",
    "overlaps",
    "mean_probability",
    "uncertainty",
    "lesion_type",
)


class LookSerializer(serializers.ModelSerializer[StudyStep]):
    """Who opened the groups, when and why."""

    by = serializers.CharField(source="by.username")
    interim = serializers.BooleanField(help_text="a look that left the study blinded")
    # Said here: a model's bounds are those of the database that it happens to be in.
    n_answers = serializers.IntegerField(min_value=0, help_text="answers that there were then")

    class Meta:
        model = StudyStep
        fields = ("at", "by", "reason", "interim", "n_answers")


class StudySerializer(serializers.ModelSerializer[Study]):
    """A study as its researcher sees it: nothing of what raters answered."""

    state = serializers.ChoiceField(STATES)
    blinded = serializers.SerializerMethodField(help_text="the groups are not opened for good")
    questionnaire = serializers.DictField(help_text="as docs/formats.md has questionnaire.json")
    protocol = serializers.DictField(help_text="every setting, and the SHA-256 of every input")
    created_by = serializers.CharField(source="created_by.username")
    n_scans = serializers.IntegerField(min_value=0)
    n_rois = serializers.IntegerField(min_value=0)
    n_raters = serializers.IntegerField(min_value=0)
    unblindings = LookSerializer(source="looks", many=True, help_text="oldest first")

    class Meta:
        model = Study
        fields = (
            "id",
            "name",
            "state",
            "blinded",
            "synthetic",
            "radiological",
            "created_at",
            "created_by",
            "closed_at",
            "seed",
            "n_scans",
            "n_rois",
            "n_raters",
            "questionnaire",
            "protocol",
            "protocol_sha256",
            "unblindings",
        )

    def get_blinded(self, study: Study) -> bool:
        """Say the opposite of unblinded."""
        return not study.is_unblinded


def with_counts(studies: QuerySet[Study]) -> QuerySet[Study]:
    """Add what the serializer needs, in a fixed number of queries."""
    raters = Membership.objects.filter(role="rater")
    counts = {
        "n_scans": _count(Scan.objects.all()),
        "n_rois": _count(Roi.objects.all()),
        "n_raters": _count(raters),
    }
    looks = StudyStep.objects.filter(kind__in=LOOKS).select_related("by")
    return (
        studies.annotate(**counts)
        .select_related("created_by")
        .prefetch_related(Prefetch("steps", looks, to_attr="looks"))
    )


def study_dict(study: Study) -> dict[str, Any]:
    """Give one study as it is now."""
    found = with_counts(Study.objects.filter(pk=study.pk)).get()
    return dict(StudySerializer(found).data)


def _count(rows: QuerySet[Any]) -> Coalesce:
    of_study = rows.filter(study=OuterRef("pk")).order_by().values("study")
    return Coalesce(Subquery(of_study.annotate(n=Count("pk")).values("n")), 0)


class RaterSerializer(serializers.Serializer[RaterProgress]):
    """How far one rater is: counts and times alone."""

    rater = serializers.CharField(help_text="name of the account")
    simulated = serializers.BooleanField(help_text="a computer answers, not a person")
    withdrawn = serializers.BooleanField(help_text="has no access any more; the answers stay")
    n = serializers.IntegerField(min_value=0, help_text="ROIs to answer, hidden repeats included")
    least_distance_patient = serializers.IntegerField(
        min_value=1,
        allow_null=True,
        help_text="places between two ROIs of a patient in the rater's order; null for none",
    )
    least_distance_repeat = serializers.IntegerField(
        min_value=1, allow_null=True, help_text="places from an ROI to its repeat; null for none"
    )
    n_answered = serializers.IntegerField(min_value=0)
    n_left = serializers.IntegerField(min_value=0)
    is_complete = serializers.BooleanField()
    pace_s = serializers.FloatField(
        allow_null=True, help_text="median work on each of the 50 ROIs answered last"
    )
    total_s = serializers.FloatField(help_text="work so far")
    left_s = serializers.FloatField(allow_null=True, help_text="work to come at that pace")
    shown_s = serializers.FloatField(
        allow_null=True, help_text="how long ROIs were on the screen, pauses included"
    )
    last_at = serializers.DateTimeField(allow_null=True, help_text="the newest answer")


class ProgressSerializer(serializers.Serializer[Any]):
    """How far all raters of a study are."""

    n = serializers.IntegerField(min_value=0, help_text="answers that there will be")
    n_answered = serializers.IntegerField(min_value=0)
    n_raters = serializers.IntegerField(min_value=0)
    n_complete = serializers.IntegerField(min_value=0, help_text="raters who have finished")


class RoiSerializer(serializers.ModelSerializer[Roi]):
    """An ROI; what tells its group comes once the study is unblinded."""

    participant_id = serializers.CharField(source="scan.participant_id")
    session_id = serializers.SerializerMethodField()
    acquisition = serializers.CharField(source="scan.acquisition")
    diagnosis = serializers.ChoiceField([*DIAGNOSES], source="scan.diagnosis", required=False)
    site = serializers.CharField(source="scan.site", required=False, help_text="may be empty")
    lesion_id = serializers.CharField(required=False, help_text="`roi_id` of answers.tsv")
    row = serializers.IntegerField(required=False, help_text="row of rois.tsv, from 0")
    group = serializers.ChoiceField([*GROUPS], required=False)
    stratum = serializers.CharField(required=False)
    sampling_weight = serializers.FloatField(required=False)
    outcome = serializers.ChoiceField([*OUTCOMES], required=False)
    drawn_in = serializers.ChoiceField([*DRAWN_IN], required=False)
    # A field, not the label of the serializer.
    label = serializers.IntegerField(required=False)  # type: ignore[assignment]
    n_voxels = serializers.IntegerField(min_value=0)
    overlaps = serializers.ListField(child=serializers.IntegerField(), required=False)
    mean_probability = serializers.FloatField(required=False, allow_null=True)
    uncertainty = serializers.FloatField(required=False, allow_null=True)
    lesion_type = serializers.CharField(required=False, help_text="may be empty")

    class Meta:
        model = Roi
        fields = (
            "id",
            "participant_id",
            "session_id",
            "acquisition",
            "n_voxels",
            "volume_mm3",
            "centroid_r_mm",
            "centroid_a_mm",
            "centroid_s_mm",
            *GROUP_FIELDS,
        )

    def get_session_id(self, roi: Roi) -> str | None:
        """Give it, None where the scan has none."""
        return roi.scan.session_id or None


class BlindedRoiSerializer(RoiSerializer):
    """An ROI of a blinded study."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Leave out what tells groups."""
        fields = super().get_fields()
        return {name: field for name, field in fields.items() if name not in GROUP_FIELDS}
