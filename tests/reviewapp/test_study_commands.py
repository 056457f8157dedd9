"""The life of a study by commands alone."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError

from reviewapp import invitations
from reviewapp.models import Study
from reviewapp.protocol import settings_of
from tests.reviewapp.cohort import Sample
from tests.reviewapp.test_commands import manage

pytestmark = pytest.mark.django_db
WHY = ("--reason", "the board asked")


@pytest.fixture
def draft(sample: Sample, people: dict[str, User]) -> str:
    words = ("create_study", "cortex", sample.rois, "--scans", sample.scans)
    return manage(*words, "--researcher", "researcher", "--draft", "--class-rule", "primary")


def test_a_study_lives_from_draft_to_unblinded(draft: str) -> None:
    assert "(synthetic, draft)" in draft
    said = manage("change_draft", "cortex", "--raters", "anna,ben", "--seed", 7, "--name", "new")
    assert "study new" in said
    assert "rater anna: the order is drawn at the freezing" in said
    study = Study.objects.get()
    assert (study.seed, settings_of(study).class_rule) == (7, "primary")
    assert f"protocol {study.protocol_sha256}" in said

    assert "new is frozen" in manage("freeze_study", "new")
    assert "new is open" in manage("open_study", "new")
    assert "stranger is a rater of new, with 26 showings" in manage("add_rater", "new", "stranger")
    assert "ben is withdrawn" in manage("withdraw_rater", "new", "ben", *WHY)
    said = manage("amend_study", "new", *WHY, "--hypotheses", "H1 alone", "--neurological")
    assert "new has version 2 of its protocol" in said
    manage("close_study", "new", *WHY)
    assert "open again" in manage("reopen_study", "new", *WHY)
    manage("unblind", "new", *WHY)
    told = manage("study_status", "new")
    steps = re.findall(r"^\S+Z ([\w ]+)(?:: \w+)?, by researcher", told, flags=re.M)
    assert steps == [
        "created", "frozen", "opened", "rater added", "rater withdrawn", "amended", "closed",
        "reopened", "closed", "unblinded",
    ]  # fmt: skip
    assert "rater anna: 0 of 26 answers" in told


def test_an_invitation_is_a_link_that_is_good(draft: str) -> None:
    link = manage("invite", "cortex", "--site", "https://review.example/", "--note", "Dora").strip()
    address, _, token = link.removesuffix("/").rpartition("/")
    assert address == "https://review.example/join"
    assert invitations.find(token).note == "Dora"


def test_a_frozen_study_is_not_deleted(draft: str) -> None:
    manage("freeze_study", "cortex")
    with pytest.raises(CommandError, match="cortex is frozen: only a study that is draft can be"):
        manage("delete_draft", "cortex")
    assert Study.objects.exists()


def test_a_new_sample_comes_with_its_cohort(draft: str, sample: Sample) -> None:
    with pytest.raises(CommandError, match="--rois and --scans go together"):
        manage("change_draft", "cortex", "--rois", sample.rois)
    assert "24 ROIs" in manage(
        "change_draft", "cortex", "--rois", sample.rois, "--scans", sample.scans
    )
    assert "deleted" in manage("delete_draft", "cortex")
    assert not Study.objects.exists()


def test_a_study_without_raters_is_a_draft(sample: Sample, people: dict[str, User]) -> None:
    words = ("create_study", "cortex", sample.rois, "--scans", sample.scans)
    with pytest.raises(CommandError, match="expected at least one rater, came none"):
        manage(*words, "--researcher", "researcher")


def test_a_study_is_made_directly_from_a_cohort(sample: Sample, people: dict[str, User]) -> None:
    words = ("create_study", "direct", "--scans", sample.scans, "--n", 4, "--draft")
    said = manage(*words, "--researcher", "researcher")
    assert "ROIs of 3 scans" in said
    study = Study.objects.get()
    assert study.rois_provenance["N"] == 4
    assert study.rois_provenance["Command"] == "manage.py create_study"
    groups = set(study.rois.values_list("group", flat=True))
    assert {"FPL_MS", "FPL_mimic", "FNL"} <= groups
    with pytest.raises(CommandError):
        manage(*words[:1], "other", *words[2:-1], "--researcher", "researcher", "--n", 0)
