"""Name the app to Django."""

from django.apps import AppConfig


class ReviewAppConfig(AppConfig):
    """The blinded review."""

    name = "reviewapp"
    verbose_name = "Second Look"
