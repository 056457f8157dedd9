"""Each image, download and export is logged before it is sent, and not sent where it can't be."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reviewapp import accesses, studies
from reviewapp.models import AccessLog, Assignment, Study
from reviewapp.study_drafts import create_draft
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def logged() -> list[tuple[Any, ...]]:
    fields = ("who", "kind", "what", "assignment", "not_modified")
    return list(AccessLog.objects.order_by("pk").values_list(*fields))


def addresses(client: Client, assignment: Assignment) -> dict[str, str]:
    data = client.get(f"/api/v1/assignments/{assignment.pk}/").json()
    return {kind: data[kind]["url"] for kind in ("crop", "mask", "scan")}


def test_every_image_that_is_sent_is_logged(
    study: Study, first: Assignment, client_of: SignIn, people: dict[str, User]
) -> None:
    anna = client_of("anna")
    urls = addresses(anna, first)
    assert logged() == []
    for kind in ("mask", "crop", "scan"):
        anna.get(urls[kind])
    roi = first.roi
    assert logged() == [
        ("anna", "mask", roi.mask_id, first.pk, False),
        ("anna", "crop", roi.crop_id, first.pk, False),
        ("anna", "scan", roi.scan.volume_id, None, False),
    ]
    rows = AccessLog.objects.all()
    assert {(row.by_id, row.study_id) for row in rows} == {(people["anna"].pk, study.pk)}


def test_an_image_that_the_browser_has_is_logged_as_not_sent(
    first: Assignment, client_of: SignIn
) -> None:
    anna = client_of("anna")
    url = addresses(anna, first)["crop"]
    etag = anna.get(url)["ETag"]
    assert anna.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert [row[-1] for row in logged()] == [False, True]


def test_what_is_not_sent_is_not_logged(first: Assignment, client_of: SignIn) -> None:
    urls = addresses(client_of("anna"), first)
    for url in urls.values():
        assert client_of("anna").head(url).status_code == 200
        assert client_of("researcher").get(url).status_code == 404
        assert client_of("").get(url).status_code == 401
    assert logged() == []


def test_results_and_downloads_are_logged(
    study: Study, people: dict[str, User], client_of: SignIn, answered: Callable[..., None]
) -> None:
    answered("anna", 26)
    answered("ben", 26)
    client_of("anna").get(f"/studies/{study.pk}/answers/own-answers.tsv")
    lead = client_of("researcher")
    assert lead.get(f"/studies/{study.pk}/results/").status_code == 200  # asks to unblind
    assert lead.get(f"/studies/{study.pk}/results/report.zip").status_code == 404
    studies.unblind(study, people["researcher"], "both have finished")
    for page in ("", "answers.tsv", "report.zip", "nothing.tsv"):
        lead.get(f"/studies/{study.pk}/results/{page}")
    assert [row[:3] for row in logged()] == [
        ("anna", "download", "own-answers.tsv"),
        ("researcher", "results", "results"),
        ("researcher", "download", "answers.tsv"),
        ("researcher", "download", "report.zip"),
    ]


def test_exports_by_commands_are_logged(
    study: Study, people: dict[str, User], answered: Callable[..., None], tmp_path: Path
) -> None:
    answered("anna", 1)
    studies.unblind(study, people["researcher"], "both have finished")
    call_command("export_answers", "cortex", "--out", str(tmp_path / "mine.tsv"))
    call_command("export_corrections", "cortex", "--out", str(tmp_path / "masks"))
    assert [row[1:3] for row in logged()] == [("export", "mine.tsv"), ("export", "masks")]
    assert all(row[0].startswith("shell:") for row in logged())


def test_what_tells_groups_is_sealed_at_once_and_images_with_the_next_seal(
    study: Study, first: Assignment, client_of: SignIn, people: dict[str, User]
) -> None:
    anna = client_of("anna")
    urls = addresses(anna, first)
    before = study.seals.count()
    for kind in ("crop", "mask"):
        anna.get(urls[kind])
    assert study.seals.count() == before
    accesses.note(people["researcher"], study.pk, "download", "answers.tsv", sealed=True)
    seal = study.seals.get(place=before + 1)
    assert (seal.cause, seal.n_accesses, seal.facts) == ("access", 3, {})
    assert seal.accesses_to == AccessLog.objects.latest("pk").pk


def test_a_draft_has_no_seals(sample: Sample, people: dict[str, User]) -> None:
    crew = studies.People((people["anna"],), people["researcher"])
    draft = create_draft("draft", sample.rois, sample.scans, crew)
    accesses.note_backup("all.tar")
    assert draft.accesses.count() == 1
    assert not draft.seals.exists()
    studies.freeze(draft, people["researcher"])
    assert draft.seals.get(place=1).n_accesses == 1


def test_a_log_entry_is_one_short_insert(first: Assignment, client_of: SignIn) -> None:
    anna = client_of("anna")
    url = addresses(anna, first)["crop"]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        anna.get(url)
    (insert,) = [query["sql"] for query in queries if "reviewapp_accesslog" in query["sql"]]
    assert insert.startswith("INSERT")
    reads = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    reads = [sql for sql in reads if "set_config" not in sql]  # PostgreSQL's, of the insert
    assert len(reads) == 3  # session, account, showing


def test_accesses_of_a_study_are_read_by_their_index(study: Study) -> None:
    plan = AccessLog.objects.filter(study=study).order_by("pk").explain()
    assert "accesses_of_a_study" in plan or connection.vendor != "sqlite"


#: In a fresh process with the server's own settings, while another holds the database.
LOCKED = """
import json, sys, uuid
import django
django.setup()
from pathlib import Path
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from reviewapp.models import AccessLog, Assignment
from reviewapp.studies import People, create_study
call_command("migrate", verbosity=0)
anna, lead = (User.objects.create(username=name) for name in ("anna", "lead"))
folder = Path(sys.argv[1])
create_study("one", folder / "rois.tsv", folder / "scans.tsv", People((anna,), lead))
client = Client(headers={"host": "localhost"}, raise_request_exception=False)
client.force_login(anna)
first = Assignment.objects.get(position=1)
url = client.get(f"/api/v1/assignments/{first.pk}/").json()["crop"]["url"]
connection.close()
connection.settings_dict["OPTIONS"]["timeout"] = 0.2
import sqlite3
other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
def level():
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA synchronous").fetchone()[0]
other.execute("BEGIN IMMEDIATE")
locked = client.get(url)
levels = [level()]
other.execute("ROLLBACK")
free = client.get(url)
levels.append(level())
print(json.dumps({"locked": locked.status_code, "bytes": len(locked.content),
                  "type": locked["Content-Type"], "cache": locked["Cache-Control"],
                  "free": free.status_code, "levels": levels, "logged": AccessLog.objects.count()}))
"""


def test_an_image_that_cannot_be_logged_is_not_sent(sample: Sample, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    env = {
        **os.environ,
        "SECOND_LOOK_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "reviewapp.settings",
        "PYTHONPATH": str(root),
    }
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", LOCKED, str(sample.folder)]
    done = subprocess.run(command, env=env, cwd=root, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["locked"] in (500, 503)
    assert "octet-stream" not in told["type"]
    assert "no-store" in told["cache"]
    assert (told["free"], told["logged"]) == (200, 1)
    assert told["levels"] == [2, 2]  # an answer waits for the disk, before and after
