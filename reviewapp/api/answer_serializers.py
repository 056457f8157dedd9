"""An answer as answers.tsv has it: the fields are the columns of that format."""

from typing import Any

from rest_framework import serializers

from lesions.columns import Column
from lesions.formats import ANSWERS


def _field(column: Column) -> serializers.Field[Any, Any, Any, Any]:
    told = column.description + (f" ({column.units})" if column.units else "")
    common: dict[str, Any] = {"help_text": told, "allow_null": column.nullable}
    if column.levels is not None:
        return serializers.ChoiceField([*column.levels], **common)
    if column.kind == "list":
        return serializers.ListField(child=serializers.CharField(), **common)
    if column.kind == "integer":
        return serializers.IntegerField(**common)
    if column.kind == "number":
        return serializers.FloatField(**common)
    return serializers.CharField(**common)


#: Columns that all answers of a rater are read for: a page of the API has some of them.
OF_ALL_ANSWERS = ("block", "sitting")


class AnswerRowSerializer(serializers.Serializer[dict[str, Any]]):
    """One revision of an answer, with the group of its ROI."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Give a field for each column of answers.tsv that an answer alone tells."""
        columns = [column for column in ANSWERS.columns if column.name not in OF_ALL_ANSWERS]
        return {column.name: _field(column) for column in columns}
