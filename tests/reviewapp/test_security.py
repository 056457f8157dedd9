"""The headers that each response bears, and the static files."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from reviewapp.models import Study

pytestmark = pytest.mark.django_db


def policy(response: Any) -> dict[str, str]:
    parts = (part.split(maxsplit=1) for part in response["Content-Security-Policy"].split("; "))
    return dict(parts)


def test_pages_load_from_this_server_alone_and_stay_out_of_caches(client: Client) -> None:
    response = client.get(reverse("login"))
    found = policy(response)
    assert found["default-src"] == found["script-src"] == found["style-src"] == "'self'"
    assert found["connect-src"] == "'self'"
    assert found["frame-ancestors"] == found["object-src"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_pages_that_say_nothing_of_caches_are_private(client: Client) -> None:
    assert client.get("/nothing")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "page", ["review", "own_answers", "done", "guidelines", "progress", "results"]
)
def test_no_page_has_inline_script_or_style(
    study: Study, client_of: Callable[[str], Client], answered: Callable[..., None], page: str
) -> None:
    answered("anna", 3)
    person = "researcher" if page in ("progress", "results") else "anna"
    html = client_of(person).get(reverse(page, args=[study.pk])).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    for script in re.findall(r"<script[^>]*>", html):
        assert 'type="application/json"' in script or " src=" in script


def test_collected_files_get_hashed_names_and_modules_find_one_another(
    settings: Any, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    plain = staticfiles_storage.url("css/site.css")
    assert plain == "/static/css/site.css"
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.STATIC_ROOT = str(tmp_path / "static")  # a change makes Django read the names again
    hashed = staticfiles_storage.url("css/site.css")
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{12}\.css", hashed)
    address = staticfiles_storage.url("js/review/main.js")
    main = tmp_path / address.removeprefix("/")
    code = re.sub(r"/\*.*?\*/", "", main.read_text("utf-8"), flags=re.DOTALL)
    imports = re.findall(r'from\s*"(\./[^"]+)"', code)
    assert imports
    for name in imports:
        assert re.search(r"\.[0-9a-f]{12}\.js$", name), name
        assert (main.parent / name).is_file()
