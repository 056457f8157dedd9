"""The steps of a study's life, and amendments of its protocol: what the study page does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import User
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp import orders
from reviewapp import studies as acts
from reviewapp.api.acting import (
    OptionalReasonSerializer,
    ReasonSerializer,
    allowed,
    changed,
    check_kinds,
    check_names,
    cleaned,
    reason_of,
)
from reviewapp.api.conditional import changing
from reviewapp.api.problem_types import NO_ANSWERS
from reviewapp.api.problems import ProblemError
from reviewapp.api.researcher import changes
from reviewapp.api.study_serializers import StudySerializer
from reviewapp.models import AnswerRevision, Study
from reviewapp.models.page import MAX_BREAK_AFTER_MIN
from reviewapp.protocol import AMENDABLE, MAX_HYPOTHESES, MAX_RATERS, settings_of
from reviewapp.protocol import amend as amend_protocol
from reviewapp.study_forms import CLASS_RULES, AmendForm

#: What JSON has to give for each setting.
AMENDABLE_KINDS: dict[str, tuple[type, ...]] = {
    "hypotheses": (str,),
    "class_rule": (str,),
    "radiological": (bool,),
    "break_after_min": (int,),
    "n_raters": (int, type(None)),
}


class AmendableSerializer(serializers.Serializer[Any]):
    """The settings that an amendment can change; what is left out stays as it is."""

    hypotheses = serializers.CharField(required=False, max_length=MAX_HYPOTHESES)
    class_rule = serializers.ChoiceField([*CLASS_RULES], required=False)
    radiological = serializers.BooleanField(
        required=False, help_text="the patient's left on the right"
    )
    break_after_min = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_BREAK_AFTER_MIN, help_text="0 for never"
    )
    n_raters = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MAX_RATERS, help_text="planned"
    )


class AmendmentSerializer(ReasonSerializer, AmendableSerializer):
    """A new version of the protocol; what is left out stays."""


@changes(StudySerializer, name="freeze_study", request=OptionalReasonSerializer)
def freeze(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Fix a draft's protocol under its hash, and draw each rater's order."""
    by = cast(User, request.user)
    with _asked(request, study_id, "freeze") as (found, _):
        pass  # refused before the long work
    with allowed(found, "freeze"):
        ahead = orders.store_ahead(found, by)
    with _asked(request, study_id, "freeze") as (found, reason):
        acts.freeze(found, by, reason, ahead=ahead)
        return changed(found)


@changes(StudySerializer, name="open_study", request=OptionalReasonSerializer)
def open_study(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Let the raters in."""
    return _go_on(request, study_id, "open")


@changes(
    StudySerializer,
    name="close_study",
    request=ReasonSerializer,
    examples={"in time": {"reason": "Both raters have finished."}},
)
def close(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Take no more answers: logged with the reason."""
    return _go_on(request, study_id, "close")


@changes(StudySerializer, name="reopen_study", request=ReasonSerializer)
def reopen(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Take answers again, as long as the study isn't unblinded: logged with the reason."""
    return _go_on(request, study_id, "reopen")


@changes(
    StudySerializer,
    name="unblind_study",
    request=ReasonSerializer,
    examples={"in time": {"reason": "Both raters have finished; analysis as in the protocol."}},
)
def unblind(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Open the groups for good: logged with the reason, and the study closes to answers."""
    with changing(request, study_id) as found:
        data = dict(request.data)
        check_names(data, "reason")
        reason = reason_of(data)
        with allowed(found, "unblind"):
            if not AnswerRevision.objects.filter(study=found).exists():
                raise ProblemError(NO_ANSWERS, f"{found.name} has no answers to unblind.")
            acts.unblind(found, cast(User, request.user), reason)
        return changed(found)


@changes(
    StudySerializer,
    name="amend_study",
    request=AmendmentSerializer,
    examples={"a longer pause": {"reason": "Raters asked for it.", "break_after_min": 30}},
)
def amend(request: Request, query: Mapping[str, Any], study_id: UUID) -> Response:
    """Make a new version of a frozen protocol: answers from now on carry its hash."""
    with changing(request, study_id) as found:
        data = dict(request.data)
        check_kinds(data, {"reason": (str,), **AMENDABLE_KINDS})
        reason = reason_of(data)
        with allowed(found, "amend"):
            in_force = {name: getattr(settings_of(found), name) for name in AMENDABLE}
            form = AmendForm(found, {**in_force, **data, "reason": reason})
            cleaned(form)
            amend_protocol(found, cast(User, request.user), reason, form.changes())
        return changed(found)


@contextmanager
def _asked(request: Request, study_id: UUID, act: str) -> Iterator[tuple[Study, str]]:
    """Lock the study for an act, and give it with the reason."""
    with changing(request, study_id) as found:
        data = dict(request.data)
        check_names(data, "reason")
        reason = reason_of(data, optional=act in ("freeze", "open"))
        with allowed(found, act):
            yield found, reason


def _go_on(request: Request, study_id: UUID, act: str) -> Response:
    steps = {"open": acts.open_study, "close": acts.close, "reopen": acts.reopen}
    with _asked(request, study_id, act) as (found, reason):
        steps[act](found, cast(User, request.user), reason)
        return changed(found)
