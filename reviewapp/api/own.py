"""A rater's own studies, answers and receipt, the guidelines, and the key of practice ROIs.

What the raters' pages show, and by a session alone: raters have no tokens.
"""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers as s
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import accesses
from reviewapp.api.conditional import tagged
from reviewapp.api.description import ACCOUNT, described
from reviewapp.api.query import Parameter, read_query
from reviewapp.exports import iso, redrawn_volume_mm3
from reviewapp.guidelines import guidelines_html, panel
from reviewapp.models import AnswerRevision, Membership, PracticeAnswer, Study
from reviewapp.own_answers import answers_page, current_answers, write_own_answers
from reviewapp.practice import next_practice, next_practices
from reviewapp.progress import RaterProgress, rater_progress
from reviewapp.storable import MAX_REVISION

Shape = s.Serializer[Any]
TSV = "text/tab-separated-values"
FROM = Parameter(
    "from", "the place at which the page begins", least=1, most=MAX_REVISION, default=1
)


class OwnStudySerializer(Shape):
    """A study that the account rates, and how far it is."""

    id = s.UUIDField()
    name = s.CharField()
    synthetic = s.BooleanField(help_text="made from phantoms, not from patients")
    is_open = s.BooleanField(help_text="it takes answers")
    n = s.IntegerField(min_value=0, help_text="ROIs to answer, hidden repeats included")
    n_answered = s.IntegerField(min_value=0)
    total_s = s.FloatField(help_text="work so far")
    left_s = s.FloatField(allow_null=True, help_text="work to come at this pace")
    practice = s.UUIDField(allow_null=True, help_text="the next practice ROI, which comes first")


class OwnStudiesSerializer(Shape):
    """All of them."""

    items = OwnStudySerializer(many=True)


class OwnAnswerRowSerializer(Shape):
    """A current answer, by its place in the rater's order."""

    id = s.UUIDField(help_text="of the assignment")
    position = s.IntegerField(min_value=1)
    classes = s.ListField(child=s.CharField())
    confidence = s.IntegerField(min_value=1)
    needs_correction = s.BooleanField()
    redrawn_volume_mm3 = s.FloatField(allow_null=True)
    answered_at = s.DateTimeField()
    revision = s.IntegerField(min_value=1)


class OwnAnswersSerializer(Shape):
    """A page of own answers, and where those before and after it begin."""

    items = OwnAnswerRowSerializer(many=True)
    earlier = s.IntegerField(allow_null=True)
    later = s.IntegerField(allow_null=True)


class OwnReceiptSerializer(Shape):
    """What the server has of a rater."""

    n = s.IntegerField(min_value=0)
    n_answered = s.IntegerField(min_value=0)
    n_redrawn = s.IntegerField(min_value=0)
    total_s = s.FloatField()
    last_at = s.DateTimeField(allow_null=True)
    sha256 = s.CharField(help_text="of own-answers.tsv")


class GuidelinesSerializer(Shape):
    """The guidelines, as a page and as the panel beside the form has them."""

    html = s.CharField()
    panel = s.DictField()


class PracticeKeySerializer(Shape):
    """What the key says of a practice ROI that was answered."""

    classes = s.ListField(child=s.CharField(), help_text="most certain first")
    feedback = s.CharField(help_text="may be empty")
    answer = s.DictField(help_text="the own one")
    agrees = s.BooleanField(help_text="both rank the same class first")
    next = s.UUIDField(allow_null=True, help_text="the next practice ROI")


@described(
    {200: OwnStudiesSerializer},
    problems=(401,),
    headers=[ACCOUNT],
    tag="review",
    name="list_own_studies",
    is_tagged=True,
)
@api_view(["GET"])
def studies(request: Request) -> Response:
    """List the studies that the account rates, and how far it is in each."""
    user = cast(User, request.user)
    own = Membership.objects.filter(user=user, study__in=Study.objects.reviewed_by(user))
    members = list(own.select_related("study", "user").order_by("study__name"))
    rows = zip(members, rater_progress(members), strict=True)
    practices = next_practices([member for member in members if member.study.is_open])
    items = [_own_study(far, practices.get(member.pk)) for member, far in rows]
    return tagged(request, {"items": items})


