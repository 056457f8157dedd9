"""Errors of the API as RFC 9457 problem details."""

import logging
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework.response import Response
from rest_framework.views import exception_handler

from reviewapp.volumes import VolumeError

LOGGER = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
#: One sentence for what isn't there and for what is another account's.
NOT_FOUND = "There is nothing here for this account."
LOST_IMAGE = "The server has lost this image. Tell the researcher."


def problem(status: int, detail: str, **extra: Any) -> Response:
    """Give an error response; `extra` are members of its own, such as `errors`."""
    return Response(_body(status, detail, extra), status=status, content_type=CONTENT_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn a lost volume, or what Django REST framework knows, into a problem; None for others."""
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
    response.content_type = CONTENT_TYPE
    return response


def no_such_address(request: HttpRequest, rest: str = "") -> JsonResponse:
    """Answer for an address under /api/ that leads nowhere."""
    body = _body(404, "There is no such address in the API.", {})
    return JsonResponse(body, status=404, content_type=CONTENT_TYPE)


def _body(status: int, detail: str, extra: dict[str, Any]) -> dict[str, Any]:
    return {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **extra}
