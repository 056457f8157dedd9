"""The command: what it prints, and what it never does."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from reviewapp import chain, seals
from reviewapp.models import Correction, Study
from tests.reviewapp.verification.tampering import Sql, manage

pytestmark = pytest.mark.django_db


def test_an_untouched_study_is_ok(reviewed: Study, capsys: pytest.CaptureFixture[str]) -> None:
    head = chain.head_of(reviewed)
    assert head.n == 6
    n_volumes = len({*volumes_named(reviewed)})
    expected = (
        f"cortex: ok: 6 revisions, {n_volumes} volumes, head of the chain {head.sha256}, "
        f"of the 3 seals {seals.head_of(reviewed).sha256}\n"
    )
    assert manage("verify_study", "cortex") == expected
    assert manage("verify_study", reviewed.pk) == expected
    assert manage("verify_study", "--all") == expected


def volumes_named(study: Study) -> list[str]:
    rois = study.rois.values_list("crop", "mask", "scan__volume")
    drawn = Correction.objects.filter(revision__study=study).values_list("mask", flat=True)
    return [name for row in rois for name in row] + list(drawn)


def test_what_is_printed_tells_no_group_patient_or_answer(reviewed: Study, sql: Sql) -> None:
    sql("UPDATE reviewapp_roi SET \"group\" = 'TPL'")
    sql("UPDATE reviewapp_answerrevision SET comment = 'x'")
    told = manage("verify_study", "cortex").lower()
    for word in ("sub-secret", "fpl", "fnl", "tpl", "reference", "prediction", "vessel"):
        assert word not in told, word


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--head", "beef", "cortex"], "64 hex digits"),
        (["--all", "cortex"], "STUDY or --all"),
        ([], "STUDY or --all"),
        (["--all", "--head", "0" * 64], "one STUDY"),
    ],
)
def test_options_that_do_not_fit_are_refused(study: Study, options: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says) as refused:
        call_command("verify_study", *options)
    assert refused.value.returncode == 2


def test_a_study_without_answers_is_ok(study: Study, people: dict[str, User]) -> None:
    head = chain.head_of(study)
    assert f"ok: 0 revisions, 33 volumes, head of the chain {head.sha256}" in manage(
        "verify_study", "cortex", "--head", head.sha256
    )
