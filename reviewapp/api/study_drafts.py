"""Drafts over the API: changed and deleted, as on the study page."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from lesions.questionnaire import QuestionnaireError
from reviewapp.api.acting import allowed, changed, check_kinds, check_names, cleaned, refuse
from reviewapp.api.build_serializers import SettingsSerializer
from reviewapp.api.builds import SETTINGS_KINDS, settings_form
from reviewapp.api.conditional import changing
from reviewapp.api.researcher import changes
from reviewapp.api.study_serializers import StudySerializer
from reviewapp.builds.plan import questionnaire_of
from reviewapp.models import NAME_LENGTH
from reviewapp.protocol import settings_of
from reviewapp.study_drafts import change_draft, delete_draft

_CHANGES: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "settings": (dict,),
    "questionnaire": (dict,),
    "raters": (list,),
}


class ChangeSerializer(serializers.Serializer[Any]):
    """What changes of a draft; what is left out stays as it is."""

    name = serializers.CharField(required=False, max_length=NAME_LENGTH)
    settings = SettingsSerializer(required=False)
    questionnaire = serializers.DictField(required=False)
    raters = serializers.ListField(
        child=serializers.CharField(max_length=150),
        required=False,
        help_text="those of the draft's raters who stay; raters come by invitation",
    )


@changes(
    StudySerializer,
    name="change_draft",
    request=ChangeSerializer,
    examples={"blocks": {"settings": {"block_size": 40}}},
)
def change(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Change a draft's name, settings and questions, or take raters out of it."""
    with changing(request, study_id) as found:
        data = dict(request.data)
        check_kinds(data, _CHANGES)
        settings = data.get("settings", {})
        check_kinds(settings, SETTINGS_KINDS, "settings.")
        now = settings_of(found)
        form = settings_form(
            {k: v for k, v in asdict(now).items() if k in SETTINGS_KINDS} | settings
        )
        cleaned(form)
        try:
            given = data.get("questionnaire")
            questions = None if given is None else questionnaire_of(given)
        except QuestionnaireError as error:
            refuse({"questionnaire": str(error)})
        members = found.memberships.filter(role="rater").select_related("user")
        raters = {member.user.username: member.user for member in members}
        staying = data.get("raters", [*raters])
        if not all(type(name) is str and name in raters for name in staying):
            refuse({"raters": "Name raters of this draft alone."})
        with allowed(found, "change"):
            change_draft(
                found,
                cast(User, request.user),
                name=data.get("name"),
                settings=form.settings(),
                questionnaire=questions,
                raters=[raters[name] for name in dict.fromkeys(staying)],
            )
        return changed(found)


@changes(None, name="delete_draft", status=204)
def delete(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Delete a draft with its sample; a study that was frozen once is never deleted."""
    with changing(request, study_id) as found:
        check_names(dict(request.data))
        with allowed(found, "delete"):
            delete_draft(found, cast(User, request.user))
        return Response(status=204)
