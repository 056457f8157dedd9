"""What all addresses for researchers share: who may ask, what they take, how they are described."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    parser_classes,
    permission_classes,
)
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import accesses
from reviewapp.api.bearer import BearerToken, MayChange
from reviewapp.api.description import IF_MATCH, described
from reviewapp.api.problem_types import BLINDED
from reviewapp.api.problems import ProblemError
from reviewapp.api.query import Parameter, read_query
from reviewapp.api.requests import ObjectParser, SignedIn
from reviewapp.models import Study

View = Callable[..., Response | HttpResponse]
STUDIES = "studies"


def reads(
    reply: Any,
    *,
    name: str,
    query: Sequence[Parameter] = (),
    problems: Sequence[int] = (404,),
    media_type: str = "application/json",
    examples: Mapping[str, Any] | None = None,
) -> Callable[[View], View]:
    """Let a researcher, or a script by a token, read an address: `view(request, query, …)`.

    `query` declares the parameters; the view gets their values by name.
    """
    describe = described(
        {200: reply},
        name=name,
        tag=STUDIES,
        query=query,
        problems=(400, 401, *problems),
        media_type=media_type,
        is_tagged=True,
        examples=examples,
    )
    return lambda view: describe(_view("GET", query)(view))


def changes(
    reply: Any,
    *,
    name: str,
    request: Any = None,
    examples: Mapping[str, Any] | None = None,
    parser: type[ObjectParser] = ObjectParser,
) -> Callable[[View], View]:
    """Let a researcher, or a script by a token of scope write, change a study: POST, If-Match.

    The view does it within `conditional.changing`.
    """
    describe = described(
        {200: reply},
        name=name,
        tag=STUDIES,
        request=request,
        headers=[IF_MATCH],
        problems=(400, 401, 403, 404, 409, 412, 415, 428),
        examples=examples,
    )
    return lambda view: describe(_view("POST", (), parser)(view))


def orders(
    reply: Any,
    *,
    name: str,
    status: int = 200,
    request: Any = None,
    examples: Mapping[str, Any] | None = None,
    problems: Sequence[int] = (),
    parser: type[ObjectParser] = ObjectParser,
) -> Callable[[View], View]:
    """Let a researcher, or a script by a token of scope write, order what is no study yet: POST."""
    describe = described(
        {status: reply},
        name=name,
        tag=STUDIES,
        request=request,
        problems=(400, 401, 403, 415, *problems),
        examples=examples,
    )
    return lambda view: describe(_view("POST", (), parser)(view))


def led_study(request: Request, study_id: UUID) -> Study:
    """Give a study that the account leads; any other is not found."""
    return get_object_or_404(Study.objects.led_by(request.user), pk=study_id)


def unblinded_study(request: Request, study_id: UUID) -> Study:
    """Give a study that the account leads and that is unblinded.

    Raises
    ------
    ProblemError
        It is blinded.
    """
    study = led_study(request, study_id)
    if not study.is_unblinded:
        raise ProblemError(BLINDED, f"{study.name} is blinded.")
    return study


def noted(
    request: Request, study: Study, kind: str, what: str, response: Response | HttpResponse
) -> Response | HttpResponse:
    """Give the response, once the log of accesses has it."""
    not_modified = response.status_code == accesses.NOT_MODIFIED
    accesses.note(request.user, study.pk, kind, what, not_modified=not_modified)
    return response


def _view(
    method: str, query: Sequence[Parameter], parser: type[ObjectParser] = ObjectParser
) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: Request, **kwargs: Any) -> Response | HttpResponse:
            return view(request, read_query(request, query), **kwargs)

        parsed = parser_classes([parser])(checked)
        allowed = permission_classes([IsAuthenticated, MayChange])(parsed)
        signed_in = authentication_classes([BearerToken, SignedIn])(allowed)
        routed: View = api_view([method])(signed_in)
        return routed

    return decorate
