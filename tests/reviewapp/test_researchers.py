"""A study may have several researchers, and one at least."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db.models import Q

from reviewapp.models import Study
from reviewapp.researchers import add_researcher, withdraw_researcher
from reviewapp.steps import StudyError
from reviewapp.verification.verify import verify
from tests.reviewapp.test_commands import manage

pytestmark = pytest.mark.django_db


def leads(user: User, study: Study) -> bool:
    return Study.objects.led_by(user).filter(pk=study.pk).exists()


def test_another_account_leads_the_study_and_the_first_one_can_leave(
    study: Study, people: dict[str, User]
) -> None:
    first, second = people["researcher"], people["stranger"]
    said = manage("add_researcher", "cortex", "stranger", "--reason", "takes over")
    assert said == "stranger leads cortex too\n"
    assert leads(first, study)
    assert leads(second, study)
    withdraw_researcher(study, second, first, "has left the institute")
    assert not leads(first, study)
    kinds = Q(kind__startswith="researcher")
    steps = study.steps.filter(kinds).values_list("kind", "by__username", "rater__username")
    assert list(steps) == [
        ("researcher added", "researcher", "stranger"),
        ("researcher withdrawn", "stranger", "researcher"),
    ]
    # A command needs no --by where one is left.
    assert "closed" in manage("close_study", "cortex", "--reason", "all is answered")
    assert verify(study).faults == ()


def test_somebody_always_leads_a_study(study: Study, people: dict[str, User]) -> None:
    with pytest.raises(StudyError, match="nobody else leads cortex"):
        withdraw_researcher(study, people["researcher"], people["researcher"], "has left")
    with pytest.raises(CommandError, match="say why"):
        manage("withdraw_researcher", "cortex", "researcher", "--reason", " ")


def test_who_rates_a_study_does_not_lead_it(study: Study, people: dict[str, User]) -> None:
    with pytest.raises(StudyError, match="anna is a rater of cortex already"):
        add_researcher(study, people["researcher"], people["anna"])
    with pytest.raises(StudyError, match="anna must be a researcher"):
        add_researcher(study, people["anna"], people["stranger"])
    with pytest.raises(StudyError, match="is no researcher of cortex"):
        withdraw_researcher(study, people["researcher"], people["anna"], "has left")


def test_who_was_withdrawn_does_not_come_back(study: Study, people: dict[str, User]) -> None:
    add_researcher(study, people["researcher"], people["stranger"])
    withdraw_researcher(study, people["researcher"], people["stranger"], "has left")
    with pytest.raises(StudyError, match="a researcher of cortex already, and was withdrawn"):
        add_researcher(study, people["researcher"], people["stranger"])
