"""The shapes of problem details; the schema is made of them."""

from typing import Any

from rest_framework import serializers as s

from reviewapp.api.rater_serializers import DraftSerializer, OwnAnswerSerializer, Shape


class ProblemSerializer(Shape):
    """Problem details (RFC 9457)."""

    type = s.CharField(help_text="`about:blank`, or an address that tells what to do about it")
    title = s.CharField()
    status = s.IntegerField(min_value=400, max_value=599)
    detail = s.CharField()
    instance = s.CharField(help_text="the address that was asked for")


class FieldProblemSerializer(ProblemSerializer):
    """Something that was sent breaks a rule."""

    # A field, not the errors of the serializer.
    errors = s.DictField(  # type: ignore[assignment]
        child=s.CharField(), required=False, help_text="a sentence a field"
    )
    allowed = s.ListField(
        child=s.CharField(), required=False, help_text="parameters that there are"
    )
    confirm = s.ListField(
        child=s.CharField(), required=False, help_text="what may be confirmed: empty, touches"
    )


class NewerAnswerSerializer(ProblemSerializer):
    """The ROI was answered elsewhere meanwhile."""

    current = s.IntegerField(min_value=0, help_text="revision of the answer that there is")
    answer = OwnAnswerSerializer(allow_null=True)
    answered_at = s.DateTimeField(allow_null=True)


class NewerDraftSerializer(ProblemSerializer):
    """The ROI was edited or answered elsewhere meanwhile."""

    current = DraftSerializer(allow_null=True)
    revision = s.IntegerField(min_value=0, help_text="number of the current answer")


class ProblemTypeSerializer(Shape):
    """A type of problem, and what to do about it."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField(min_value=400, max_value=599)
    advice = s.CharField()


def problem_shape(status: int) -> Any:
    """Give the shape of a problem of this status, where an address has no closer one."""
    return FieldProblemSerializer if status == 400 else ProblemSerializer
