"""What scripts send and receive of studies in the making, field by field."""

from typing import Any

from rest_framework import serializers

from lesions.columns import DRAWN_IN
from reviewapp.api.study_life import AmendableSerializer
from reviewapp.builds.wording import words
from reviewapp.models import NAME_LENGTH, Build, SharedCohort
from reviewapp.models.build import BUILD_STATES
from reviewapp.storable import MAX_REVISION


def _whole(*, min_value: int, allow_null: bool = False, help_text: str = "") -> Any:
    """Give a whole number that may be left out."""
    return serializers.IntegerField(
        required=False,
        min_value=min_value,
        max_value=MAX_REVISION,
        allow_null=allow_null,
        help_text=help_text or None,
    )


class CohortSerializer(serializers.ModelSerializer[SharedCohort]):
    """A cohort on the server that the account may make studies of."""

    class Meta:
        model = SharedCohort
        fields = ("name",)


class CohortPageSerializer(serializers.Serializer[Any]):
    """A page of cohorts."""

    items = CohortSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="address of the next page")


class DrawSerializer(serializers.Serializer[Any]):
    """How the sample is drawn, as `python -m lesions sample` does; each has its default."""

    n = _whole(min_value=1, help_text="FNLs and TPLs, each")
    seed = _whole(min_value=0)
    acquisition = serializers.CharField(required=False, allow_null=True, max_length=NAME_LENGTH)
    tpl_drawn_in = serializers.ChoiceField([*DRAWN_IN], required=False)
    max_per_patient = _whole(allow_null=True, min_value=1)


class SettingsSerializer(AmendableSerializer):
    """A study's settings; what is left out has its default."""

    seed = _whole(min_value=0)
    repeat_share = serializers.FloatField(required=False, min_value=0, max_value=0.5)
    repeat_distance = _whole(min_value=0)
    block_size = _whole(min_value=0)


class PracticeBlockSerializer(serializers.Serializer[Any]):
    """A practice block: other ROIs of the cohort, and what they are."""

    rois = serializers.CharField(trim_whitespace=False, help_text="text of its rois.tsv")
    key = serializers.CharField(trim_whitespace=False, help_text="text of practice-key.tsv")
    n = _whole(allow_null=True, min_value=1, help_text="ROIs to draw of them")


class OrderSerializer(serializers.Serializer[Any]):
    """What a study shall be made of: a cohort, and a sample that is drawn or given."""

    name = serializers.CharField(max_length=NAME_LENGTH, help_text="of the study; raters see it")
    cohort = serializers.CharField(max_length=NAME_LENGTH, help_text="its name")
    draw = DrawSerializer(required=False, help_text="where no `rois` are given")
    rois = serializers.CharField(
        required=False, trim_whitespace=False, help_text="text of rois.tsv, as it is"
    )
    rois_dictionary = serializers.DictField(
        required=False, help_text="rois.json: how they were drawn, for the exports"
    )
    settings = SettingsSerializer(required=False)
    questionnaire = serializers.DictField(required=False, help_text="the paper's without one")
    practice = PracticeBlockSerializer(required=False)


class BuildSerializer(serializers.ModelSerializer[Build]):
    """A study in the making."""

    name = serializers.CharField(source="study_name")
    cohort = serializers.CharField(source="cohort.name", allow_null=True, default=None)
    state = serializers.ChoiceField(
        BUILD_STATES, help_text="ordered, drawing, waiting and storing go on by themselves"
    )
    is_running = serializers.BooleanField(help_text="something is still to come of it")
    is_lost = serializers.BooleanField(help_text="its process ended without a word")
    text = serializers.SerializerMethodField(help_text="how far it is, or how it ended")
    n_scans = serializers.IntegerField(min_value=0, help_text="to store; 0 until it is known")
    n_done = serializers.IntegerField(min_value=0)
    error = serializers.CharField(allow_blank=True, help_text="why it failed")
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="of the sample's balance"
    )
    study = serializers.UUIDField(source="study_id", allow_null=True, help_text="the draft")

    class Meta:
        model = Build
        fields = (
            "id",
            "name",
            "cohort",
            "state",
            "is_running",
            "is_lost",
            "text",
            "n_scans",
            "n_done",
            "error",
            "warnings",
            "asked_at",
            "study",
        )

    def get_text(self, build: Build) -> str:
        """Say it as the page does."""
        return words(build)
