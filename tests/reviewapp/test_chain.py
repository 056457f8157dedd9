"""The chain of a study's answers: what each revision's checksum covers, and what it follows."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewapp import answer_errors, answers, chain
from reviewapp.models import AnswerRevision, Assignment, Study
from reviewapp.roi_rows import roi_sha256
from reviewapp.studies import People, create_study
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.drawing import drawn, grown


def stored_and_computed(study: Study) -> list[tuple[str, str]]:
    rows = AnswerRevision.objects.filter(study=study).order_by("place").select_related("correction")
    return [(row.sha256, chain.sha256_of(row, getattr(row, "correction", None))) for row in rows]


@pytest.mark.django_db
def test_each_answer_follows_the_one_before_it_in_its_study(
    study: Study, answered: Callable[..., None]
) -> None:
    begin = chain.head_of(study)
    assert begin == chain.Head(0, chain.beginning(study.pk, study.protocol_sha256))
    answered("anna", 2)
    answered("ben", 1)
    answered("anna", 3)
    rows = list(study.revisions.order_by("place"))
    assert [row.place for row in rows] == [1, 2, 3, 4]
    assert [row.rater_name for row in rows] == ["anna", "anna", "ben", "anna"]
    followed = [begin.sha256, *(row.sha256 for row in rows[:-1])]
    assert [row.previous_sha256 for row in rows] == followed
    assert chain.head_of(study) == chain.Head(4, rows[-1].sha256)


@pytest.mark.django_db
def test_each_study_has_a_chain_of_its_own(
    study: Study, sample: Sample, people: dict[str, User], answered: Callable[..., None]
) -> None:
    answered("anna", 2)
    both = People((people["anna"],), people["researcher"])
    other = create_study("other", sample.rois, sample.scans, both)
    assert chain.head_of(other).n == 0
    assert chain.head_of(other).sha256 != chain.beginning(study.pk, study.protocol_sha256)
    (first,) = Assignment.objects.filter(membership__study=other, position=1)
    answers.record(first, ANSWER, uuid.uuid4())
    assert chain.head_of(other).n == 1
    assert chain.head_of(study).n == 2


@pytest.mark.django_db
def test_a_checksum_covers_every_column_of_the_answer_and_its_delineation(
    first: Assignment,
) -> None:
    answer = {**ANSWER, "needs_correction": True, "correction": drawn(first, grown(first.roi))}
    answers.record(first, {**answer, "client_version": "0123456789abcdef"}, uuid.uuid4())
    revision = AnswerRevision.objects.get()
    told = json.dumps(chain.content(revision, revision.correction))
    hashes = {"sha256", "id"}
    for field in AnswerRevision._meta.concrete_fields:
        if field.attname not in hashes:
            changed = AnswerRevision.objects.get()
            old = getattr(changed, field.attname)
            setattr(changed, field.attname, other_than(old, first))
            assert json.dumps(chain.content(changed, revision.correction)) != told, field
    for field in revision.correction._meta.concrete_fields:
        if field.attname not in {"id", "revision_id"}:
            changed = AnswerRevision.objects.get().correction
            setattr(changed, field.attname, other_than(getattr(changed, field.attname), first))
            assert json.dumps(chain.content(revision, changed)) != told, field
    assert json.dumps(chain.content(revision, None)) != told


def other_than(value: Any, first: Assignment) -> Any:
    if isinstance(value, uuid.UUID):
        return Assignment.objects.exclude(pk=first.pk)[0].pk if value == first.pk else uuid.uuid4()
    if isinstance(value, bool):
        return not value
    if isinstance(value, str | list):
        return value + type(value)("x")
    if value is None:
        return 1.5
    return value.replace(year=2001) if hasattr(value, "replace") else value + 1


@pytest.mark.django_db
def test_a_checksum_covers_the_roi_its_group_and_its_place_on_the_scan(first: Assignment) -> None:
    before = roi_sha256(first.roi)
    changes = {"group": "TPL", "sampling_weight": 9.0, "crop_offset_ijk": [0, 0, 0], "row": 99}
    for name, value in changes.items():
        roi = type(first.roi).objects.get(pk=first.roi_id)
        setattr(roi, name, value)
        assert (roi_sha256(roi) != before) == (name != "row"), name
    scan = type(first.roi).objects.get(pk=first.roi_id)
    scan.scan.diagnosis = "mimic" if scan.scan.diagnosis == "MS" else "MS"
    assert roi_sha256(scan) != before


WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0|"), max_size=40)
SECONDS = st.floats(0, 1e300) | st.just(-0.0) | st.integers(0, 10**6)


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(comment=WORDS, active_s=SECONDS, tool=st.sampled_from(["brush", "hole-fill"]))
def test_what_was_hashed_is_what_the_database_gives_back(
    study: Study, comment: str, active_s: float, tool: str
) -> None:
    study.memberships.update(simulated=True)  # whose times stay as they are
    number = chain.head_of(study).n
    assignment = Assignment.objects.select_related("membership__study").get(
        membership__user__username="anna", position=1
    )
    answer = {
        **ANSWER,
        "comment": comment.strip(),
        "active_s": active_s,
        "revises": number,
        "needs_correction": True,
        "correction": drawn(assignment, grown(assignment.roi), tools=[tool]),
    }
    answers.record(assignment, answer, uuid.uuid4())
    assert all(stored == computed for stored, computed in stored_and_computed(study))


@pytest.mark.django_db
def test_a_rater_who_is_renamed_later_does_not_break_the_chain(
    study: Study, answered: Callable[..., None]
) -> None:
    answered("anna", 1)
    User.objects.filter(username="anna").update(username="anna.k")
    ((stored, computed),) = stored_and_computed(study)
    assert stored == computed


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["1.0", "0123456789ABCDEF", 7, None, ["0123456789abcdef"]])
def test_a_version_of_another_form_is_refused(first: Assignment, version: object) -> None:
    with pytest.raises(answer_errors.InvalidAnswerError, match="client_version"):
        answers.record(first, {**ANSWER, "client_version": version}, uuid.uuid4())


@pytest.mark.django_db
def test_the_version_of_the_page_is_kept_and_a_page_of_before_has_none(first: Assignment) -> None:
    answers.record(first, {**ANSWER, "client_version": "0123456789abcdef"}, uuid.uuid4())
    answers.record(first, {**ANSWER, "revises": 1}, uuid.uuid4())
    versions = AnswerRevision.objects.order_by("number").values_list("client_version", flat=True)
    assert list(versions) == ["0123456789abcdef", ""]


#: In a fresh process on a database of its own: its rows copied into the tables as they were before
#: the chain, and those brought up to date.
BACK_AND_FORTH = """
import json, sys, uuid
import django
django.setup()
from pathlib import Path
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connection
from reviewapp import answer_errors, answers, chain
from reviewapp.models import AnswerRevision, Assignment, Study
from reviewapp.studies import People, create_study
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.drawing import drawn, grown
call_command("migrate", verbosity=0)
anna, lead = (User.objects.create(username=name) for name in ("anna", "lead"))
folder = Path(sys.argv[1])
for name in ("one", "two"):
    create_study(name, folder / "rois.tsv", folder / "scans.tsv", People((anna,), lead))
