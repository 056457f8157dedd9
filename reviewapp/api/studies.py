"""A researcher's studies: what they are."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp.api.conditional import tagged
from reviewapp.api.pagination import PAGED, page_of
from reviewapp.api.query import Parameter
from reviewapp.api.researcher import led_study, reads
from reviewapp.api.study_serializers import StudySerializer, study_dict, with_counts
from reviewapp.models import STATES, ApiToken, Study

STATE = Parameter("state", "studies in this state alone", choices=tuple(STATES))
NAME = Parameter("name", "the study of this name")


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """The token that a script came with."""

    class Meta:
        model = ApiToken
        fields = ("name", "scope", "expires_at")


class AccountSerializer(serializers.Serializer[Any]):
    """Who is asking."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    token = TokenSerializer(allow_null=True)


class StudyPageSerializer(serializers.Serializer[Any]):
    """A page of studies."""

    items = StudySerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="address of the next page")


@reads(AccountSerializer, name="account", problems=())
def account(request: Request, query: Mapping[str, Any]) -> Response:
    """Say whose token or session this is."""
    token = request.auth if isinstance(request.auth, ApiToken) else None
    who = {"id": request.user.pk, "username": request.user.get_username(), "token": token}
    return tagged(request, AccountSerializer(who).data)


@reads(StudyPageSerializer, name="list_studies", query=(STATE, NAME, *PAGED), problems=())
def studies(request: Request, query: Mapping[str, Any]) -> Response:
    """List the studies that the account leads, by name."""
    led = Study.objects.led_by(request.user)
    wanted = {name: query[name] for name in ("state", "name") if query[name] is not None}
    found = with_counts(led.filter(**wanted))
    page = page_of(request, query, found, _study_dicts, key="name")
    return tagged(request, page)


@reads(StudySerializer, name="read_study")
def study(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Give a study: its state, settings and protocol, and who looked at its groups."""
    return tagged(request, study_dict(led_study(request, study_id)))


def _study_dicts(found: list[Study]) -> list[Any]:
    return list(StudySerializer(found, many=True).data)
