"""The demo: built whole, once, and only where nothing else is."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from reviewapp import answers, demo, serving
from reviewapp.demo_accounts import DEMO_ACCOUNTS
from reviewapp.management.commands import build_demo
from reviewapp.models import AnswerRevision, Correction, Membership, Study
from reviewapp.progress import rater_progress
from tests.reviewapp.verification.tampering import run_sql

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo_folder(settings: Any, tmp_path: Path) -> None:
    settings.DEMO_MARKER = tmp_path / "demo.json"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Make the patients few and the voxels coarse; give the options for that."""
    monkeypatch.setattr(build_demo, "CASES", 3)
    monkeypatch.setattr(build_demo, "MIMICS", 1)
    monkeypatch.setattr(build_demo, "OPEN_N", 2)
    monkeypatch.setattr(build_demo, "FINISHED_N", 4)
    return {"spacing": 3.0, "jobs": 1}


@pytest.mark.slow
def test_a_demo_has_a_study_to_answer_and_one_with_results(
    small: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("build_demo", **small)
    assert "manage.py export_answers" in capsys.readouterr().out
    to_answer = Study.objects.get(name=demo.OPEN_STUDY)
    finished = Study.objects.get(name=demo.FINISHED_STUDY)
    assert to_answer.is_open
    assert not to_answer.unblindings.exists()
    assert finished.is_unblinded
    assert to_answer.synthetic
    assert finished.synthetic
    assert all(rater.is_complete for rater in rater_progress(finished.memberships.all()))
    assert not any(rater.n_answered for rater in rater_progress(to_answer.memberships.all()))

    redrawn = Correction.objects.filter(revision__needs_correction=True)
    assert redrawn.count() == AnswerRevision.objects.filter(needs_correction=True).count() > 0

    client = Client()
    client.force_login(User.objects.get(username="researcher"))
    html = client.get(reverse("results", args=[finished.pk])).content.decode()
    assert "SYNTHETIC" in html
    assert "simulated-1 (simulated)" in html

    n_answers = AnswerRevision.objects.count()
    stored = {study.pk for study in Study.objects.all()}
    call_command("build_demo", **small)
    assert {study.pk for study in Study.objects.all()} == stored
    assert AnswerRevision.objects.count() == n_answers


@pytest.mark.slow
def test_a_demo_that_was_stopped_goes_on_with_the_same_answers(
    small: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, given = answers.record, list[object]()

    def stop_after_five(*args: Any) -> Any:
        if len(given) == 5:
            raise KeyboardInterrupt
        given.append(args)
        return real(*args)

    monkeypatch.setattr(answers, "record", stop_after_five)
    with pytest.raises(KeyboardInterrupt):
        call_command("build_demo", **small)
    finished = Study.objects.get(name=demo.FINISHED_STUDY)
    assert finished.is_open
    before = list(AnswerRevision.objects.order_by("pk").values_list("classes", "active_s"))
    monkeypatch.setattr(answers, "record", real)
    call_command("build_demo", **small)
    finished.refresh_from_db()
    assert finished.is_unblinded
    after = list(AnswerRevision.objects.order_by("pk").values_list("classes", "active_s"))
    assert after[:5] == before
    assert AnswerRevision.objects.filter(number__gt=1).count() == 0


def test_simulated_raters_can_not_sign_in_and_are_marked(small: dict[str, Any]) -> None:
    demo.make_accounts()
    for name in demo.SIMULATED_RATERS:
        assert not User.objects.get(username=name).has_usable_password()
    for account in DEMO_ACCOUNTS:
        form = {"username": account.name, "password": account.password}
        assert Client().post(reverse("login"), form)["Location"] == "/"
    assert not Membership.objects.exists()


def test_a_folder_with_other_accounts_is_refused(settings: Any) -> None:
    User.objects.create_user("somebody")
    with pytest.raises(CommandError, match="without accounts"):
        call_command("build_demo")
    assert not settings.DEMO_MARKER.exists()


def test_a_demo_of_another_seed_is_refused(settings: Any) -> None:
    demo.claim_data_folder(seed=1)
    demo.claim_data_folder(seed=1)
    with pytest.raises(CommandError, match="seed 1, not of 2"):
        call_command("build_demo", seed=2)


def test_a_demo_folder_that_got_a_study_of_real_data_is_refused(
    study: Study, settings: Any
) -> None:
    settings.DEMO_MARKER.write_text('{"seed": 1}')
    demo.claim_data_folder(seed=1)  # researchers try the demo with studies of its own patients
    run_sql("UPDATE reviewapp_study SET synthetic = %s", False)
    with pytest.raises(demo.DemoError, match='came "cortex"'):
        demo.claim_data_folder(seed=1)


def test_a_demo_is_served_to_this_machine_alone(settings: Any) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError, match="published"):
        call_command("serve", "0.0.0.0:8000")


def test_a_database_of_an_older_version_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["0002"])
    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        call_command("serve")


def test_the_server_says_where_it_is_and_who_can_sign_in(settings: Any) -> None:
    settings.DEMO = True
    text = serving.greeting("127.0.0.1:8000")
    for part in ("http://127.0.0.1:8000/", "rater1", "demo-rater1", "demo-researcher"):
        assert part in text
    settings.DEMO = False
    assert "demo-rater1" not in serving.greeting("127.0.0.1:8000")
