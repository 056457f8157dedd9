"""Describe addresses for the OpenAPI schema: what comes in, what goes out, which problems."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)

from reviewapp.api.problem_serializers import problem_shape
from reviewapp.api.query import Parameter
from reviewapp.api.renderers import PROBLEM_JSON

View = TypeVar("View", bound=Callable[..., Any])

SESSION, TOKEN = "session", "token"
ACCOUNT = OpenApiParameter(
    "X-Account",
    str,
    OpenApiParameter.HEADER,
    description="The account that the page was opened for, by its number: under another one's "
    "session the request is refused with 401.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="A UUID made for this answer, and the same each time that it is sent.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of what the client has: 304 where that is still so.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the study as it was read: 412 where it changed since.",
)
IF_STILL = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of what is changed, as it was read: 412 where it changed since. May be "
    "left out.",
)
#: What can happen anywhere: a fault, and a database that is away for a moment.
ALWAYS = (500, 503)


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of a signed-in page."""

    target_class = "reviewapp.api.requests.SignedIn"
    name = SESSION

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the cookie."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "Whatever changes something also needs the cookie `csrftoken` and its "
            "value in the header X-CSRFToken.",
        }


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A token of a researcher's script."""

    target_class = "reviewapp.api.bearer.BearerToken"
    name = TOKEN

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the header."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token (`sl_…`) of an account that leads a study: docs/api.md.",
        }


def described(
    replies: Mapping[int, Any],
    *,
    problems: Sequence[int] = (),
    close_problems: Mapping[int, Any] | None = None,
    request: Any = None,
    query: Sequence[Parameter] = (),
    headers: Sequence[OpenApiParameter] = (),
    media_type: str = "application/json",
    is_tagged: bool = False,
    examples: Mapping[str, Any] | None = None,
    methods: Sequence[str] | None = None,
    tag: str,
    name: str,
    text: str = "",
) -> Callable[[View], View]:
    """Describe one address to the schema; the view's docstring says what it does.

    Parameters
    ----------
    replies : status -> serializer, or None for a response without a body
    problems : statuses of problem details, beside those that can happen anywhere, and 413 where
        there is a body
    close_problems : status -> serializer, where a problem has members of its own
    request : serializer of the body
    query : parameters of the address
    headers : headers that the request takes
    media_type : of the replies
    is_tagged : the response has an ETag, and If-None-Match is heeded
    examples : name -> body of the request, or of the reply where there is no request
    methods : the methods that this describes, where a view has several
    tag, name : group and operationId
    text : description, where the docstring isn't enough
    """
    found: dict[Any, Any] = {}
    for status, shape in replies.items():
        said = HTTPStatus(status).phrase
        key = (status, media_type) if shape is not None else status
        found[key] = OpenApiResponse(shape, description=said)
    if is_tagged:
        found[304] = OpenApiResponse(None, description="The client has it")
    too_long = () if request is None else (413,)
    for status in sorted({*problems, *too_long, *ALWAYS, *(close_problems or {})}):
        shape = (close_problems or {}).get(status, problem_shape(status))
        said = HTTPStatus(status).phrase
        found[status, PROBLEM_JSON] = OpenApiResponse(shape, description=said)
    parameters = [*(parameter.described() for parameter in query), *headers]
    if is_tagged:
        parameters += [IF_NONE_MATCH, _etag([*replies, 304])]
    if 503 in {*problems, *ALWAYS}:
        parameters.append(_retry_after())
    more: dict[str, Any] = {"description": text} if text else {}
    return extend_schema(
        operation_id=name,
        tags=[tag],
        request=request,
        responses=found,
        parameters=parameters,
        methods=methods,
        examples=[
            OpenApiExample(
                title,
                value=value,
                request_only=request is not None,
                response_only=request is None,
                status_codes=None if request is not None else [str(min(replies))],
            )
            for title, value in (examples or {}).items()
        ],
        **more,
    )


def described_volume(
    name: str, *, tag: str, problems: Sequence[int] = (401, 404)
) -> Callable[[View], View]:
    """Describe an address of a volume."""
    return described(
        {200: OpenApiTypes.BINARY},
        problems=problems,
        media_type="application/octet-stream",
        is_tagged=True,
        methods=["GET"],
        tag=tag,
        name=name,
        text="A plain NIfTI file, immutable; packed with gzip for clients that take it.",
    )


def _etag(statuses: Sequence[int]) -> OpenApiParameter:
    return OpenApiParameter(
        "ETag",
        str,
        OpenApiParameter.HEADER,
        response=statuses,
        description="Another one for anything else.",
    )


def _retry_after() -> OpenApiParameter:
    return OpenApiParameter(
        "Retry-After",
        int,
        OpenApiParameter.HEADER,
        response=[503],
        description="Seconds until the next try.",
    )
