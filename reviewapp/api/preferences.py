"""The account's own preferences."""

from typing import cast

from django.contrib.auth.models import User
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import preferences as own
from reviewapp.api.problems import problem


@api_view(["GET", "PUT"])
def preferences(request: Request) -> Response:
    """Give the account's preferences, after changing those that are sent."""
    user = cast(User, request.user)  # IsAuthenticated lets nobody else in
    if request.method == "GET":
        return Response(own.preferences_of(user))
    try:
        return Response(own.change(user, dict(request.data)))
    except own.InvalidPreferencesError as error:
        return problem(400, "A preference breaks a rule.", errors=error.errors)
