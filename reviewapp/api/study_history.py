"""What a study went through and how its sample is balanced: as its page shows them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from lesions.columns import GROUPS
from reviewapp.api.conditional import tagged
from reviewapp.api.pagination import PAGED, page_of
from reviewapp.api.researcher import led_study, reads
from reviewapp.models import ProtocolVersion, StudyStep
from reviewapp.models.life import KINDS
from reviewapp.sample_balance import sample_balance


class StepSerializer(serializers.ModelSerializer[StudyStep]):
    """One step of a study's life."""

    # Named as in steps.tsv.
    step = serializers.ChoiceField([*KINDS], source="kind")
    by = serializers.CharField(source="by.username")
    rater = serializers.CharField(source="rater.username", default=None, allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    n_answers = serializers.IntegerField(min_value=0, help_text="answers that there were then")

    class Meta:
        model = StudyStep
        fields = ("step", "by", "at", "reason", "rater", "n_answers", "protocol_sha256")


class StepPageSerializer(serializers.Serializer[Any]):
    """A page of steps."""

    items = StepSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="address of the next page")


class VersionSerializer(serializers.ModelSerializer[ProtocolVersion]):
    """One version of a study's protocol."""

    number = serializers.IntegerField(min_value=1, help_text="1 as it was frozen")
    by = serializers.CharField(source="by.username")
    reason = serializers.CharField(allow_blank=True)
    protocol = serializers.DictField()

    class Meta:
        model = ProtocolVersion
        fields = ("number", "sha256", "at", "by", "reason", "protocol")


class VersionPageSerializer(serializers.Serializer[Any]):
    """A page of versions."""

    items = VersionSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="address of the next page")


class GroupSerializer(serializers.Serializer[Any]):
    """One group of the sample, compared with FPL_MS."""

    group = serializers.ChoiceField([*GROUPS])
    n = serializers.IntegerField(min_value=1)
    n_patients = serializers.IntegerField(min_value=1)
    max_per_patient = serializers.IntegerField(min_value=1)
    median_mm3 = serializers.FloatField()
    q1_mm3 = serializers.FloatField()
    q3_mm3 = serializers.FloatField()
    smd = serializers.FloatField(allow_null=True, help_text="of log volume")
    ks = serializers.FloatField(allow_null=True, help_text="Kolmogorov-Smirnov distance")


class BalanceSerializer(serializers.Serializer[Any]):
    """How alike the groups are in size; nothing of what was answered."""

    items = GroupSerializer(many=True)


@reads(StepPageSerializer, name="list_steps", query=PAGED)
def steps(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """List the steps of a study's life: who, when, why."""
    found = StudyStep.objects.filter(study=led_study(request, study_id))

    def items(page: list[StudyStep]) -> list[Any]:
        return list(StepSerializer(page, many=True).data)

    return tagged(request, page_of(request, query, found.select_related("by", "rater"), items))


@reads(VersionPageSerializer, name="list_versions", query=PAGED)
def versions(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """List the versions of a study's protocol: as it was frozen, and each amendment."""
    found = ProtocolVersion.objects.filter(study=led_study(request, study_id)).select_related("by")

    def items(page: list[ProtocolVersion]) -> list[Any]:
        return list(VersionSerializer(page, many=True).data)

    return tagged(request, page_of(request, query, found, items))


@reads(BalanceSerializer, name="read_balance")
def balance(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Say how alike the groups of the sample are in size."""
    rows = sample_balance(led_study(request, study_id))
    return tagged(request, {"items": [GroupSerializer(asdict(row)).data for row in rows]})
