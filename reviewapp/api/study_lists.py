"""What a study holds: raters and how far they are, ROIs, and answers once it is unblinded."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from lesions.columns import GROUPS
from reviewapp.api.answer_serializers import AnswerRowSerializer
from reviewapp.api.conditional import tagged
from reviewapp.api.pagination import PAGED, page_of
from reviewapp.api.query import Parameter
from reviewapp.api.researcher import led_study, noted, reads, unblinded_study
from reviewapp.api.study_serializers import (
    BlindedRoiSerializer,
    ProgressSerializer,
    RaterSerializer,
    RoiSerializer,
)
from reviewapp.exports import answer_row, with_rows
from reviewapp.models import AnswerRevision, Membership, Roi, Study
from reviewapp.progress import rater_progress

RATER = Parameter("rater", "those of this account")
PARTICIPANT = Parameter("participant_id", "those of this patient")
ROI = Parameter("roi", "those of the ROI of this `roi_id`")
GROUP = Parameter("group", "those of this group; of an unblinded study", choices=tuple(GROUPS))
REVISION = Parameter(
    "revision", "the newest of each answer, or all", choices=("newest", "all"), default="newest"
)


class RaterPageSerializer(serializers.Serializer[Any]):
    """A page of raters."""

    items = RaterSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="address of the next page")


class MarkedSerializer(serializers.Serializer[Any]):
    """What every export says of its study."""

    protocol_sha256 = serializers.CharField(help_text="of the protocol in force")
    n_interim_looks = serializers.IntegerField(
        min_value=0, help_text="looks at results by group that left the study blinded"
    )


class RoiPageSerializer(MarkedSerializer):
    """A page of ROIs."""

    items = RoiSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="address of the next page")


class AnswerPageSerializer(MarkedSerializer):
    """A page of answers."""

    items = AnswerRowSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="address of the next page")


@reads(ProgressSerializer, name="read_progress")
def progress(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Count what is answered and what there is to answer."""
    study = led_study(request, study_id)
    raters = rater_progress(study.memberships.select_related("study", "user"))
    counts = {
        "n": sum(rater.n for rater in raters),
        "n_answered": sum(rater.n_answered for rater in raters),
        "n_raters": len(raters),
        "n_complete": sum(rater.is_complete for rater in raters),
    }
    return tagged(request, ProgressSerializer(counts).data)


@reads(RaterPageSerializer, name="list_raters", query=(RATER, *PAGED))
def raters(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """List the raters, each with counts and times; nothing of what they answered."""
    study = led_study(request, study_id)
    found = Membership.objects.filter(study=study, role="rater").select_related("study", "user")
    if query["rater"] is not None:
        found = found.filter(user__username=query["rater"])
    return tagged(request, page_of(request, query, found, _rater_dicts))


@reads(RoiPageSerializer, name="list_rois", query=(PARTICIPANT, GROUP, *PAGED), problems=(403, 404))
def rois(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response | HttpResponse:
    """List the ROIs; groups, and all that tells them, come once the study is unblinded."""
    find = led_study if query["group"] is None else unblinded_study
    study = find(request, study_id)
    shape = RoiSerializer if study.is_unblinded else BlindedRoiSerializer
    found = Roi.objects.filter(study=study).select_related("scan")
    if query["participant_id"] is not None:
        found = found.filter(scan__participant_id=query["participant_id"])
    if query["group"] is not None:
        found = found.filter(group=query["group"])

    def items(page: list[Roi]) -> list[Any]:
        return list(shape(page, many=True).data)

    response = tagged(request, {**page_of(request, query, found, items), **_marks(study)})
    return noted(request, study, "export", "rois", response) if study.is_unblinded else response


@reads(
    AnswerPageSerializer,
    name="list_answers",
    query=(RATER, ROI, PARTICIPANT, GROUP, REVISION, *PAGED),
    problems=(403, 404),
)
def answers(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response | HttpResponse:
    """List the answers of an unblinded study in the order in which they came."""
    study = unblinded_study(request, study_id)
    kept = AnswerRevision.objects.all()
    if query["revision"] == "newest":
        kept = kept.current()
    columns = {
        "assignment__membership__user__username": query["rater"],
        "assignment__roi__lesion_id": query["roi"],
        "assignment__roi__scan__participant_id": query["participant_id"],
        "assignment__roi__group": query["group"],
    }
    wanted = {name: value for name, value in columns.items() if value is not None}
    found = with_rows(kept.filter(study=study, **wanted))
    page = page_of(request, query, found, _answer_dicts, key="place")
    response = tagged(request, {**page, **_marks(study)})
    return noted(request, study, "export", "answers", response)


def _marks(study: Study) -> dict[str, Any]:
    n_looks = study.steps.filter(kind="interim look").count()
    return {"protocol_sha256": study.protocol_sha256, "n_interim_looks": n_looks}


def _rater_dicts(page: list[Membership]) -> list[Any]:
    found: Any = rater_progress(page)
    return list(RaterSerializer(found, many=True).data)


def _answer_dicts(page: list[AnswerRevision]) -> list[Any]:
    rows: Any = [answer_row(one) for one in page]
    return list(AnswerRowSerializer(rows, many=True).data)
