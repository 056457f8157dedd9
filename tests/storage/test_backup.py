"""A backup is whole while raters save, and either kind of database takes it back as it was."""

import json
import re
import tarfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from reviewapp.append_only import PRACTICE, TABLES
from scripts.temporary_postgres import Cluster
from tests.databases import own_database
from tests.reviewapp.cohort import ANSWER
from tests.storage.raters import Script, check_all_there
from tests.storage.site import Site

N_RATERS = 8
OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
#: Unblinds the study, backs the server up, exports all there is.
SOURCE = """
import sys
import django
django.setup()
from django.core.management import call_command
call_command("unblind", "busy", "--reason", "all have finished")
call_command("backup", sys.argv[1])
"""
EXPORT = """
call_command("export_answers", "busy", "--all-revisions", "--out", sys.argv[2] + "/answers.tsv")
call_command("export_corrections", "busy", "--out", sys.argv[2] + "/corrections")
"""
#: Restores and backs up again; then, after the exports, tries what must not succeed.
TARGET = """
import sys
import django
django.setup()
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from reviewapp import append_only
from reviewapp.models import Study, StudyStep
call_command("restore", sys.argv[1])
call_command("backup", sys.argv[3])
"""
AFTERWARDS = """
for table in append_only.TABLES:
    for sql in ("UPDATE {} SET id = id + 1", "DELETE FROM {}"):
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql.format(table))
        except IntegrityError:
            print("refused", table)
print("without triggers:", append_only.missing(connection, *append_only.TABLES))
study, last = Study.objects.get(), StudyStep.objects.latest("pk")
row = StudyStep.objects.create(
    study=study, kind="interim look", by=study.created_by, reason="again", n_answers=0
)
print("ids go on" if row.pk > last.pk else "an id came again")
try:
    call_command("restore", sys.argv[1])
except CommandError as error:
    print(error)
"""


@pytest.fixture
def site_on(tmp_path: Path, cluster: Cluster) -> Iterator[Callable[..., Site]]:
    """Give a function that makes a site on a database of a kind."""
    with ExitStack() as stack:

        def make(kind: str, n_raters: int) -> Site:
            folder = tmp_path / kind
            folder.mkdir()
            server = cluster.url() if kind == "postgresql" else "sqlite"
            site = Site(folder, stack.enter_context(own_database(folder, server)), n_raters)
            stack.callback(site.kill)
            return site

        yield make


@pytest.mark.parametrize("kind", OTHER)
def test_a_backup_is_whole_while_raters_save_and_keeps_nobody_waiting(
    kind: str, site_on: Any, tmp_path: Path
) -> None:
    site, file = site_on(kind, N_RATERS), tmp_path / "backup.tar"
    scripts = [Script(site, rater, seed) for seed, rater in enumerate(site.raters)]
    site.start()
    for script in scripts:
        script.start()
    time.sleep(1)
    before = acknowledged(scripts)
    site.manage("backup", str(file))
    after = acknowledged(scripts)
    for script in scripts:
        script.stopped.set()
    for script in scripts:
        script.join(60)
    site.kill()
    assert after > before, "nobody could save while the backup was made"
    stored = site.stored()
    check_all_there(scripts, stored)
    check_first_revisions(answers_in(file), {(row["assignment"], row["number"]) for row in stored})
    assert before <= {uuid.UUID(row["idempotency_key"]) for row in answers_in(file)}


def acknowledged(scripts: list[Script]) -> set[uuid.UUID]:
    return {uuid.UUID(sent.key) for script in scripts for sent in list(script.acknowledged)}


def answers_in(file: Path) -> list[dict[str, Any]]:
    """Give the answers that a backup holds."""
    columns, *rows = rows_in(file)["rows/reviewapp.answerrevision.jsonl"]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def rows_in(file: Path) -> dict[str, list[Any]]:
    """Give the rows of a backup's tables, and the names of its volumes."""
    with tarfile.open(file) as tar:
        names = [name for name in tar.getnames() if name != "manifest.json"]
        return {
            name: [json.loads(line) for line in tar.extractfile(name)]
            if name.endswith(".jsonl")
            else []
            for name in names
        }


def check_first_revisions(backed_up: list[dict[str, Any]], stored: set[Any]) -> None:
    """Check that a backup holds the revisions of each answer from the first to one of them."""
    assert {(row["assignment_id"], row["number"]) for row in backed_up} <= stored
    for place in {row["assignment_id"] for row in backed_up}:
        numbers = sorted(row["number"] for row in backed_up if row["assignment_id"] == place)
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("kind", OTHER)
def test_the_other_kind_of_database_takes_a_backup_and_exports_the_same_bytes(
    kind: str, site_on: Any, tmp_path: Path
) -> None:
    source, target = site_on(kind, 2), site_on(OTHER[kind], 0)
    file, again = tmp_path / "backup.tar", tmp_path / "again.tar"
    source.start()
    for rater in source.raters:
        for place in rater.assignments:
            comment = 'sulcus "ß" 漢\n\t' if place == rater.assignments[3] else ""
            answer = {**ANSWER, "comment": comment, "active_s": 1 / 3}
            if place == source.raters[0].assignments[0]:
                answer |= {"needs_correction": True, "correction": source.drawn(place)}
            assert source.answer(rater, place, answer, str(uuid.uuid4())).status == 201
    source.kill()
    source.run("-c", SOURCE + EXPORT, str(file), exports_of(source))
    told = target.run("-c", TARGET + EXPORT + AFTERWARDS, str(file), exports_of(target), str(again))
    assert files_in(exports_of(target)) == files_in(exports_of(source))
    came, expected = rows_in(again), rows_in(file)
    for table in ("accesslog", "seal"):  # where the second backup told of itself
        assert came[f"rows/reviewapp.{table}.jsonl"].pop()[0] > 1
    assert came == expected
    assert "secret_key" not in rows_in(file)
    for table in set(TABLES) - {PRACTICE}:  # it is empty, and triggers look at rows
        assert told.count(f"refused {table}\n") == 2
    assert "without triggers: []\n" in told
    assert "ids go on" in told
    assert re.search(r"^expected an empty database to restore into, but .* holds rows$", told, re.M)


def exports_of(site: Site) -> str:
    return str(site.folder / "exports")


def files_in(folder: str) -> dict[str, bytes]:
    found = [path for path in Path(folder).rglob("*") if path.is_file()]
    assert len(found) > 20
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
