"""Who may see which page: one table of (page, person, status)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from reviewapp.models import Study
from reviewapp.studies import People, StudySettings, create_study, unblind

pytestmark = pytest.mark.django_db
SIGN_IN = 302
#: Page -> status for nobody, a rater, another rater of it, a rater of another study, its
#: researcher, another researcher.
PEOPLE = ("", "anna", "ben", "stranger", "researcher", "other-researcher")
PAGES = {
    "review": (SIGN_IN, 200, 200, 404, 404, 404),
    "own_answers": (SIGN_IN, 200, 200, 404, 404, 404),
    "own_answers_file": (SIGN_IN, 200, 200, 404, 404, 404),
    "done": (SIGN_IN, 200, 200, 404, 404, 404),
    "guidelines": (SIGN_IN, 200, 200, 404, 200, 404),
    "guidelines_panel": (SIGN_IN, 200, 200, 404, 404, 404),
    "progress": (SIGN_IN, 404, 404, 404, 200, 404),
    "results": (SIGN_IN, 404, 404, 404, 200, 404),
}


@pytest.fixture
def two_studies(study: Study, sample: Any, people: dict[str, User]) -> Study:
    """Give the study, beside another one of other people."""
    people["other-researcher"] = User.objects.create_user("other-researcher")
    others = People((people["stranger"],), people["other-researcher"])
    create_study("another", sample.rois, sample.scans, others, StudySettings())
    return study


@pytest.mark.parametrize("person", PEOPLE)
def test_each_page_opens_for_its_own_people_alone(
    two_studies: Study, client_of: Callable[[str], Client], person: str
) -> None:
    client = client_of(person)
    responses = {name: client.get(reverse(name, args=[two_studies.pk])) for name in PAGES}
    statuses = {name: response.status_code for name, response in responses.items()}
    assert statuses == {name: row[PEOPLE.index(person)] for name, row in PAGES.items()}
    for response in responses.values():
        if response.status_code == SIGN_IN:
            assert response["Location"].startswith(reverse("login"))


def test_the_results_files_are_the_researchers_and_only_after_unblinding(
    two_studies: Study,
    client_of: Callable[[str], Client],
    people: dict[str, User],
    answered: Callable[..., None],
) -> None:
    answered("anna", 3)
    files = [
        reverse("results_file", args=[two_studies.pk, name])
        for name in ("report.zip", "answers.tsv")
    ]
    clients = {person: client_of(person) for person in PEOPLE}
    for person, client in clients.items():
        for address in files:
            assert client.get(address).status_code == (404 if person else SIGN_IN), person
    unblind(two_studies, people["researcher"], "both have finished")
    for person, status in zip(PEOPLE, PAGES["results"], strict=True):
        for address in files:
            assert clients[person].get(address).status_code == status, person


def test_only_its_researcher_can_unblind_a_study(
    two_studies: Study, client_of: Callable[[str], Client], answered: Callable[..., None]
) -> None:
    answered("anna", 1)
    form = {"reason": "I would like to know", "confirm": "on"}
    for person in set(PEOPLE) - {"researcher"}:
        response = client_of(person).post(reverse("results", args=[two_studies.pk]), form)
        assert response.status_code == (404 if person else SIGN_IN), person
    two_studies.refresh_from_db()
    assert two_studies.is_open
    assert not two_studies.unblindings.exists()


def test_home_asks_a_visitor_to_sign_in(client_of: Callable[[str], Client]) -> None:
    response = client_of("").get("/")
    assert response.status_code == SIGN_IN
    assert response["Location"] == f"{reverse('login')}?next=/"
