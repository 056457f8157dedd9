"""Bound what a request may bring, before anything reads it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from reviewapp.api.problems import plain_problem
from reviewapp.api.requests import MAX_ORDER_BODY

#: Most bytes of a request's body. The longest that any address takes is an order of a study, by its
#: form or by a script.
MAX_REQUEST_BODY = MAX_ORDER_BODY


def bounded_bodies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse bodies that are too long (413) or packed (415), unread.

    Django would keep an uploaded file on the disk whatever its length, for any address and before
    sign-in. A body in chunks has no length; WSGI gives nothing of it to read.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.headers.get("Content-Encoding", "identity") != "identity":
            detail = "The body must come as it is, without Content-Encoding."
            return plain_problem(request, 415, detail)
        if _length(request) > MAX_REQUEST_BODY:
            detail = f"The body must have at most {MAX_REQUEST_BODY} bytes."
            return plain_problem(request, 413, detail)
        return get_response(request)

    return middleware


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0
