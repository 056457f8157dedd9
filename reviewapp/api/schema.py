"""The OpenAPI schema of this API."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.request import Request

from reviewapp.api.query import Parameter, read_query

FORMAT = Parameter("format", "yaml or json", choices=("yaml", "json"), default="yaml")
YAML, JSON = "application/vnd.oai.openapi", "application/vnd.oai.openapi+json"


@extend_schema(exclude=True)
@api_view(["GET"])
@authentication_classes([])
@permission_classes([])
def schema(request: Request) -> HttpResponse:
    """Give the schema, as YAML or as JSON; it tells nothing of any study."""
    wanted = read_query(request, [FORMAT])["format"]
    return HttpResponse(rendered(wanted), content_type=YAML if wanted == "yaml" else JSON)


@cache
def rendered(wanted: str) -> bytes:
    """Give the schema's bytes: the same for all, so they are made once."""
    generator: Any = SchemaGenerator
    made = generator().get_schema(request=None, public=True)
    renderer = OpenApiYamlRenderer() if wanted == "yaml" else OpenApiJsonRenderer()
    text: bytes = renderer.render(made, renderer_context={})
    return text


def close_shapes(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say of each shape that it has these members alone (a hook of drf-spectacular's).

    So a test that holds responses against the schema finds a field that nobody described.
    """
    for shape in result["components"]["schemas"].values():
        if "properties" in shape:
            shape.setdefault("additionalProperties", False)
    return result
