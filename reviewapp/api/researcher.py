"""What all addresses for researchers share: who may ask, what they take, how they are described."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import getdoc
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


@dataclass(frozen=True)
class _Method:
    """What one method of an address does, takes and says of itself."""

    view: View
    query: Sequence[Parameter]
    parser: type[ObjectParser]
    describe: Callable[[View], View]


#: The methods of each view that was made here, so that `either` can join two.
_METHODS: dict[View, dict[str, _Method]] = {}


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

    def decorate(view: View) -> View:
        describe = described(
            {200: reply},
            name=name,
            tag=STUDIES,
            query=query,
            problems=(400, 401, *problems),
            media_type=media_type,
            is_tagged=True,
            examples=examples,
            methods=["GET"],
            text=getdoc(view) or "",
        )
        return _routed({"GET": _Method(view, query, ObjectParser, describe)})

    return decorate


def changes(
    reply: Any,
    *,
    name: str,
    status: int = 200,
    request: Any = None,
    examples: Mapping[str, Any] | None = None,
    media_type: str = "application/json",
) -> Callable[[View], View]:
    """Let a researcher, or a script by a token of scope write, change a study: POST, If-Match.

    The view does it within `conditional.changing`.
    """
    return _posts(
        {status: reply},
        name=name,
        request=request,
        examples=examples,
        media_type=media_type,
        headers=[IF_MATCH],
        problems=(400, 401, 403, 404, 409, 412, 415, 428),
    )


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
    return _posts(
        {status: reply},
        name=name,
        request=request,
        examples=examples,
        problems=(400, 401, 403, 415, *problems),
        parser=parser,
    )


def either(reader: View, changer: View) -> View:
    """Let one address be read by one view and changed by another."""
    return _routed(_METHODS[reader] | _METHODS[changer])


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
    accesses.note(request.user, study.pk, kind, what, not_modified=not_modified, sealed=True)
    return response


def _posts(
    replies: Mapping[int, Any], *, parser: type[ObjectParser] = ObjectParser, **described_by: Any
) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        text = getdoc(view) or ""
        describe = described(replies, tag=STUDIES, methods=["POST"], text=text, **described_by)
        return _routed({"POST": _Method(view, (), parser, describe)})

    return decorate


def _routed(methods: Mapping[str, _Method]) -> View:
    """Give the view of an address: signed in, allowed, parsed, and described method by method."""
    (*_, last) = methods.values()

    @wraps(last.view)
    def dispatch(request: Request, **kwargs: Any) -> Response | HttpResponse:
        method = methods[str(request.method)]
        return method.view(request, read_query(request, method.query), **kwargs)

    parsed = parser_classes([last.parser])(dispatch)
    allowed = permission_classes([IsAuthenticated, MayChange])(parsed)
    signed_in = authentication_classes([BearerToken, SignedIn])(allowed)
    routed: View = api_view([*methods])(signed_in)
    for method in methods.values():
        routed = method.describe(routed)
    _METHODS[routed] = dict(methods)
    return routed
