"""Write JSON. Apart from `problems`, because Django REST framework loads this before its views."""

from collections.abc import Mapping
from typing import Any

from django.utils.encoding import escape_uri_path
from rest_framework.renderers import JSONRenderer

PROBLEM_JSON = "application/problem+json"


class Renderer(JSONRenderer):
    """Write JSON, and into a problem the address that it is about."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Give the bytes of a response."""
        context = renderer_context or {}
        if getattr(context.get("response"), "content_type", None) == PROBLEM_JSON:
            data = {**data, "instance": escape_uri_path(context["request"].path)}
        return super().render(data, accepted_media_type, renderer_context)