@described(
    {200: OwnAnswersSerializer},
    problems=(400, 401, 404),
    headers=[ACCOUNT],
    query=(FROM,),
    tag="review",
    name="list_own_answers",
    is_tagged=True,
)
@api_view(["GET"])
def answers(request: Request, study_id: UUID) -> Response:
    """List the rater's current answers in the rater's order, a hundred from a place on."""
    start = read_query(request, [FROM])["from"]
    page = answers_page(_member(request, study_id), start)
    rows = [_row(one) for one in page.answers]
    return tagged(request, {"items": rows, "earlier": page.earlier, "later": page.later})


@described(
    {200: OpenApiTypes.STR},
    problems=(401, 404),
    headers=[ACCOUNT],
    media_type=TSV,
    tag="review",
    name="read_own_answers",
)
@api_view(["GET"])
def answers_file(request: Request, study_id: UUID) -> HttpResponse:
    """Give own-answers.tsv, whose checksum the receipt has."""
    member = _member(request, study_id)
    own = write_own_answers(current_answers(member.study, member.user_id))
    accesses.note(member.user, study_id, "download", "own-answers.tsv")
    return HttpResponse(own.tsv, content_type=f"{TSV}; charset=utf-8")


@described(
    {200: OwnReceiptSerializer},
    problems=(401, 404),
    headers=[ACCOUNT],
    tag="review",
    name="read_receipt",
    is_tagged=True,
)
@api_view(["GET"])
def receipt(request: Request, study_id: UUID) -> Response:
    """Say what the server has of the rater's answers, with a checksum of them."""
    member = _member(request, study_id)
    (far,) = rater_progress([member])
    own = write_own_answers(current_answers(member.study, member.user_id))
    told = {
        "n": far.n,
        "n_answered": own.n_answers,
        "n_redrawn": own.n_redrawn,
        "total_s": far.total_s,
        "last_at": None if own.last_at is None else iso(own.last_at),
        "sha256": own.sha256,
    }
    return tagged(request, told)


@described(
    {200: GuidelinesSerializer},
    problems=(401, 404),
    headers=[ACCOUNT],
    tag="review",
    name="read_guidelines",
    is_tagged=True,
)
@api_view(["GET"])
def guidelines(request: Request, study_id: UUID) -> Response:
    """Give the raters' guidelines."""
    found = Study.objects.guiding(cast(User, request.user))
    study = get_object_or_404(found, pk=study_id)
    told = {"html": str(guidelines_html()), "panel": panel(study.parsed_questionnaire())}
    return tagged(request, told)


@described(
    {200: PracticeKeySerializer},
    problems=(401, 404),
    headers=[ACCOUNT],
    tag="review",
    name="read_practice_key",
    is_tagged=True,
)
@api_view(["GET"])
def practice_key(request: Request, roi_id: UUID) -> Response:
    """Give what the key says of a practice ROI, once the rater has answered it."""
    rated = Study.objects.reviewed_by(cast(User, request.user))
    given = PracticeAnswer.objects.filter(membership__user=request.user.pk, roi__study__in=rated)
    found = get_object_or_404(given.select_related("roi", "membership"), roi=roi_id)
    following = next_practice(found.membership)
    told = {
        "classes": found.roi.key_classes,
        "feedback": found.roi.key_feedback,
        "answer": found.answer,
        "agrees": found.agrees,
        "next": None if following is None else str(following.pk),
    }
    return tagged(request, told)


def _member(request: Request, study_id: UUID) -> Membership:
    user = cast(User, request.user)
    rated = Membership.objects.filter(user=user, study__in=Study.objects.reviewed_by(user))
    return get_object_or_404(rated.select_related("study", "user"), study=study_id)


def _own_study(far: RaterProgress, practice: UUID | None) -> dict[str, Any]:
    study = far.study
    return {
        "id": str(study.pk),
        "name": study.name,
        "synthetic": study.synthetic,
        "is_open": study.is_open,
        "n": far.n,
        "n_answered": far.n_answered,
        "total_s": far.total_s,
        "left_s": far.left_s,
        "practice": None if practice is None else str(practice),
    }


def _row(answer: AnswerRevision) -> dict[str, Any]:
    return {
        "id": str(answer.assignment_id),
        "position": answer.assignment.position,
        "classes": answer.classes,
        "confidence": answer.confidence,
        "needs_correction": answer.needs_correction,
        "redrawn_volume_mm3": redrawn_volume_mm3(answer),
        "answered_at": iso(answer.created_at),
        "revision": answer.number,
    }
