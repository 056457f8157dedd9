"""Read what the browser sends: who asks, the JSON body, the idempotency key."""

import json
from collections.abc import Iterable
from typing import IO, Any
from uuid import UUID

from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

JSON = "application/json"
#: Longest body in bytes: the longest comment and custom texts in JSON escapes take a third of it.
MAX_BODY = 64 * 1024
#: Longest body of a draft: one of `drafts.MAX_DRAFT` may come with escapes and spaces.
MAX_DRAFT_BODY = 512 * 1024
#: Longest body of an answer: a delineation of `mask_runs.MAX_RUNS` runs takes most of it.
MAX_ANSWER_BODY = 1024 * 1024
#: Longest body of an order: its tables are most of it, a sample of some thousands of ROIs.
MAX_ORDER_BODY = 2 * 1024 * 1024


#: Up to here every integer is a double of its own.
MAX_INTEGER = 2**53
#: The header in which a page names the account that it was opened for, by its primary key.
ACCOUNT_HEADER = "X-Account"


class SignedIn(SessionAuthentication):
    """Django's session with its CSRF check; 401 without one, so that the page can sign in again.

    A page that was opened for one account may outlive its session and find another account's in
    the same browser: what it sends counts for the first one or not at all.
    """

    def authenticate(self, request: Request) -> Any:
        """Give the account of the session, if it is the one that the page was opened for."""
        found = super().authenticate(request)
        if found is None and request.headers.get("Authorization", "").lower().startswith("bearer"):
            raise AuthenticationFailed("This address takes a signed-in page, and no token.")
        meant = request.headers.get(ACCOUNT_HEADER)
        if found is not None and meant is not None and meant != str(found[0].pk):
            raise NotAuthenticated("Another account is signed in in this browser.")
        return found

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme for the WWW-Authenticate header."""
        return "Session"


class OneForm(BaseContentNegotiation):
    """Answer in the one form that each address has, whatever the client accepts."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """Give the JSON parser; None, which is a 415, where the body says to be of another type."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        # The parent's types know nothing of None, which Django REST framework takes for "none".
        return next(iter(parsers)) if kind == JSON else None  # type: ignore[return-value]

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Give the JSON renderer."""
        only = next(iter(renderers))
        return only, str(only.media_type)


class ObjectParser(BaseParser):
    """Take a JSON object of at most `max_body` bytes; everything else is a 400."""

    media_type = JSON
    max_body = MAX_BODY

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> dict[str, Any]:
        """Give the object.

        Raises
        ------
        ParseError
            Too long, no UTF-8, no JSON, or JSON of another kind.
        """
        body = stream.read(self.max_body + 1)
        if len(body) > self.max_body:
            raise ParseError(f"The body must have at most {self.max_body} bytes.")
        try:
            data = json.loads(body.decode("utf-8"), parse_float=_number, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body must be JSON: {str(error)[:200]}") from None
        if not isinstance(data, dict):
            raise ParseError(f"The body must be a JSON object, not {type(data).__name__}.")
        return data


class DraftParser(ObjectParser):
    """Take a draft, which may be longer than other bodies."""

    max_body = MAX_DRAFT_BODY


class AnswerParser(ObjectParser):
    """Take an answer, which may hold a delineation."""

    max_body = MAX_ANSWER_BODY


class OrderParser(ObjectParser):
    """Take an order of a study, which may hold its tables."""

    max_body = MAX_ORDER_BODY


def idempotency_key(request: Request) -> UUID:
    """Give the request's key.

    Raises
    ------
    ParseError
        There is none, or it is no UUID.
    """
    text = request.headers.get("Idempotency-Key", "")
    try:
        return UUID(text.strip('"'))
    except ValueError:
        raise ParseError(
            "The header Idempotency-Key must be a UUID, the same on each try."
        ) from None


def _number(text: str) -> int | float:
    """Give 4.0 as the integer that it is: JSON has one kind of number (JSON Schema, 6.1.1).

    >>> _number("4.0"), _number("4.5"), _number("1e300")
    (4, 4.5, 1e+300)
    """
    value = float(text)
    return int(value) if abs(value) < MAX_INTEGER and value.is_integer() else value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")
