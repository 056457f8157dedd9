"""The OpenAPI schema: valid, complete, the same as docs/openapi.yaml, and free of a CDN."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern

from reviewapp.api.schema import rendered
from reviewapp.api.urls import urlpatterns

ROOT = Path(__file__).resolve().parents[3]
#: Leads nowhere, or is the schema itself.
WITHOUT_DESCRIPTION = {"nowhere", "schema"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rendered("json"))
    return found


def test_the_schema_is_valid_and_made_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(path))
    assert path.read_bytes() == rendered("yaml")


def test_the_committed_copy_is_the_schema() -> None:
    """Write it anew with: manage.py spectacular --file docs/openapi.yaml."""
    assert (ROOT / "docs" / "openapi.yaml").read_bytes() == rendered("yaml")


@pytest.mark.django_db
def test_the_schema_is_served_to_anybody_in_both_forms(client: Client) -> None:
    as_yaml = client.get("/api/v1/schema/")
    as_json = client.get("/api/v1/schema/?format=json")
    assert as_yaml["Content-Type"] == "application/vnd.oai.openapi"
    assert as_json["Content-Type"] == "application/vnd.oai.openapi+json"
    assert yaml.safe_load(as_yaml.content) == as_json.json()
    assert as_json.json()["openapi"] == "3.1.0"
    assert client.get("/api/v1/schema/?format=html").status_code == 400


def test_every_address_is_described(schema: dict[str, Any]) -> None:
    routes = [r for r in urlpatterns if isinstance(r, URLPattern)]
    named = {route.name for route in routes} - WITHOUT_DESCRIPTION
    assert len(schema["paths"]) == len(named)


def test_every_operation_says_what_can_happen(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            name = f"{method} {path}"
            assert operation["description"], name
            statuses = set(operation["responses"])
            assert {"500", "503"} <= statuses, name
            assert "401" in statuses or "problems" in path, name
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert set(response["content"]) == {"application/problem+json"}, name


def test_where_a_body_is_taken_one_may_be_too_long(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            takes = "requestBody" in operation
            assert ("413" in operation["responses"]) == takes, f"{method} {path}"


def test_only_what_people_wrote_themselves_has_members_of_any_name(schema: dict[str, Any]) -> None:
    shapes = schema["components"]["schemas"]
    open_ones = {
        name for name, shape in shapes.items() if shape.get("additionalProperties") is None
    }
    assert {name for name in open_ones if shapes[name]["type"] == "object"} == set()


def test_no_shape_of_a_rater_has_a_field_that_tells_a_group(schema: dict[str, Any]) -> None:
    words = re.compile(r"group|outcome|diagnosis|stratum|site|lesion|participant|drawn_in|label")
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            if "review" in operation["tags"]:
                seen = json.dumps(operation["responses"]) + told(schema, operation)
                keys = re.findall(r'"(\w+)": \{', seen)
                assert not [key for key in keys if words.search(key)], path


def told(schema: dict[str, Any], part: Any, seen: frozenset[str] = frozenset()) -> str:
    """Give the shapes that a part of the schema refers to, and those that they refer to."""
    names = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(part))) - seen
    shapes = schema["components"]["schemas"]
    return "".join(json.dumps(shapes[n]) + told(schema, shapes[n], seen | names) for n in names)
