"""The draft of an own assignment."""

from uuid import UUID

from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import drafts
from reviewapp.api import rater_serializers as shapes
from reviewapp.api.conditional import check_unchanged
from reviewapp.api.description import ACCOUNT, IF_STILL, described
from reviewapp.api.problem_serializers import NewerDraftSerializer
from reviewapp.api.problem_types import BROKEN_RULE, CLOSED_STUDY, NEWER_DRAFT
from reviewapp.api.problems import typed_problem
from reviewapp.api.requests import DraftParser
from reviewapp.api.showings import own_showing

FIRST_DRAFT = {
    "draft": {"comment": "near the hand knob"},
    "revises": 0,
    "client": "7d0e4c1a-52d2-4f0a-9d1c-0a5c3a6f1d11",
    "based_on": 0,
}


@described(
    {200: shapes.DraftReceiptSerializer},
    problems=(400, 401, 403, 404, 415),
    close_problems={409: NewerDraftSerializer},
    request=shapes.DraftRequestSerializer,
    headers=[ACCOUNT],
    examples={"a first change": FIRST_DRAFT},
    methods=["PUT"],
    tag="review",
    name="save_draft",
)
@described(
    {204: None},
    problems=(401, 403, 404, 412),
    headers=[ACCOUNT, IF_STILL],
    methods=["DELETE"],
    tag="review",
    name="remove_draft",
)
@api_view(["PUT", "DELETE"])
@parser_classes([DraftParser])
def draft(request: Request, assignment_id: UUID) -> Response:
    """Keep or remove what was typed and not saved."""
    found = own_showing(request, assignment_id)
    try:
        if request.method == "DELETE":
            with drafts.removing(found) as version:
                check_unchanged(request, f'"{version}"')
            return Response(status=204)
        kept = drafts.as_dict(drafts.save(found, dict(request.data)))
    except drafts.InvalidDraftError as error:
        return typed_problem(BROKEN_RULE, "The draft breaks a rule.", errors=error.errors)
    except drafts.ClosedStudyError:
        return typed_problem(CLOSED_STUDY, "The study is closed: it takes no more drafts.")
    except drafts.StaleDraftError as error:
        current = drafts.as_dict(error.current)
        detail = "This ROI was edited or answered elsewhere meanwhile."
        return typed_problem(NEWER_DRAFT, detail, current=current, revision=error.revision)
    receipt = {name: (kept or {}).get(name) for name in ("version", "saved_at")}
    response = Response(receipt)
    response["ETag"] = f'"{receipt["version"]}"'
    return response
