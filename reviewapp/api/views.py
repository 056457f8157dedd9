"""The rater's queue, one ROI, and the answer to it."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import answers
from reviewapp.api.problems import problem
from reviewapp.api.requests import AnswerParser, idempotency_key
from reviewapp.api.serializers import answer_dict, assignment_dict, queue_dict
from reviewapp.models import Assignment, Study
from reviewapp.start import note_sent


@api_view(["GET"])
def queue(request: Request, study_id: UUID) -> Response:
    """List the rater's own assignments in their stored order."""
    study = get_object_or_404(Study.objects.reviewed_by(request.user), pk=study_id)
    own = Assignment.objects.of_rater(request.user).filter(membership__study=study)
    return Response(queue_dict(study, own))


@api_view(["GET"])
def assignment(request: Request, assignment_id: UUID) -> Response:
    """Give what the page needs to show one ROI, and note when it was first sent."""
    own = Assignment.objects.of_rater(request.user)
    found = get_object_or_404(own.select_related("roi__scan"), pk=assignment_id)
    note_sent(own, found)
    return Response(assignment_dict(found, own.filter(membership=found.membership_id)))


@api_view(["POST"])
def opened(request: Request, assignment_id: UUID) -> Response:
    """Note that the ROI is on the screen now; the first time counts."""
    own = Assignment.objects.of_rater(request.user)
    found = get_object_or_404(own, pk=assignment_id)
    own.filter(pk=found.pk, shown_at=None).update(shown_at=timezone.now())
    return Response(status=204)


@api_view(["POST"])
@parser_classes([AnswerParser])
def give_answer(request: Request, assignment_id: UUID) -> Response:
    """Store an answer as the next revision; the same key again gives the same receipt."""
    own = Assignment.objects.of_rater(request.user).select_related("membership__study", "roi__scan")
    found = get_object_or_404(own, pk=assignment_id)
    key = idempotency_key(request)
    try:
        receipt = answers.record(found, dict(request.data), key)
    except answers.InvalidAnswerError as error:
        extra = {"confirm": [error.confirm]} if error.confirm else {}
        return problem(400, "The answer breaks a rule.", errors=error.errors, **extra)
    except answers.ClosedStudyError:
        return problem(403, "The study is closed: it takes no more answers.")
    except answers.StaleAnswerError as error:
        detail = "This ROI was answered elsewhere meanwhile. Look at that answer first."
        now = answer_dict(found.current_answer())
        at = None if now is None else now["answered_at"]
        return problem(409, detail, current=error.current, answer=now, answered_at=at)
    except answers.ReusedKeyError:
        return problem(422, "This Idempotency-Key came before with another answer.")
    return Response(receipt.as_dict(), status=201 if receipt.created else 200)
