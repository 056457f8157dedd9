"""What the addresses that change a study share: reading the reason, telling what isn't possible."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from django import forms
from rest_framework import serializers
from rest_framework.response import Response

from reviewapp.api.conditional import etag_of
from reviewapp.api.problem_types import BROKEN_RULE, WRONG_STATE
from reviewapp.api.problems import ProblemError
from reviewapp.api.study_serializers import study_dict
from reviewapp.models import Study
from reviewapp.steps import StudyError, possible, refusal
from reviewapp.study_forms import MAX_REASON, MIN_REASON, WithdrawForm

#: How a person names what JSON has.
_KIND_NAMES: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a study is changed."""

    reason = serializers.CharField(min_length=MIN_REASON, max_length=MAX_REASON)


class OptionalReasonSerializer(serializers.Serializer[Any]):
    """Why a study goes on; may be left out."""

    reason = serializers.CharField(required=False, min_length=MIN_REASON, max_length=MAX_REASON)


def check_names(data: Mapping[str, Any], *names: str) -> None:
    """Refuse fields that there aren't.

    Raises
    ------
    ProblemError
        There is another field; `errors` has a sentence for each.
    """
    unknown = sorted(set(data) - {*names})[:5]
    if unknown:
        refuse({name[:50]: "There is no such field." for name in unknown})


def check_kinds(
    data: Mapping[str, Any], kinds: Mapping[str, tuple[type, ...]], prefix: str = ""
) -> None:
    """Refuse fields that there aren't, and what is of another kind than JSON has to give.

    So "5" isn't taken for 5, nor 1 for true.

    Raises
    ------
    ProblemError
        `errors` has a sentence for each; `prefix` stands before its field.
    """
    unknown = sorted(set(data) - {*kinds})[:5]
    wrong = [name for name in kinds if name in data and type(data[name]) not in kinds[name]]
    errors = {f"{prefix}{name[:50]}": "There is no such field." for name in unknown}
    for name in wrong:
        known = " or ".join(_KIND_NAMES[kind] for kind in kinds[name])
        errors[f"{prefix}{name}"] = f"Give this as {known}."
    if errors:
        refuse(errors)


def reason_of(data: Mapping[str, Any], *, optional: bool = False) -> str:
    """Give the reason, by the rules of the pages; sending it is their tick.

    Raises
    ------
    ProblemError
        There is none, or it breaks a rule.
    """
    if optional and "reason" not in data:
        return ""
    if not isinstance(data.get("reason"), str):
        refuse({"reason": f"Say why, in {MIN_REASON} to {MAX_REASON} characters."})
    return str(cleaned(WithdrawForm({"reason": data["reason"]}))["reason"])


def cleaned(form: forms.Form) -> dict[str, Any]:
    """Give what a form of the pages makes of the fields.

    Raises
    ------
    ProblemError
        One breaks a rule.
    """
    if not form.is_valid():
        refuse({name: " ".join(map(str, texts)) for name, texts in form.errors.items()})
    return form.cleaned_data


@contextmanager
def allowed(study: Study, act: str) -> Iterator[None]:
    """Tell what the study's state doesn't allow, and what breaks a rule of the act.

    Raises
    ------
    ProblemError
    """
    if not possible(study, act):
        raise ProblemError(WRONG_STATE, refusal(study, act))
    try:
        yield
    except StudyError as error:
        refuse({"study": str(error)})


def changed(study: Study) -> Response:
    """Answer with the study as it is now and its new ETag."""
    body = study_dict(study)
    response = Response(body)
    response["ETag"] = etag_of(body)
    return response


def refuse(errors: Mapping[str, str]) -> NoReturn:
    """Leave with one sentence a field.

    Raises
    ------
    ProblemError
    """
    raise ProblemError(BROKEN_RULE, "What was sent breaks a rule.", errors=dict(errors))
