"""Studies ordered by a script: of which cohorts, and how far they are."""

import json
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp.api.acting import check_kinds, check_names, cleaned, refuse
from reviewapp.api.build_serializers import (
    BuildSerializer,
    CohortPageSerializer,
    CohortSerializer,
    OrderSerializer,
)
from reviewapp.api.conditional import tagged
from reviewapp.api.pagination import PAGED, page_of
from reviewapp.api.requests import OrderParser
from reviewapp.api.researcher import orders, reads
from reviewapp.api.study_life import AMENDABLE_KINDS
from reviewapp.builds import build as builds
from reviewapp.builds import process
from reviewapp.builds.forms import FIXED, DrawForm, SettingsForm
from reviewapp.builds.plan import DICTIONARY, KEY, PRACTICE, SAMPLE, StudyPlan
from reviewapp.cohort_samples import Draw
from reviewapp.models import NAME_LENGTH, Build, SharedCohort
from reviewapp.protocol import AMENDABLE, DEFAULT_SETTINGS
from reviewapp.refusals import REFUSALS, in_words

NULL = type(None)
#: What JSON has to give for each field.
_ORDER: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "cohort": (str,),
    "draw": (dict,),
    "rois": (str,),
    "rois_dictionary": (dict,),
    "settings": (dict,),
    "questionnaire": (dict,),
    "practice": (dict,),
}
_DRAW: dict[str, tuple[type, ...]] = {
    "n": (int,),
    "seed": (int,),
    "acquisition": (str, NULL),
    "tpl_drawn_in": (str,),
    "max_per_patient": (int, NULL),
}
_FIXED: dict[str, tuple[type, ...]] = dict.fromkeys(FIXED, (int,)) | {"repeat_share": (int, float)}
SETTINGS_KINDS = AMENDABLE_KINDS | _FIXED
_PRACTICE: dict[str, tuple[type, ...]] = {"rois": (str,), "key": (str,), "n": (int, NULL)}


@reads(CohortPageSerializer, name="list_cohorts", query=PAGED, problems=())
def cohorts(request: Request, query: Mapping[str, Any]) -> Response:
    """List the cohorts that the account may make studies of, by name."""
    found = SharedCohort.objects.open_to(cast(User, request.user))
    page = page_of(
        request, query, found, lambda rows: list(CohortSerializer(rows, many=True).data), key="name"
    )
    return tagged(request, page)


@orders(
    BuildSerializer,
    name="order_study",
    status=202,
    request=OrderSerializer,
    parser=OrderParser,
    examples={
        "drawn from the cohort": {"name": "Site D", "cohort": "Site D", "draw": {"n": 50}},
    },
)
def order(request: Request, query: Mapping[str, Any]) -> Response:
    """Order a draft of a study of a cohort; it is made meanwhile, and tells how far it is."""
    by, data = cast(User, request.user), dict(request.data)
    check_kinds(data, _ORDER)
    missing = [name for name in ("name", "cohort") if name not in data]
    if missing:
        refuse(dict.fromkeys(missing, "This has to be given."))
    cohort = SharedCohort.objects.open_to(by).filter(name=data["cohort"][:NAME_LENGTH]).first()
    if cohort is None:
        refuse({"cohort": "There is no such cohort for this account."})
    if "draw" in data and "rois" in data:
        refuse({"draw": "Give either this or `rois`."})
    plan = _plan(data)
    try:
        made = builds.order(by, cohort, data["name"], plan)
    except REFUSALS as error:
        refuse({"order": in_words(error)})
    process.start(made)
    response = Response(_build_dict(_own(request), made.pk), status=202)
    response["Location"] = request.build_absolute_uri(reverse("api:build", args=[made.pk]))
    return response


@reads(BuildSerializer, name="read_build")
def build(request: Request, query: Mapping[str, Any], build_id: UUID) -> Response:
    """Say how far a study is that was ordered, and how it ended."""
    return tagged(request, _build_dict(_own(request), build_id))


@orders(BuildSerializer, name="stop_build", problems=(404,))
def stop(request: Request, query: Mapping[str, Any], build_id: UUID) -> Response:
    """Ask that a study be made no further; nothing of it is left then."""
    own = _own(request)
    check_names(dict(request.data))
    builds.ask_to_stop(get_object_or_404(own, pk=build_id))
    return Response(_build_dict(own, build_id))


def settings_form(data: Mapping[str, Any]) -> SettingsForm:
    """Give the form that checks settings, defaults where they name none.

    Raises
    ------
    ProblemError
        A field is unknown or of another kind.
    """
    check_kinds(data, SETTINGS_KINDS, "settings.")
    usual = {name: getattr(DEFAULT_SETTINGS, name) for name in (*AMENDABLE, *FIXED)}
    return SettingsForm({**usual, **data})


def _plan(data: Mapping[str, Any]) -> StudyPlan:
    settings = settings_form(data.get("settings", {}))
    cleaned(settings)
    practice = data.get("practice", {})
    check_kinds(practice, _PRACTICE, "practice.")
    given = {
        SAMPLE: data.get("rois"),
        DICTIONARY: _as_text(data.get("rois_dictionary")),
        PRACTICE: practice.get("rois"),
        KEY: practice.get("key"),
    }
    return StudyPlan(
        settings=settings.settings(),
        draw=_draw(data.get("draw", {})),
        tables={name: text for name, text in given.items() if text is not None},
        questionnaire=data.get("questionnaire"),
        practice_n=practice.get("n"),
    )


def _draw(data: Mapping[str, Any]) -> Draw:
    check_kinds(data, _DRAW, "draw.")
    usual = Draw()
    given = {name: data.get(name, getattr(usual, name)) for name in _DRAW}
    form = DrawForm({**given, "sample_seed": given["seed"]})
    cleaned(form)
    return form.draw()


def _as_text(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value)


def _own(request: Request) -> "QuerySet[Build]":
    return Build.objects.ordered_by(cast(User, request.user)).select_related("cohort")


def _build_dict(own: "QuerySet[Build]", build_id: UUID) -> dict[str, Any]:
    return dict(BuildSerializer(get_object_or_404(own, pk=build_id)).data)