for place in (1, 2):
    for one in Assignment.objects.filter(position=place).order_by("membership__study__name"):
        redrawn = {"needs_correction": True, "correction": drawn(one, grown(one.roi))}
        answers.record(one, {**ANSWER, **(redrawn if place == 1 else {})}, uuid.uuid4())
connection.close()
now = Path(connection.settings_dict["NAME"])
filled = now.rename(now.with_name("filled.sqlite3"))
for app in (["auth"], ["reviewapp", "0005"]):
    call_command("migrate", *app, verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute(f"ATTACH '{filled}' AS filled")
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = [name for (name,) in cursor.fetchall()]
    for table in [t for t in tables if t.startswith("reviewapp_") or t == "auth_user"]:
        columns = []
        for base in ("main", "filled"):
            cursor.execute(f"SELECT name FROM pragma_table_info('{table}', '{base}')")
            columns.append([name for (name,) in cursor.fetchall()])
        both = ", ".join(f'"{name}"' for name in columns[0] if name in columns[1])
        if both:
            cursor.execute(f"INSERT INTO {table} ({both}) SELECT {both} FROM filled.{table}")
    cursor.execute("DETACH filled")
connection.close()
call_command("migrate", verbosity=0)
one = Assignment.objects.get(membership__study__name="one", position=3)
answers.record(one, ANSWER, uuid.uuid4())
rows = AnswerRevision.objects.order_by("study__name", "place").select_related("correction")
found = [[row.study.name, row.place, row.chained_later, row.rater_name,
          row.sha256 == chain.sha256_of(row, getattr(row, "correction", None))] for row in rows]
linked = [row.previous_sha256 for row in rows if row.place > 1]
try:
    AnswerRevision.objects.update(confidence=1)
    found.append("changed")
except IntegrityError as error:
    found.append(str(error).splitlines()[0])
print(json.dumps({"found": found, "linked": all(
    AnswerRevision.objects.filter(sha256=sha256).exists() for sha256 in linked)}))
"""


def test_answers_of_before_are_chained_in_their_order_and_marked(
    sample: Sample, tmp_path: Path
) -> None:
    """On SQLite, whatever the suite runs on: the rows of before come from a copy of the file."""
    root = Path(__file__).parents[2]
    env = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "SECOND_LOOK_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "reviewapp.settings",
        "PYTHONPATH": str(root),
    }
    command = [sys.executable, "-c", BACK_AND_FORTH, str(sample.folder)]
    done = subprocess.run(command, env=env, cwd=root, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["found"] == [
        ["one", 1, True, "anna", True],
        ["one", 2, True, "anna", True],
        ["one", 3, False, "anna", True],
        ["two", 1, True, "anna", True],
        ["two", 2, True, "anna", True],
        "reviewapp_answerrevision is append-only",
    ]
    assert told["linked"]
