"""The headers that each response bears, and the static files."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from reviewapp import pages
from reviewapp.models import Study
from tests.reviewapp.headers import HEADERS

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


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


def test_every_answer_bears_every_header(
    client: Client, client_of: Callable[[str], Client], study: Study, monkeypatch: Any
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError

    anna, strict = client_of("anna"), Client(enforce_csrf_checks=True)
    crop = anna.get(f"/api/v1/studies/{study.pk}/queue/").json()["items"][0]["id"]
    responses = [
        *(client.get(address) for address in ("/", "/accounts/login/", "/report.css", "/nothing")),
        *(client.get(address) for address in ("/static/css/site.css", "/static/js/unsent.js")),
        *(anna.get(f"/api/v1/{rest}") for rest in (f"assignments/{crop}/", "x", "preferences/")),
        strict.post("/accounts/login/"),
        client.post("/accounts/login/", headers={"Content-Encoding": "gzip"}),
    ]
    monkeypatch.setattr(pages, "rater_progress", fail)
    careful = Client(raise_request_exception=False)
    careful.force_login(User.objects.get(username="anna"))
    responses.append(careful.get("/"))
    found = [response.status_code for response in responses]
    assert found == [302, 200, 200, 404, 200, 200, 200, 404, 200, 403, 415, 500]
    for response in responses:
        assert dict(response.items()).items() >= HEADERS.items(), response


def test_pages_that_say_nothing_of_caches_are_private(client: Client) -> None:
    assert client.get("/nothing")["Cache-Control"] == "private, no-store"


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


def run_with(folder: Path, code: str, **environment: str) -> str:
    """Run Python code against the app's settings in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "reviewapp.settings",
            "SECOND_LOOK_DATA": str(folder),
            **environment,
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_key_and_database_are_readable_by_the_server_s_account_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    code = "from django.core.management import call_command as call\ncall('migrate', verbosity=0)"
    run_with(tmp_path, code)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert {"secret_key", "second-look.sqlite3"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_the_settings_are_safe_unless_told_otherwise_and_https_makes_cookies_secure(
    tmp_path: Path,
) -> None:
    names = "DEBUG SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT ALLOWED_HOSTS"
    code = f"from django.conf import settings as s\nprint([getattr(s, n) for n in {names.split()}])"
    plain = run_with(tmp_path, code)
    assert plain.strip() == "[False, False, False, False, ['127.0.0.1', 'localhost']]"
    https = run_with(tmp_path, code, SECOND_LOOK_HTTPS="1", SECOND_LOOK_HOSTS="look.example")
    assert https.strip() == "[False, True, True, True, ['look.example']]"


def test_over_https_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    code = (
        "from django.test import Client\n"
        "for secure in (True, False):\n"
        "    r = Client().get('/accounts/login/', secure=secure, HTTP_HOST='look.example')\n"
        "    print(r.status_code, r.get('Strict-Transport-Security'), r.get('Location'))"
    )
    said = run_with(tmp_path, code, SECOND_LOOK_HTTPS="1", SECOND_LOOK_HOSTS="look.example")
    assert said.splitlines() == [
        "200 max-age=31536000; includeSubDomains None",
        "301 None https://look.example/accounts/login/",
    ]


def test_django_finds_nothing_to_object_to_in_a_deployment(tmp_path: Path) -> None:
    code = (
        "from django.core.management import call_command as call\n"
        "call('check', deploy=True, fail_level='WARNING')"
    )
    said = run_with(tmp_path, code, SECOND_LOOK_HTTPS="1", SECOND_LOOK_HOSTS="look.example")
    assert "no issues" in said


def test_processes_that_start_at_once_in_an_empty_folder_get_one_key(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from reviewapp.secret_key import kept_secret\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "for n in range(200):\n"
        "    while n and not (folder / str(n - 1)).exists(): pass\n"
        "    print(kept_secret(folder / str(n)), flush=True)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started: list[Any] = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(3)]
    for one in started:
        assert one.stdout.readline() == "ready\n"
    for one in started:
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate()[0].split() for one in started]
    assert len(said[0]) == 200
    assert said[0] == said[1] == said[2]
    assert len(set(said[0])) == 200
    assert sorted(int(path.name) for path in tmp_path.iterdir()) == list(range(200))
