"""Practice ROIs: shown like any other, answered once, and kept apart."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import addresses
from reviewapp.answer_errors import (
    AnswerError,
    InvalidAnswerError,
    PractisedError,
    WithdrawnRaterError,
)
from reviewapp.api import rater_serializers as shapes
from reviewapp.api.description import ACCOUNT, IDEMPOTENCY_KEY, described, described_volume
from reviewapp.api.files import check_key, logged_volume
from reviewapp.api.problem_types import BROKEN_RULE
from reviewapp.api.problems import problem, typed_problem
from reviewapp.api.requests import AnswerParser, idempotency_key
from reviewapp.api.views import REFUSALS
from reviewapp.exports import iso
from reviewapp.models import Membership, PracticeRoi, Study
from reviewapp.practice import record_practice
from reviewapp.querysets import Account


@described(
    {200: shapes.AssignmentSerializer},
    problems=(401, 404),
    headers=[ACCOUNT],
    tag="review",
    name="read_practice",
)
@api_view(["GET"])
def roi(request: Request, roi_id: UUID) -> Response:
    """Give what the page needs to show one practice ROI; never its key."""
    return Response(practice_dict(*_own_roi(request.user, roi_id)))


@described_volume("read_practice_volume", tag="review")
@api_view(["GET", "HEAD"])
def volume(request: Request, roi_id: UUID, kind: str, key: str) -> HttpResponseBase:
    """Serve the crop, mask or scan of a practice ROI."""
    found, member = _own_roi(request.user, roi_id)
    check_key(key, addresses.practice_key(found, member, kind))
    return logged_volume(request, found.study_id, kind, addresses.contents_of(found)[kind], key)


@described(
    {201: shapes.ReceiptSerializer, 200: shapes.ReceiptSerializer},
    problems=(400, 401, 403, 404, 409, 415, 422),
    request=shapes.AnswerRequestSerializer,
    headers=[IDEMPOTENCY_KEY, ACCOUNT],
    tag="review",
    name="give_practice_answer",
)
@api_view(["POST"])
@parser_classes([AnswerParser])
def give_answer(request: Request, roi_id: UUID) -> Response:
    """Store the answer to a practice ROI; the feedback page shows the key then."""
    found, member = _own_roi(request.user, roi_id)
    key = idempotency_key(request)
    try:
        stored, created = record_practice(member, found, dict(request.data), key)
    except AnswerError as error:
        return _refusal(error)
    body = {"revision": 1, "answered_at": iso(stored.created_at), "answered": 1, "n": 1}
    return Response(body, status=201 if created else 200)


def _refusal(error: AnswerError) -> Response:
    if isinstance(error, WithdrawnRaterError):
        raise Http404 from None
    if isinstance(error, InvalidAnswerError):
        return typed_problem(BROKEN_RULE, "The answer breaks a rule.", errors=error.errors)
    if isinstance(error, PractisedError):
        return problem(409, "This practice ROI has its answer already.")
    return typed_problem(*REFUSALS[type(error)])


def practice_start(member: Membership, roi: PracticeRoi) -> dict[str, Any]:
    """Give what the review page begins with: a queue of one."""
    study = member.study
    item = {"id": str(roi.pk), "position": 1, "answered": False, "classes": []}
    queue = {
        "study": {
            "id": str(study.pk),
            "name": study.name,
            "synthetic": study.synthetic,
            "radiological": study.radiological,
            "state": "open" if study.is_open else "closed",
            "n": 1,
            "answered": 0,
        },
        "at": 1,
        "until": None,
        "items": [item],
    }
    return {"queue": queue, "assignment": practice_dict(roi, member)}


def practice_dict(roi: PracticeRoi, member: Membership) -> dict[str, Any]:
    """Give a practice ROI in the form of a rater's assignment, field by field."""
    keys = {kind: addresses.practice_key(roi, member, kind) for kind in addresses.KINDS}

    def address(kind: str) -> str:
        return reverse("api:practice_volume", args=[roi.pk, kind, keys[kind]])

    return {
        "id": str(roi.pk),
        "position": 1,
        "n": 1,
        "previous": None,
        "next": None,
        "crop": {
            "url": address("crop"),
            "offset_ijk": roi.crop_offset_ijk,
            "shape": roi.crop_shape,
        },
        "mask": {"url": address("mask"), "key": keys["mask"]},
        "scan": {"url": address("scan"), "shape": roi.scan_shape},
        "focus_mm": roi.focus_ras_mm,
        "answer": None,
        "draft": None,
    }


def _own_roi(user: Account, roi_id: UUID) -> tuple[PracticeRoi, Membership]:
    """Give a practice ROI of a study that the account rates, and its membership."""
    rated = PracticeRoi.objects.filter(study__in=Study.objects.reviewed_by(user))
    found = get_object_or_404(rated, pk=roi_id)
    members = Membership.objects.select_related("study")
    return found, members.get(study=found.study_id, user=user.pk)
