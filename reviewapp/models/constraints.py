"""What the columns of several tables share: lengths, and values from a list."""

from django.db import models
from django.db.models import Q

#: Longest name of anything that a table brings: file systems end names at 255 bytes.
NAME_LENGTH = 255
SHA256_LENGTH = 64
CLIENT_VERSION_LENGTH = 64


def one_of(field: str, values: list[str], name: str) -> models.CheckConstraint:
    """Make the database refuse every other value."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


def choices(values: list[str]) -> list[tuple[str, str]]:
    """Give values in the form that a field takes."""
    return [(value, value) for value in values]
