"""The rater's queue, one ROI, and the answer to it."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import answers
from reviewapp.answer_errors import (
    AnswerError,
    ClosedStudyError,
    InvalidAnswerError,
    PracticeFirstError,
    ReusedKeyError,
    StaleAnswerError,
    WithdrawnRaterError,
)
from reviewapp.api import rater_serializers as shapes
from reviewapp.api.conditional import tagged
from reviewapp.api.description import ACCOUNT, IDEMPOTENCY_KEY, described
from reviewapp.api.problem_serializers import NewerAnswerSerializer
from reviewapp.api.problem_types import (
    BROKEN_RULE,
    CLOSED_STUDY,
    NEWER_ANSWER,
    REUSED_KEY,
)
from reviewapp.api.problems import typed_problem
from reviewapp.api.query import Parameter, read_query
from reviewapp.api.requests import AnswerParser, idempotency_key
from reviewapp.api.serializers import answer_dict, assignment_dict, queue_dict
from reviewapp.api.showings import own_membership, own_showing
from reviewapp.models import Assignment, Study
from reviewapp.queues import read_queue
from reviewapp.start import SENT_WITH, note_sent
from reviewapp.storable import MAX_REVISION

REVIEW = "review"
AT = Parameter(
    "at",
    "the place around which ROIs are listed; that of the first open one where it is left out",
    least=1,
    most=MAX_REVISION,
)
FIRST_ANSWER = {
    "classes": ["Intracortical MS lesion", "Vessel"],
    "confidence": 4,
    "reasons": ["Small lesion size"],
    "needs_correction": False,
    "comment": "",
    "active_s": 12.5,
    "total_s": 14.0,
    "revises": 0,
    "correction": None,
}
#: What is said of an answer that isn't taken, where its kind says all.
REFUSALS = {
    ClosedStudyError: (CLOSED_STUDY, "The study is closed: it takes no more answers."),
    ReusedKeyError: (REUSED_KEY, "This Idempotency-Key came before with another answer."),
}


@described(
    {200: shapes.QueueSerializer},
    problems=(400, 401, 403, 404),
    headers=[ACCOUNT],
    query=[AT],
    is_tagged=True,
    tag=REVIEW,
    name="read_queue",
)
@api_view(["GET"])
def queue(request: Request, study_id: UUID) -> Response:
    """List own assignments around a place of the rater's stored order, and the next open ones."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    at = read_query(request, [AT])["at"]
    return tagged(request, queue_dict(study, read_queue(own_membership(request, study), at)))


@described(
    {200: shapes.AssignmentSerializer},
    problems=(401, 403, 404),
    headers=[ACCOUNT],
    is_tagged=True,
    tag=REVIEW,
    name="read_assignment",
)
@api_view(["GET"])
def assignment(request: Request, assignment_id: UUID) -> Response:
    """Give what the page needs to show one ROI, and note when it was first sent."""
    found = own_showing(request, assignment_id, *SENT_WITH)
    note_sent(Assignment.objects.of_rater(request.user), found)
    return tagged(request, assignment_dict(found))


@described(
    {204: None},
    problems=(401, 403, 404),
    headers=[ACCOUNT],
    tag=REVIEW,
    name="note_opened",
)
@api_view(["POST"])
def opened(request: Request, assignment_id: UUID) -> Response:
    """Note that the ROI is on the screen now; the first time counts."""
    found = own_showing(request, assignment_id)
    own = Assignment.objects.of_rater(request.user)
    own.filter(pk=found.pk, shown_at=None).update(shown_at=timezone.now())
    return Response(status=204)


@described(
    {201: shapes.ReceiptSerializer, 200: shapes.ReceiptSerializer},
    problems=(400, 401, 403, 404, 415, 422),
    close_problems={409: NewerAnswerSerializer},
    request=shapes.AnswerRequestSerializer,
    headers=[IDEMPOTENCY_KEY, ACCOUNT],
    examples={"a first answer": FIRST_ANSWER},
    tag=REVIEW,
    name="give_answer",
)
@api_view(["POST"])
@parser_classes([AnswerParser])
def give_answer(request: Request, assignment_id: UUID) -> Response:
    """Store an answer as the next revision; the same key again gives the same receipt."""
    own = Assignment.objects.of_rater(request.user).select_related(
        "membership__study", "membership__user", "roi__scan"
    )
    found = get_object_or_404(own, pk=assignment_id)
    key = idempotency_key(request)
    try:
        receipt = answers.record(found, dict(request.data), key)
    except AnswerError as error:
        return _refusal(error, found)
    return Response(receipt.as_dict(), status=201 if receipt.created else 200)


def _refusal(error: AnswerError, found: Assignment) -> Response:
    if isinstance(error, PracticeFirstError):
        raise error
    if isinstance(error, WithdrawnRaterError):
        raise Http404 from None
    if isinstance(error, InvalidAnswerError):
        extra = {"confirm": [error.confirm]} if error.confirm else {}
        return typed_problem(BROKEN_RULE, "The answer breaks a rule.", errors=error.errors, **extra)
    if isinstance(error, StaleAnswerError):
        detail = "This ROI was answered elsewhere meanwhile. Look at that answer first."
        now = answer_dict(found.current_answer())
        at = None if now is None else now["answered_at"]
        return typed_problem(
            NEWER_ANSWER, detail, current=error.current, answer=now, answered_at=at
        )
    return typed_problem(*REFUSALS[type(error)])
