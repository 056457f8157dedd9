"""The researcher's study page: what it shows, and the acts that it offers."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviewapp.models import Study
from reviewapp.protocol import settings_of
from reviewapp.raters import People
from reviewapp.study_drafts import create_draft
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db
WHY = "the board asked for it"


@pytest.fixture
def draft(sample: Sample, people: dict[str, User]) -> Study:
    crew = People((people["anna"],), people["researcher"])
    return create_draft("cortex", sample.rois, sample.scans, crew)


@pytest.fixture
def researcher(client_of: Callable[[str], Client]) -> Client:
    return client_of("researcher")


def page(client: Client, study: Study) -> str:
    return client.get(reverse("study", args=[study.pk])).content.decode()


def take(client: Client, study: Study, act: str, **form: str) -> tuple[int, str]:
    """Send the form of an act; give the status and the page after it."""
    address = reverse("study_act", args=[study.pk, act])
    response = client.post(address, form, follow=True)
    return response.status_code, response.content.decode()


def test_a_study_goes_from_draft_to_closed_and_open_again_on_its_page(
    draft: Study, researcher: Client
) -> None:
    offered = {"draft": "Freeze the study", "frozen": "Open the study", "open": "Close the study"}
    offered |= {"closed": "Open the study again"}
    for act in ("freeze", "open", "close", "reopen"):
        assert offered[draft.state] in page(researcher, draft)
        status, html = take(researcher, draft, act, reason=WHY, confirm="on")
        assert (status, WHY in html) == (200, True)
        draft.refresh_from_db()
    assert draft.state == "open"
    assert [step.by.username for step in draft.steps.all()] == ["researcher"] * 5


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"confirm": "on"}, "Say why in a sentence."),
        ({"confirm": "on", "reason": "because"}, "at least 10 characters"),
        ({"reason": WHY}, "Tick this first."),
    ],
)
def test_closing_needs_a_reason_and_a_tick_and_keeps_what_was_typed(
    study: Study, researcher: Client, form: dict[str, str], says: str
) -> None:
    status, html = take(researcher, study, "close", **form)
    assert (status, says in html, form.get("reason", "") in html) == (400, True, True)
    study.refresh_from_db()
    assert study.is_open


def test_an_act_that_is_not_possible_says_so(study: Study, researcher: Client) -> None:
    status, html = take(researcher, study, "freeze", confirm="on")
    assert (status, "only a study that is draft can be frozen" in html) == (400, True)
    assert take(researcher, study, "burn", confirm="on")[0] == 404


def test_a_draft_is_deleted_from_its_page(draft: Study, researcher: Client) -> None:
    status, html = take(researcher, draft, "delete", confirm="on")
    assert (status, "The draft is deleted." in html) == (200, True)
    assert not Study.objects.exists()


def test_the_protocol_is_amended_and_a_rater_withdrawn_on_the_page(
    study: Study, people: dict[str, User], researcher: Client, client_of: Callable[[str], Client]
) -> None:
    form = {"hypotheses": "H1", "class_rule": "primary", "radiological": "on"}
    form |= {"break_after_min": "45", "n_raters": "2", "reason": WHY}
    researcher.post(reverse("amend", args=[study.pk]), form)
    study.refresh_from_db()
    assert (settings_of(study).class_rule, settings_of(study).hypotheses) == ("primary", "H1")
    again = researcher.post(reverse("amend", args=[study.pk]), form)
    assert (again.status_code, b"changes nothing" in again.content) == (400, True)

    anna = study.memberships.get(user__username="anna")
    address = reverse("withdraw", args=[study.pk, anna.pk])
    assert researcher.post(address, {}).status_code == 400
    researcher.post(address, {"reason": WHY})
    assert client_of("anna").get(reverse("review", args=[study.pk])).status_code == 404
    assert "withdrawn" in page(researcher, study)


def test_the_page_shows_the_balance_and_the_progress(
    study: Study, researcher: Client, answered: Callable[..., None]
) -> None:
    answered("anna", 3)
    html = page(researcher, study)
    assert "3 of 26" in html
    for text in ("FNL", "FPL_MS", "FPL_mimic", "32.0", study.protocol_sha256):
        assert text in html


def test_the_page_and_its_acts_are_the_researchers_alone(
    study: Study, client_of: Callable[[str], Client]
) -> None:
    member = study.memberships.get(user__username="ben")
    acts = [reverse("study_act", args=[study.pk, "close"]), reverse("amend", args=[study.pk])]
    acts += [reverse("invite", args=[study.pk]), reverse("revoke", args=[study.pk, 1])]
    acts += [reverse("withdraw", args=[study.pk, member.pk])]
    for name, status in (("anna", 404), ("stranger", 404), ("", 302)):
        client = client_of(name)
        assert client.get(reverse("study", args=[study.pk])).status_code == status
        form = {"reason": WHY, "confirm": "on"}
        assert {client.post(address, form).status_code for address in acts} == {status}
    study.refresh_from_db()
    assert study.is_open
    assert study.steps.count() == 3
