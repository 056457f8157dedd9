"""Orders are drawn without a lock, stored in short transactions, and seen as a whole or not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from reviewapp import facts, invitations, orders, raters, steps, studies, tokens
from reviewapp.models import Assignment, Study, Tally
from reviewapp.protocol import StudySettings
from reviewapp.raters import People
from reviewapp.steps import StudyError
from reviewapp.study_drafts import change_draft, create_draft, delete_draft
from reviewapp.study_summary import summary
from reviewapp.tallies import stored_spacing
from tests.reviewapp.api.conftest import Script
from tests.reviewapp.cohort import Sample


class BrokenOffError(Exception):
    """The power failed."""


@pytest.fixture
def lead(people: dict[str, User]) -> User:
    return people["researcher"]


@pytest.fixture
def draft(sample: Sample, people: dict[str, User], lead: User) -> Study:
    crew = People((people["anna"], people["ben"]), lead)
    return create_draft("cortex", sample.rois, sample.scans, crew)


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "N_AHEAD", 10)


def stored(study: Study) -> list[tuple[Any, ...]]:
    shown = Assignment.objects.filter(membership__study=study)
    return list(shown.values_list("membership__user__username", "position", "roi", "repeat"))


def expected(study: Study, *names: str) -> list[tuple[Any, ...]]:
    rois, settings = orders.read_rois(study), studies.settings_of(study)
    return [
        (name, position, *showing)
        for name in names
        for position, showing in enumerate(orders.draw(rois, name, settings).showings, start=1)
    ]


@pytest.fixture
def broken_off(
    draft: Study, lead: User, few_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Study]:
    """Give a draft whose freezing ended in the middle of the second rater's order."""
    add, calls = orders._add, list[int]()

    def add_some(*given: Any) -> None:
        calls.append(1)
        if len(calls) > 4:
            raise BrokenOffError
        add(*given)

    with monkeypatch.context() as patch:
        patch.setattr(orders, "_add", add_some)
        with pytest.raises(BrokenOffError):
            studies.freeze(draft, lead)
    draft.refresh_from_db()
    return draft


