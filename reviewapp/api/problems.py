"""Errors of the API as RFC 9457 problem details."""

import logging
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.encoding import escape_uri_path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.response import Response
from rest_framework.views import exception_handler

from reviewapp.answer_errors import PracticeFirstError
from reviewapp.api.problem_types import ABOUT_BLANK, PRACTICE_FIRST, ProblemType
from reviewapp.api.renderers import PROBLEM_JSON
from reviewapp.volumes import VolumeError

LOGGER = logging.getLogger(__name__)
#: One sentence for what isn't there and for what is another account's.
NOT_FOUND = "There is nothing here for this account."
NO_ADDRESS = "There is no such address in the API."
PRACTISE = "Answer the practice ROIs first."
LOST_IMAGE = "The server has lost this image. Tell the researcher."


class ProblemError(Exception):
    """Leaves a view with a problem of a type of ours; `extra` are members of its own."""

    def __init__(self, kind: ProblemType, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.extra = extra


def problem(status: int, detail: str, **extra: Any) -> Response:
    """Give an error response that its status explains; `extra` are members of its own."""
    return Response(_body(status, detail, extra), status=status, content_type=PROBLEM_JSON)


def typed_problem(kind: ProblemType, detail: str, **extra: Any) -> Response:
    """Give an error response of a type of ours; `extra` are members such as `errors`."""
    body = {"type": kind.uri, "title": kind.title}
    return problem(kind.status, detail, **{**body, **extra})


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raised into a problem; None for faults of ours, which Django reports."""
    if isinstance(error, ProblemError):
        return typed_problem(error.kind, error.detail, **error.extra)
    if isinstance(error, PracticeFirstError):
        return typed_problem(PRACTICE_FIRST, PRACTISE)
    if isinstance(error, VolumeError):
        LOGGER.error("a volume that a study needs is lost", exc_info=error)
        return problem(500, LOST_IMAGE)
    response = exception_handler(error, context)
    if response is None:
        return None
    data = response.data
    detail = str(data["detail"]) if isinstance(data, dict) and "detail" in data else str(error)
    if response.status_code == HTTPStatus.NOT_FOUND:
        detail = NOT_FOUND
    response.data = _body(response.status_code, detail, {})
    response.content_type = PROBLEM_JSON
    return response


@csrf_exempt  # it changes nothing, and a form's page would be no answer to a script
def no_such_address(request: HttpRequest, rest: str = "") -> JsonResponse:
    """Answer for an address under /api/ that leads nowhere."""
    return plain_problem(request, 404, NO_ADDRESS)


def plain_problem(request: HttpRequest, status: int, detail: str) -> JsonResponse:
    """Give a problem outside of the API's views."""
    body = {**_body(status, detail, {}), "instance": escape_uri_path(request.path)}
    return JsonResponse(body, status=status, content_type=PROBLEM_JSON)


def _body(status: int, detail: str, extra: dict[str, Any]) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    return {"type": ABOUT_BLANK, "title": title, "status": int(status), "detail": detail, **extra}
