"""What stands in for a page that failed: a page for people, problem details under /api/."""

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import csrf, defaults

from reviewapp import outages
from reviewapp.api.problems import NO_ADDRESS, plain_problem

API = "/api/"
#: No more than this: what went wrong stands in the server's log.
FAULT = "The server failed at this. What was being saved may not be; send it again later."
BAD_REQUEST = "The request can't be read: a header, a name or its length breaks a rule."
FORBIDDEN = "This account may not do that."


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django refuses to read."""
    if _is_api(request):
        return plain_problem(request, HTTPStatus.BAD_REQUEST, BAD_REQUEST)
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is not allowed."""
    if _is_api(request):
        return plain_problem(request, HTTPStatus.FORBIDDEN, FORBIDDEN)
    return defaults.permission_denied(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without its token."""
    if _is_api(request):
        return plain_problem(request, HTTPStatus.FORBIDDEN, f"CSRF Failed: {reason}")
    return csrf.csrf_failure(request, reason, template_name="403_csrf.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that leads nowhere."""
    if _is_api(request):
        return plain_problem(request, HTTPStatus.NOT_FOUND, NO_ADDRESS)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for an error that no view expects: a passing outage, or a fault of ours."""
    error = sys.exception()
    if error is not None and outages.is_outage(error):
        return _outage(request)
    if _is_api(request):
        return plain_problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, FAULT)
    return defaults.server_error(request)


def _outage(request: HttpRequest) -> HttpResponse:
    if _is_api(request):
        response: HttpResponse = plain_problem(request, 503, outages.DETAIL)
    else:
        # Without the request: who is signed in stands in the database.
        response = HttpResponse(loader.get_template("503.html").render(), status=503)
    response["Retry-After"] = str(outages.RETRY_AFTER_S)
    return response


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(API)
