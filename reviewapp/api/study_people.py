"""A study's raters: invited by a link, which can be taken back, and withdrawn."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import invitations
from reviewapp.api.acting import (
    ReasonSerializer,
    allowed,
    changed,
    check_names,
    cleaned,
    reason_of,
)
from reviewapp.api.conditional import changing, tagged
from reviewapp.api.pagination import PAGED, page_of
from reviewapp.api.problem_types import BROKEN_RULE
from reviewapp.api.problems import ProblemError
from reviewapp.api.researcher import changes, either, led_study, reads
from reviewapp.api.study_serializers import StudySerializer
from reviewapp.models import Invitation
from reviewapp.raters import withdraw_rater
from reviewapp.study_forms import InviteForm


class InvitationRequestSerializer(serializers.Serializer[Any]):
    """A link for one rater."""

    note = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=invitations.MAX_NOTE,
        help_text="for whom; researchers alone see it",
    )
    days = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=invitations.MAX_DAYS,
        default=invitations.DEFAULT_DAYS,
        help_text="how long the link is good",
    )


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """A link that is good once; it is told here and never again."""

    link = serializers.URLField()

    class Meta:
        model = Invitation
        fields = ("link", "note", "expires_at")


class KnownInvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation that was made; its link is told no more."""

    note = serializers.CharField(allow_blank=True)
    made_by = serializers.CharField(source="made_by.username")
    used_by = serializers.CharField(source="used_by.username", default=None, allow_null=True)
    is_open = serializers.BooleanField(source="is_valid", help_text="somebody can still join by it")

    class Meta:
        model = Invitation
        fields = (
            "id",
            "note",
            "made_by",
            "made_at",
            "expires_at",
            "revoked_at",
            "used_at",
            "used_by",
            "is_open",
        )


class InvitationPageSerializer(serializers.Serializer[Any]):
    """A page of invitations."""

    items = KnownInvitationSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="address of the next page")


class WithdrawalSerializer(ReasonSerializer):
    """Whose access goes, and why."""

    rater = serializers.CharField(min_length=1, max_length=150, help_text="name of the account")


@changes(
    InvitationSerializer,
    name="invite_rater",
    request=InvitationRequestSerializer,
    examples={"for a colleague": {"note": "Dr Ito, Kyoto", "days": 7}},
)
def invite(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Make a link by which one person joins as a rater."""
    with changing(request, study_id) as found:
        data = dict(request.data)
        check_names(data, "note", "days")
        note, days = data.get("note", ""), data.get("days", invitations.DEFAULT_DAYS)
        if not isinstance(note, str) or type(days) is not int:
            errors = {"note": "Give a text.", "days": "Give a whole number."}
            raise ProblemError(BROKEN_RULE, "What was sent breaks a rule.", errors=errors)
        with allowed(found, "invite"):
            given = cleaned(InviteForm({"note": note, "days": days}))
            made, token = invitations.invite(found, cast(User, request.user), **given)
    link = request.build_absolute_uri(reverse("join", args=[token]))
    told = {"link": link, "note": made.note, "expires_at": made.expires_at}
    return Response(InvitationSerializer(cast(Invitation, told)).data)


@reads(InvitationPageSerializer, name="list_invitations", query=PAGED)
def list_invitations(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """List the invitations to a study: for whom, until when, and who joined by them."""
    found = Invitation.objects.filter(study=led_study(request, study_id))

    def items(page: list[Invitation]) -> list[Any]:
        return list(KnownInvitationSerializer(page, many=True).data)

    rows = found.select_related("made_by", "used_by")
    return tagged(request, page_of(request, query, rows, items))


#: The address of a study's invitations: read, or a new one made.
of_study = either(list_invitations, invite)


@changes(StudySerializer, name="revoke_invitation")
def revoke(
    request: Request, query: Mapping[str, Any], study_id: UUID, invitation_id: int
) -> Response:
    """Take back a link that nobody has used."""
    with changing(request, study_id) as found:
        check_names(dict(request.data))
        invitation = get_object_or_404(found.invitations, pk=invitation_id)
        with allowed(found, "invite"):
            invitations.revoke(found, cast(User, request.user), invitation)
        return changed(found)


@changes(
    StudySerializer,
    name="withdraw_rater",
    request=WithdrawalSerializer,
    examples={"ill": {"rater": "ben", "reason": "Is ill and can't go on."}},
)
def withdraw(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Take a rater's access away; the answers stay, and every export says that the rater left."""
    with changing(request, study_id) as found:
        data = dict(request.data)
        check_names(data, "rater", "reason")
        reason = reason_of(data)
        with allowed(found, "withdraw a rater"):
            name = data.get("rater")
            members = found.memberships.filter(role="rater").select_related("user")
            member = {m.user.username: m for m in members}.get(name if type(name) is str else "")
            if member is None:
                errors = {"rater": "Give the name of a rater of this study."}
                raise ProblemError(BROKEN_RULE, "What was sent breaks a rule.", errors=errors)
            withdraw_rater(found, cast(User, request.user), member.user, reason)
        return changed(found)
