"""The commands of manage.py."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from lesions import progress
from lesions.formats import ANSWERS
from lesions.tsv import read_table
from reviewapp import answers
from reviewapp.models import Assignment, Study
from tests.reviewapp.cohort import ANSWER, Sample

ROOT = Path(__file__).parents[2]


def manage(*args: object) -> str:
    out = io.StringIO()
    call_command(*map(str, args), stdout=out)
    return out.getvalue()


def create(sample: Sample, *more: object) -> str:
    crew = ("--raters", "anna,ben", "--researcher", "researcher")
    return manage("create_study", "cortex", sample.rois, "--scans", sample.scans, *crew, *more)


@pytest.fixture
def answered(sample: Sample, people: dict[str, User], new_key: Any) -> None:
    create(sample)
    for assignment in Assignment.objects.filter(membership__user__username="anna", position__lt=4):
        answers.record(assignment, ANSWER, new_key())


@pytest.mark.django_db
def test_create_study_says_what_it_made(
    sample: Sample,
    people: dict[str, User],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "DELAY_S", 0.0)
    said = create(sample, "--seed", 7)
    assert "24 ROIs of 3 scans: 12 FNL, 8 FPL_MS, 4 FPL_mimic" in said
    assert "rater ben: 26 showings, 2 of them repeats; one patient comes again after" in said
    assert "scans: 100%" in capsys.readouterr().err
    assert Study.objects.get().seed == 7


@pytest.mark.django_db
@pytest.mark.usefixtures("answered")
def test_exports_wait_for_the_unblinding(tmp_path: Path) -> None:
    table, labels = tmp_path / "answers.tsv", tmp_path / "labels"
    for command, out in (("export_answers", table), ("export_corrections", labels)):
        with pytest.raises(CommandError, match="cortex is blinded"):
            manage(command, "cortex", "--out", out)
        assert not out.exists()
    said = manage("unblind", "cortex", "--reason", "both have finished")
    assert "closed and unblinded by researcher, with 3 answers" in said
    assert "3 answers" in manage("export_answers", "cortex", "--out", table)
    assert len(read_table(table, ANSWERS)) == 3
    assert "24 masks" in manage("export_corrections", Study.objects.get().pk, "--out", labels)
    with pytest.raises(CommandError, match="labels"):
        manage("export_corrections", "cortex", "--out", labels)


@pytest.mark.django_db
@pytest.mark.usefixtures("answered")
def test_an_interim_look_needs_a_reason_and_is_marked(tmp_path: Path) -> None:
    out = tmp_path / "answers.tsv"
    with pytest.raises(CommandError, match="say why"):
        manage("export_answers", "cortex", "--out", out, "--interim")
    assert not out.exists()
    manage("export_answers", "cortex", "--out", out, "--interim", "--reason", "board")
    provenance = read_table(out, ANSWERS).attrs["provenance"]
    assert provenance["state"] == "open"
    assert [(u["interim"], u["reason"]) for u in provenance["unblindings"]] == [(True, "board")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--raters", "anna,zoe"], 'no account "zoe"'),
        (["--repeat-share", "0.7"], "share of repeats must be"),
        (["--seed", "-1"], "seed must be"),
        (["--questionnaire", "nowhere.json"], "nowhere.json"),
    ],
)
def test_create_study_refuses_what_it_cannot_use(
    sample: Sample, people: dict[str, User], more: list[str], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        create(sample, *more)
    assert not Study.objects.exists()


@pytest.mark.django_db
def test_an_unknown_study_is_refused_with_those_that_there_are(study: Study) -> None:
    with pytest.raises(CommandError, match=r'no study "cortx"; there are: cortex'):
        manage("unblind", "cortx", "--reason", "x")


@pytest.mark.django_db
def test_create_account_prints_passwords_that_work() -> None:
    for line in manage("create_account", "anna", "ben").splitlines():
        name, password = line.split("\t")
        assert User.objects.get(username=name).check_password(password)


@pytest.mark.django_db
def test_create_account_takes_a_good_password_and_refuses_a_weak_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long enough secret\n"))
    assert manage("create_account", "anna", "--password-stdin").strip() == ""
    assert User.objects.get(username="anna").check_password("a long enough secret")
    monkeypatch.setattr(sys, "stdin", io.StringIO("1234\n"))
    with pytest.raises(CommandError, match="too short"):
        manage("create_account", "ben", "--password-stdin")
    with pytest.raises(CommandError, match="already exists"):
        manage("create_account", "carl", "anna")
    assert list(User.objects.values_list("username", flat=True)) == ["anna"]


def test_a_shell_sees_one_line_and_the_exit_code(sample: Sample, tmp_path: Path) -> None:
    env = {**os.environ, "SECOND_LOOK_DATA": str(tmp_path / "data")}
    shell: dict[str, Any] = {"env": env, "cwd": ROOT, "stderr": subprocess.PIPE, "text": True}
    start = [sys.executable, "manage.py"]
    subprocess.run([*start, "migrate"], **shell, check=True, stdout=subprocess.DEVNULL)
    crew = ["--raters", "a", "--researcher", "b", "--scans", str(sample.scans)]

    usage = subprocess.run([*start, "create_study"], **shell, check=False)
    assert usage.returncode == 2
    create_study = [*start, "create_study", "x", str(tmp_path / "pipe"), *crew]
    refused = subprocess.run(create_study, **shell, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith('error: there is no account "a"')
    assert refused.stderr.count("\n") == 1

    accounts = [*start, "create_account", "a", "b"]
    subprocess.run(accounts, **shell, check=True, stdout=subprocess.DEVNULL)
    os.mkfifo(tmp_path / "pipe")
    running = subprocess.Popen(create_study, **shell)
    with (tmp_path / "pipe").open("w"):  # opens when the command has begun to read
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=120)
    assert (running.returncode, err) == (130, "stopped; nothing was left half-written\n")
    assert not list((tmp_path / "data").rglob("*.nii.gz"))
