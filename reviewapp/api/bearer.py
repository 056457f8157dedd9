"""Sign in by a token: for researchers' scripts, where there is neither a cookie nor a page."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from reviewapp import tokens
from reviewapp.api.problem_types import READ_ONLY_TOKEN
from reviewapp.api.problems import ProblemError
from reviewapp.models import ApiToken

SCHEME = "Bearer"


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer sl_…` (RFC 6750): the token's account, with its rights and no more."""

    def authenticate(self, request: Request) -> Any:
        """Give the account and the token; None for a request without such a header.

        Raises
        ------
        AuthenticationFailed
            The token is unknown, expired or revoked, or its account is not active.
        """
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = tokens.find(text.strip())
        if token is None:
            raise AuthenticationFailed("The token is unknown, expired or revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme for the WWW-Authenticate header."""
        return f'{SCHEME} realm="Second Look"'


class MayChange(BasePermission):
    """Let a token of scope `read` read alone."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say yes, or leave with the problem.

        Raises
        ------
        ProblemError
            The token may only read.
        """
        token = request.auth
        writes = request.method not in SAFE_METHODS
        if writes and isinstance(token, ApiToken) and token.scope == "read":
            raise ProblemError(READ_ONLY_TOKEN, "This token may only read.")
        return True
