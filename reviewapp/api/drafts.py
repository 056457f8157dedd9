"""The draft of an own assignment."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import drafts
from reviewapp.api.problems import problem
from reviewapp.api.requests import DraftParser
from reviewapp.models import Assignment


@api_view(["PUT", "DELETE"])
@parser_classes([DraftParser])
def draft(request: Request, assignment_id: UUID) -> Response:
    """Keep or remove what was typed and not saved."""
    own = Assignment.objects.of_rater(request.user).select_related("membership")
    found = get_object_or_404(own, pk=assignment_id)
    try:
        if request.method == "DELETE":
            drafts.remove(found)
            return Response(status=204)
        kept = drafts.as_dict(drafts.save(found, dict(request.data)))
    except drafts.InvalidDraftError as error:
        return problem(400, "The draft breaks a rule.", errors=error.errors)
    except drafts.ClosedStudyError:
        return problem(403, "The study is closed: it takes no more drafts.")
    except drafts.StaleDraftError as error:
        current = drafts.as_dict(error.current)
        detail = "This ROI was edited or answered elsewhere meanwhile."
        return problem(409, detail, current=current, revision=error.revision)
    return Response({name: (kept or {}).get(name) for name in ("version", "saved_at")})
