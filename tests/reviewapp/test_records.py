"""The export of the records: every checksum can be recomputed from it, without this program."""

import csv
import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from lesions.formats import ACCESSES, RECORDS, STEPS
from lesions.tsv import read_table
from reviewapp import answers, chain, seals, studies
from reviewapp.models import Assignment, Study
from reviewapp.records import export_records
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.drawing import drawn, grown

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(study: Study, people: dict[str, User], answered: Callable[..., None]) -> Study:
    """Give an unblinded study with odd texts, a delineation and a revision."""
    answered("ben", 2, comment='two\nlines,\ta tab, “é” and "quotes"', total_s=9)
    first = Assignment.objects.get(membership__user__username="anna", position=1)
    correction = drawn(first, grown(first.roi))
    redrawn = {**ANSWER, "needs_correction": True, "correction": correction}
    answers.record(first, {**redrawn, "client_version": "0123456789abcdef"}, uuid.uuid4())
    answers.record(first, {**ANSWER, "reasons": ["Other: motion"], "revises": 1}, uuid.uuid4())
    studies.unblind(study, people["researcher"], "both have finished")
    return Study.objects.get(pk=study.pk)


def fields(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def recomputed(row: dict[str, str], study_id: str) -> str:
    """Make the checksum of a row as docs/formats.md says, from its text alone."""

    def number(text: str) -> Any:
        return None if text == "n/a" else float(text) if "." in text or "e" in text else int(text)

    def items(text: str) -> list[str]:
        return [] if text == "n/a" else text.split("|")

    def text(value: str) -> str:
        return "" if value == "n/a" else value

    correction = None
    if row["correction_sha256"] != "n/a":
        correction = {
            "mask_sha256": row["correction_sha256"],
            "n_voxels": number(row["correction_n_voxels"]),
            "volume_mm3": number(row["correction_volume_mm3"]),
            "tools": items(row["correction_tools"]),
            "confirmed": items(row["correction_confirmed"]),
        }
    numbers = (
        "place", "position", "repeat", "account", "revision", "confidence", "active_s", "total_s"
    )  # fmt: skip
    plain = (
        "previous_sha256", "assignment", "rater", "roi_sha256", "idempotency_key", "answered_at",
        "image_sha256", "mask_sha256", "protocol_sha256",
    )  # fmt: skip
    content = {
        "format": 1,
        "study": study_id,
        **{name: number(row[name]) for name in numbers},
        **{name: row[name] for name in plain},
        **{name: items(row[name]) for name in ("classes", "reasons")},
        **{name: row[name] == "yes" for name in ("needs_correction", "chained_later")},
        **{name: text(row[name]) for name in ("comment", "client_version")},
        "correction": correction,
    }
    if row["guessed_source"] != "n/a":
        content["guessed_source"] = row["guessed_source"]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def test_every_checksum_follows_from_the_table_alone(reviewed: Study, tmp_path: Path) -> None:
    assert export_records(reviewed, tmp_path / "out") == 4
    rows = fields(tmp_path / "out" / "records.tsv")
    made = json.loads((tmp_path / "out" / "records.json").read_text())["Provenance"]
    begin = {"protocol_sha256": rows[0]["protocol_sha256"], "study": made["study_id"]}
    text = json.dumps(begin, sort_keys=True, separators=(",", ":"))
    previous = hashlib.sha256(text.encode()).hexdigest()
    for row in rows:
        assert row["previous_sha256"] == previous
        assert row["sha256"] == recomputed(row, made["study_id"])
        previous = row["sha256"]
    seal = seals.head_of(reviewed)
    heads = {"n_seals": seal.n, "seal_sha256": seal.sha256}
    assert made["records"] == {"n_revisions": 4, "head_sha256": previous, **heads}
    rows[2]["comment"] = "changed"
    assert recomputed(rows[2], made["study_id"]) != rows[2]["sha256"]


def test_the_tables_are_of_their_formats_and_tell_what_happened(
    reviewed: Study, first: Assignment, client_of: Callable[[str], Client], tmp_path: Path
) -> None:
    anna = client_of("anna")
    anna.get(anna.get(f"/api/v1/assignments/{first.pk}/").json()["crop"]["url"])
    call_command("export_records", "cortex", "--out", str(tmp_path / "out"))
    records = read_table(tmp_path / "out" / "records.tsv", RECORDS)
    assert list(records.rater) == ["ben", "ben", "anna", "anna"]
    assert list(records.revision) == [1, 1, 1, 2]
    assert list(records.correction_n_voxels.notna()) == [False, False, True, False]
    assert records.client_version[2] == "0123456789abcdef"
    assert records.roi_id[3] == first.roi.lesion_id
    assert records.sha256.iloc[-1] == chain.head_of(reviewed).sha256
    steps = read_table(tmp_path / "out" / "steps.tsv", STEPS)
    assert list(steps.step) == ["created", "frozen", "opened", "closed", "unblinded"]
    assert (steps.by[4], steps.reason[4], steps.n_answers[4]) == (
        "researcher", "both have finished", 3,
    )  # fmt: skip
    accesses = read_table(tmp_path / "out" / "accesses.tsv", ACCESSES)
    assert list(accesses.kind) == ["crop", "export"]
    assert list(accesses.what) == [first.roi.crop_id, "out"]
    assert accesses.assignment[0] == str(first.pk)


def test_a_blinded_study_s_records_are_not_exported_without_a_logged_look(
    study: Study, answered: Callable[..., None], tmp_path: Path
) -> None:
    answered("anna", 1)
    with pytest.raises(CommandError, match="is blinded"):
        call_command("export_records", "cortex", "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
    look = ("--interim", "--reason", "the board asks")
    call_command("export_records", "cortex", "--out", str(tmp_path / "out"), *look)
    steps = read_table(tmp_path / "out" / "steps.tsv", STEPS)
    assert list(steps.step) == ["created", "frozen", "opened", "interim look"]


def test_a_study_without_answers_or_accesses_gives_tables_without_rows(
    study: Study, people: dict[str, User], tmp_path: Path
) -> None:
    assert export_records(study, tmp_path / "out", interim=True) == 0
    assert read_table(tmp_path / "out" / "accesses.tsv", ACCESSES).empty


def test_an_older_table_of_accesses_is_the_start_of_a_newer_one(
    reviewed: Study, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        call_command("export_records", "cortex", "--out", str(tmp_path / name))
    again = ("--out", str(tmp_path / "a again"), "--accesses", "1")
    call_command("export_records", "cortex", *again)
    old, new = ((tmp_path / name / "accesses.tsv").read_bytes() for name in ("a", "b"))
    assert new.startswith(old)
    assert len(new) > len(old)
    for name in ("records.tsv", "records.json", "steps.tsv", "steps.json", "accesses.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    for path in (tmp_path / "a").iterdir():
        assert (tmp_path / "a again" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("n", ["-1", "9"])
def test_more_accesses_than_there_are_are_refused(reviewed: Study, tmp_path: Path, n: str) -> None:
    with pytest.raises(CommandError, match=f"accesses must be 0 to 1, as the log has, not {n}"):
        call_command("export_records", "cortex", "--out", str(tmp_path / "out"), f"--accesses={n}")
    assert not (tmp_path / "out").exists()