@pytest.mark.django_db
def test_a_freezing_that_was_broken_off_leaves_a_draft_and_the_next_one_goes_on(
    broken_off: Study, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (broken_off.state, len(stored(broken_off)), Tally.objects.count()) == ("draft", 36, 0)
    assert "the order is drawn at the freezing" in summary(broken_off)
    before = set(Assignment.objects.values_list("pk", flat=True))
    studies.freeze(broken_off, lead)
    assert before < set(Assignment.objects.values_list("pk", flat=True))
    assert stored(broken_off) == expected(broken_off, "anna", "ben")
    assert broken_off.state == "frozen"


@pytest.mark.django_db
def test_a_draft_that_is_changed_or_deleted_loses_what_was_stored_ahead(
    broken_off: Study, people: dict[str, User], lead: User, sample: Sample
) -> None:
    change_draft(
        broken_off,
        lead,
        settings=StudySettings(seed=7),
        raters=[people["ben"]],
        sample_paths=(sample.rois, sample.scans),
    )
    assert stored(broken_off) == []
    orders.store_ahead(broken_off, lead)
    delete_draft(broken_off, lead)
    assert not Assignment.objects.exists()


@pytest.mark.django_db
def test_an_order_of_an_older_version_of_the_program_is_drawn_anew(
    broken_off: Study, lead: User
) -> None:
    shown = Assignment.objects.filter(position__lte=2, membership__user__username="anna")
    first, second = shown
    shown.delete()
    for one, position in ((first, 2), (second, 1)):
        Assignment.objects.create(membership=one.membership, roi=one.roi, position=position)
    studies.freeze(broken_off, lead)
    assert stored(broken_off) == expected(broken_off, "anna", "ben")


@pytest.mark.django_db
def test_orders_that_were_dropped_and_stored_again_meanwhile_are_not_sealed_as_they_were(
    draft: Study, lead: User
) -> None:
    before = orders.store_ahead(draft, lead)
    with steps.acting(draft, lead, "change") as row:
        orders.drop(row)
    again = orders.store_ahead(draft, lead)
    assert [o.n_showings for o in before.orders.values()] == [
        o.n_showings for o in again.orders.values()
    ]
    with pytest.raises(StudyError, match="was changed while its orders were drawn"):
        studies.freeze(draft, lead, ahead=before)
    studies.freeze(draft, lead, ahead=again)
    study_facts = facts.of_members(draft)
    assert all(study_facts[f"order {pk}"] == sha for pk, sha in again.sha256s().items())
    assert draft.seals.filter(facts__has_key=f"order {min(again.orders)}").count() == 1


@pytest.mark.django_db
def test_no_order_is_read_while_the_freezing_holds_up_others(
    draft: Study, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = orders.store_ahead(draft, lead)
    monkeypatch.setattr(facts, "order_sha256", lambda member: pytest.fail("an order was read"))
    studies.freeze(draft, lead, ahead=ahead)


CHANGES: dict[str, Callable[[Study, User, User], object]] = {
    "settings": lambda study, by, who: change_draft(study, by, settings=StudySettings(seed=7)),
    "raters": lambda study, by, who: raters.add_rater(study, by, who),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", CHANGES)
def test_a_draft_that_is_changed_while_its_orders_are_drawn_stays_a_draft(
    draft: Study, people: dict[str, User], lead: User, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    draw, drawn = orders.draw, list[str]()

    def draw_and_change(rois: orders.Rois, rater: str, settings: StudySettings) -> orders.Drawn:
        if not drawn:
            CHANGES[what](Study.objects.get(pk=draft.pk), lead, people["stranger"])
        drawn.append(rater)
        return draw(rois, rater, settings)

    with monkeypatch.context() as patch:
        patch.setattr(orders, "draw", draw_and_change)
        with pytest.raises(StudyError, match="was changed while its orders were drawn"):
            studies.freeze(draft, lead)
    draft.refresh_from_db()
    assert draft.state == "draft"
    studies.freeze(draft, lead)
    names = [m.user.username for m in draft.memberships.filter(role="rater").order_by("pk")]
    assert stored(draft) == expected(draft, *names)


@pytest.mark.django_db(transaction=True)
def test_no_order_is_drawn_while_the_database_is_locked(
    draft: Study,
    people: dict[str, User],
    lead: User,
    client_of: Callable[[str], Client],
    sample: Sample,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw, drawn = orders.draw, list[str]()

    def draw_unlocked(rois: orders.Rois, rater: str, settings: StudySettings) -> orders.Drawn:
        assert not connection.in_atomic_block
        drawn.append(rater)
        return draw(rois, rater, settings)

    monkeypatch.setattr(orders, "draw", draw_unlocked)
    page = reverse("study_act", args=[draft.pk, "freeze"])
    client_of("researcher").post(page, {"confirm": "on"})
    raters.add_rater(draft, lead, people["stranger"])
    link = reverse("join", args=[invitations.invite(draft, lead)[1]])
    secret = "a long enough secret"
    Client().post(link, {"username": "dora", "password1": secret, "password2": secret})
    other = People((people["anna"],), lead)
    by_api = create_draft("by api", sample.rois, sample.scans, other)
    freeze = f"/api/v1/studies/{by_api.pk}/freeze/"
    body = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    assert client_of("researcher").post(freeze, {}, **body).status_code == 200
    studies.create_study("at once", sample.rois, sample.scans, other)
    assert drawn == ["anna", "ben", "stranger", "dora", "anna", "anna"]
    assert len(stored(draft)) == 4 * 26


@pytest.mark.django_db
def test_what_distances_were_reached_is_kept_and_told(
    study: Study, lead: User, client_of: Callable[[str], Client]
) -> None:
    script = Script(tokens.create(lead, "tests", "read")[1])
    member = study.memberships.get(user__username="anna")
    spacing = stored_spacing(member)
    tally = member.tally
    assert (tally.least_distance_patient, tally.least_distance_repeat) == (
        spacing.patient, spacing.repeat,
    )  # fmt: skip
    # 40 places were asked for; of 24 ROIs no order keeps repeats further apart than 24.
    assert spacing.repeat == 24
    assert "one ROI comes again after 24 at the earliest" in summary(study)
    told = script.get(f"/api/v1/studies/{study.pk}/raters/?rater=anna").json()["items"][0]
    assert (told["least_distance_patient"], told["least_distance_repeat"]) == (spacing.patient, 24)
    html = client_of("researcher").get(reverse("study", args=[study.pk])).content.decode()
    assert '<td class="number">24</td>' in html
