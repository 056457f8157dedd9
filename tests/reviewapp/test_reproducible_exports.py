"""The same study gives the same bytes, in another process and with hashes salted otherwise."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reviewapp.cohort import Sample

ROOT = Path(__file__).parents[2]
BUILD = """
import sys, uuid
import django
django.setup()
from pathlib import Path
from django.contrib.auth.models import User
from django.core.management import call_command
from reviewapp import answers, studies
from reviewapp.models import Assignment
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.drawing import drawn, grown
call_command("migrate", verbosity=0)
anna, ben, lead = (User.objects.create(username=name) for name in ("anna", "ben", "lead"))
folder = Path(sys.argv[1])
people = studies.People((anna, ben), lead)
study = studies.create_study("cortex", folder / "rois.tsv", folder / "scans.tsv", people)
for number, one in enumerate(Assignment.objects.order_by("position", "membership")):
    needs = number % 3 == 0
    redrawn = {"needs_correction": True, "correction": drawn(one, grown(one.roi))}
    answer = {**ANSWER, "confidence": 1 + number % 5, "comment": f"{number}: é"}
    answers.record(one, {**answer, **(redrawn if needs else {})}, uuid.uuid4())
    if number % 4 == 0:
        answers.record(one, {**ANSWER, "revises": 1}, uuid.uuid4())
studies.unblind(study, lead, "both have finished")
"""
EXPORT = """
import sys
import django
django.setup()
from pathlib import Path
from django.core.management import call_command
from reviewapp.models import Study
from reviewapp.reports import report_of
out = Path(sys.argv[1])
every = ("export_answers", "cortex", "--all-revisions", "--out", str(out / "all.tsv"))
call_command(*every)
call_command("export_answers", "cortex", "--out", str(out / "answers.tsv"))
call_command("export_corrections", "cortex", "--out", str(out / "labels"))
call_command("export_records", "cortex", "--out", str(out / "records"))
(out / "report.zip").write_bytes(report_of(Study.objects.get()).read("report.zip"))
"""


def run(script: str, data: Path, argument: Path, seed: int) -> None:
    env = {
        **os.environ,
        "SECOND_LOOK_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "reviewapp.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": str(seed),
    }
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", script, str(argument)]
    done = subprocess.run(command, env=env, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def checksums(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.mark.slow
def test_every_export_is_the_same_bytes_in_another_process(sample: Sample, tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(BUILD, data, sample.folder, 0)
    found = []
    for seed in (1, 2):
        shutil.rmtree(data / "reports", ignore_errors=True)  # made anew, not read again
        out = tmp_path / f"out{seed}"
        out.mkdir()
        run(EXPORT, data, out, seed)
        found.append(checksums(out))
    # It holds the exports too, and so the first one is in the second's.
    older, newer = (
        (tmp_path / f"out{seed}" / "records" / "accesses.tsv").read_bytes() for seed in (1, 2)
    )
    assert newer.startswith(older)
    for one in found:
        del one["records/accesses.tsv"]
    assert len(found[0]) > 50
    assert found[0] == found[1]
