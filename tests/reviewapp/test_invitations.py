"""Raters join by a link that is good once, for some days, and tells nothing when it isn't."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviewapp import invitations, studies
from reviewapp.invitations import InvitationError
from reviewapp.models import Invitation, Study
from reviewapp.raters import withdraw_rater
from reviewapp.steps import StudyError

pytestmark = pytest.mark.django_db
NEW = {"username": "dora", "password1": "a long enough secret", "password2": "a long enough secret"}
TOKEN = re.compile(rb'value="[A-Za-z0-9]{64}"')


@pytest.fixture
def token(study: Study, people: dict[str, User]) -> str:
    return invitations.invite(study, people["researcher"])[1]


def address(token: str) -> str:
    return reverse("join", args=[token])


def test_a_person_makes_an_account_and_joins(study: Study, token: str) -> None:
    client = Client()
    page = client.get(address(token)).content.decode()
    assert "cortex" in page
    response = client.post(address(token), NEW, follow=True)
    assert "Welcome. You are a rater of cortex." in response.content.decode()
    member = study.memberships.get(user__username="dora")
    assert (member.role, member.assignments.count()) == ("rater", 26)
    step = study.steps.get(kind="rater added")
    assert (step.by.username, step.rater, step.reason) == (
        "researcher", member.user, "joined by invitation",
    )  # fmt: skip
    assert client.get(reverse("review", args=[study.pk])).status_code == 200


def test_an_account_that_there_is_joins_with_a_click(
    study: Study, token: str, client_of: Callable[[str], Client]
) -> None:
    client = client_of("stranger")
    assert "Join as stranger" in client.get(address(token)).content.decode()
    assert not study.memberships.filter(user__username="stranger").exists()
    client.post(address(token))
    assert study.memberships.get(user__username="stranger").role == "rater"


def test_a_link_that_is_not_good_tells_nothing(
    study: Study, people: dict[str, User], client_of: Callable[[str], Client]
) -> None:
    lead = people["researcher"]
    used, expired, revoked, good = (invitations.invite(study, lead) for _ in range(4))
    client_of("stranger").post(address(used[1]))
    Invitation.objects.filter(pk=expired[0].pk).update(expires_at=timezone.now())
    invitations.revoke(study, lead, revoked[0])
    void = [token for _, token in (used, expired, revoked)] + ["nothing", good[1][:-1]]
    replies = [Client().get(address(token)) for token in void]
    replies += [Client().post(address(token), NEW) for token in void]
    assert {reply.status_code for reply in replies} == {404}
    assert len({TOKEN.sub(b"", reply.content) for reply in replies}) == 1
    assert b"cortex" not in replies[0].content
    assert not User.objects.filter(username="dora").exists()
    studies.close(study, lead, "all is answered")
    assert Client().get(address(good[1])).status_code == 404


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({**NEW, "username": "anna"}, "already exists"),
        ({**NEW, "username": "prediction"}, "names a mask in corrections.tsv"),
        ({**NEW, "password1": "1234", "password2": "1234"}, "too short"),
        ({**NEW, "password2": "another long secret"}, "match"),
        ({}, "required"),
    ],
)
def test_an_account_that_can_not_be_made_leaves_the_link_good(
    study: Study, token: str, form: dict[str, str], says: str
) -> None:
    before = User.objects.count()
    response = Client().post(address(token), form)
    assert response.status_code == 400
    assert says in response.content.decode()
    assert User.objects.count() == before
    assert invitations.find(token).study == study


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("researcher", "can’t rate and lead a study".replace("’", "&#x27;")),
        ("anna", "anna is a rater of cortex already"),
        ("ben", "ben was withdrawn from cortex"),
    ],
)
def test_who_has_or_had_a_part_in_the_study_can_not_join_it(
    study: Study,
    people: dict[str, User],
    token: str,
    client_of: Callable[[str], Client],
    name: str,
    says: str,
) -> None:
    withdraw_rater(study, people["researcher"], people["ben"], "moved away")
    response = client_of(name).post(address(token))
    assert response.status_code == 400
    assert says in response.content.decode()
    assert invitations.find(token).study == study


def test_only_the_hash_is_kept_and_the_link_is_shown_once(
    study: Study, client_of: Callable[[str], Client]
) -> None:
    client = client_of("researcher")
    html = client.post(reverse("invite", args=[study.pk]), {"note": "Dora", "days": 3})
    (link,) = re.findall(r"http://testserver/join/([\w-]{43})/", html.content.decode())
    stored = Invitation.objects.get()
    assert link not in str(Invitation.objects.values())
    assert stored.note == "Dora"
    assert stored.expires_at - stored.made_at == pytest.approx(
        timedelta(days=3), abs=timedelta(seconds=5)
    )
    assert link not in client.get(reverse("study", args=[study.pk])).content.decode()
    client.post(reverse("revoke", args=[study.pk, stored.pk]))
    with pytest.raises(InvitationError):
        invitations.find(link)


@pytest.mark.parametrize("days", [0, 91])
def test_an_invitation_lasts_some_days(study: Study, people: dict[str, User], days: int) -> None:
    with pytest.raises(StudyError, match="1 to 90 days"):
        invitations.invite(study, people["researcher"], days=days)
