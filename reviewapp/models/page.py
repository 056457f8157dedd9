"""What the review page keeps for a rater beside the answers."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviewapp.models.answer import Assignment
from reviewapp.models.constraints import choices, one_of

THEMES = ["dark", "light", "system"]
DEFAULT_THEME = "dark"
#: Minutes of work before the page proposes a break; 0 for never.
DEFAULT_BREAK_AFTER_MIN, MAX_BREAK_AFTER_MIN = 45, 240


class Draft(models.Model):
    """What a rater has typed and not yet saved, from one tab; a removed one keeps its version."""

    assignment = models.OneToOneField(
        Assignment, models.CASCADE, primary_key=True, related_name="draft"
    )
    version = models.PositiveIntegerField(help_text="counts every change and removal")
    content = models.JSONField(null=True, help_text="as the page sent it; null when removed")
    revises = models.PositiveIntegerField(help_text="revision that the rater saw, 0 for none")
    client = models.UUIDField(help_text="the tab that sent it")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(version__gte=1), name="draft_versions_begin_at_one"),
        )

    def __str__(self) -> str:
        return f"draft {self.version} of {self.assignment}"


class Preferences(models.Model):
    """How one account likes the page: keys, light or dark, and when to be told of a break."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preferences"
    )
    keys = models.JSONField(help_text="a profile, and the changes to it")
    theme = models.CharField(max_length=10, choices=choices(THEMES), default=DEFAULT_THEME)
    break_after_min = models.PositiveSmallIntegerField(default=DEFAULT_BREAK_AFTER_MIN)

    class Meta:
        verbose_name_plural = "preferences"
        constraints = (
            one_of("theme", THEMES, "theme_is_known"),
            models.CheckConstraint(
                condition=Q(break_after_min__lte=MAX_BREAK_AFTER_MIN), name="break_within_range"
            ),
        )

    def __str__(self) -> str:
        return f"preferences of {self.user}"

    def as_dict(self) -> dict[str, Any]:
        """Give the preferences in the form of the API."""
        return {name: getattr(self, name) for name in ("keys", "theme", "break_after_min")}
