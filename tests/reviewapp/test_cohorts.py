"""Cohorts are shared with researchers, and never with raters of a blinded study of them."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError

from lesions.scans import ScansError
from reviewapp import cohorts, studies
from reviewapp.lookup import UnknownNameError
from reviewapp.models import SharedCohort, Study
from reviewapp.raters import add_rater
from reviewapp.steps import StudyError
from tests.reviewapp.cohort import Sample
from tests.reviewapp.test_commands import manage

pytestmark = pytest.mark.django_db


def test_a_cohort_is_open_to_the_accounts_that_it_is_shared_with(
    sample: Sample, people: dict[str, User]
) -> None:
    said = manage("share_cohort", "add", "Site D", "--scans", sample.scans, "--with", "researcher")
    assert said.split("\t") == ["Site D", str(sample.scans.resolve()), "researcher\n"]
    assert [c.name for c in SharedCohort.objects.open_to(people["researcher"])] == ["Site D"]
    assert not SharedCohort.objects.open_to(people["stranger"]).exists()
    manage("share_cohort", "add", "Site D", "--scans", sample.scans, "--with", "stranger")
    assert manage("share_cohort", "list").endswith("\tresearcher,stranger\n")
    manage("share_cohort", "remove", "Site D", "--with", "researcher")
    assert manage("share_cohort", "list").endswith("\tstranger\n")
    manage("share_cohort", "remove", "Site D")
    assert not SharedCohort.objects.exists()


def test_an_inactive_account_has_no_cohorts(sample: Sample, people: dict[str, User]) -> None:
    cohorts.share("Site D", sample.scans, [people["researcher"]])
    people["researcher"].is_active = False
    assert not SharedCohort.objects.open_to(people["researcher"]).exists()


def test_what_is_no_cohort_is_not_shared(sample: Sample, people: dict[str, User]) -> None:
    who = [people["researcher"]]
    with pytest.raises(ScansError, match="expected a table"):
        cohorts.share("none", Path("/no/such/scans.tsv"), who)
    with pytest.raises(ScansError, match="unknown column"):
        cohorts.share("a sample", sample.rois, who)
    with pytest.raises(StudyError, match="at least one account"):
        cohorts.share("nobody's", sample.scans, [])
    with pytest.raises(CommandError, match="takes the NAME"):
        manage("share_cohort", "remove")
    with pytest.raises(UnknownNameError, match="there are: none yet"):
        cohorts.unshare("Site E")
    assert not SharedCohort.objects.exists()


def test_a_rater_gets_no_cohort_of_a_blinded_study(
    sample: Sample, people: dict[str, User], study: Study
) -> None:
    with pytest.raises(StudyError, match="anna rates cortex, which is of this cohort"):
        cohorts.share("Site D", sample.scans, [people["stranger"], people["anna"]])
    assert not SharedCohort.objects.exists()
    studies.unblind(study, people["researcher"], "both have finished")
    cohorts.share("Site D", sample.scans, [people["anna"]])


def test_who_has_the_cohort_can_not_become_its_rater(
    sample: Sample, people: dict[str, User], study: Study
) -> None:
    cohorts.share("Site D", sample.scans, [people["stranger"]])
    with pytest.raises(StudyError, match="shared with stranger, who can't rate it"):
        add_rater(study, people["researcher"], people["stranger"])
    cohorts.unshare("Site D")
    add_rater(study, people["researcher"], people["stranger"])
