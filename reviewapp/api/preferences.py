"""The account's own preferences."""

from typing import cast

from django.contrib.auth.models import User
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import preferences as own
from reviewapp.api import rater_serializers as shapes
from reviewapp.api.conditional import check_unchanged, etag_of, tagged
from reviewapp.api.description import ACCOUNT, IF_STILL, described
from reviewapp.api.problem_types import BROKEN_RULE
from reviewapp.api.problems import typed_problem


@described(
    {200: shapes.PreferencesSerializer},
    problems=(401,),
    headers=[ACCOUNT],
    is_tagged=True,
    methods=["GET"],
    tag="account",
    name="read_preferences",
)
@described(
    {200: shapes.PreferencesSerializer},
    problems=(400, 401, 403, 412, 415),
    request=shapes.PreferencesRequestSerializer,
    headers=[ACCOUNT, IF_STILL],
    examples={"a light page": {"theme": "light"}},
    methods=["PUT"],
    tag="account",
    name="change_preferences",
)
@api_view(["GET", "PUT"])
def preferences(request: Request) -> Response:
    """Give the account's preferences, after changing those that are sent."""
    user = cast(User, request.user)  # IsAuthenticated lets nobody else in
    if request.method == "GET":
        return tagged(request, own.preferences_of(user))
    check_unchanged(request, etag_of(own.preferences_of(user)))
    try:
        return Response(own.change(user, dict(request.data)))
    except own.InvalidPreferencesError as error:
        return typed_problem(BROKEN_RULE, "A preference breaks a rule.", errors=error.errors)
