"""Which act is possible in which state of a study, and what its log says of it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp import invitations, steps, studies
from reviewapp.models import STATES, Assignment, Study
from reviewapp.protocol import amend
from reviewapp.raters import People, add_rater, withdraw_rater
from reviewapp.researchers import add_researcher, withdraw_researcher
from reviewapp.steps import StudyError
from reviewapp.study_drafts import change_draft, create_draft, delete_draft
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db
WHY = "the board asked for it"
Act = Callable[[Study, User, Mapping[str, User]], Any]
ACTS: dict[str, Act] = {
    "change": lambda study, by, people: change_draft(study, by, name="renamed"),
    "delete": lambda study, by, people: delete_draft(study, by),
    "freeze": lambda study, by, people: studies.freeze(study, by),
    "open": lambda study, by, people: studies.open_study(study, by),
    "close": lambda study, by, people: studies.close(study, by, WHY),
    "reopen": lambda study, by, people: studies.reopen(study, by, WHY),
    "look": lambda study, by, people: studies.unblind(study, by, WHY, interim=True),
    "unblind": lambda study, by, people: studies.unblind(study, by, WHY),
    "amend": lambda study, by, people: amend(study, by, WHY, {"class_rule": "primary"}),
    "invite": lambda study, by, people: invitations.invite(study, by),
    "add a rater": lambda study, by, people: add_rater(study, by, people["ben"]),
    "withdraw a rater": lambda study, by, people: withdraw_rater(study, by, people["anna"], WHY),
    "add a researcher": lambda study, by, people: add_researcher(study, by, people["ben"]),
    "withdraw a researcher": lambda study, by, people: withdraw_second(study, by, people["ben"]),
}
#: Act -> for each state the one after it; None where the act is refused.
TABLE: dict[str, tuple[str | None, ...]] = {
    # state:             draft      frozen    open         closed       unblinded
    "change":           ("draft",   None,     None,        None,        None),
    "delete":           ("gone",    None,     None,        None,        None),
    "freeze":           ("frozen",  None,     None,        None,        None),
    "open":             (None,      "open",   None,        None,        None),
    "close":            (None,      None,     "closed",    None,        None),
    "reopen":           (None,      None,     None,        "open",      None),
    "look":             (None,      None,     "open",      "closed",    None),
    "unblind":          (None,      None,     "unblinded", "unblinded", None),
    "amend":            (None,      "frozen", "open",      "closed",    None),
    "invite":           ("draft",   "frozen", "open",      None,        None),
    "add a rater":      ("draft",   "frozen", "open",      None,        None),
    "withdraw a rater": (None,      "frozen", "open",      "closed",    None),
    "add a researcher": ("draft",   "frozen", "open",      "closed",    "unblinded"),
    "withdraw a researcher":
                        (None,      "frozen", "open",      "closed",    "unblinded"),
}  # fmt: skip
#: What the way to each state logs.
LOGGED = {
    "draft": [],
    "frozen": ["created", "frozen"],
    "open": ["created", "frozen", "opened"],
    "closed": ["created", "frozen", "opened", "closed"],
    "unblinded": ["created", "frozen", "opened", "closed", "unblinded"],
}
REASONED = (
    "close", "reopen", "look", "unblind", "amend", "withdraw a rater", "withdraw a researcher",
)  # fmt: skip


def withdraw_second(study: Study, by: User, second: User) -> None:
    study.memberships.get_or_create(user=second, role="researcher")
    withdraw_researcher(study, by, second, WHY)


@pytest.fixture
def draft(sample: Sample, people: dict[str, User]) -> Study:
    crew = People((people["anna"],), people["researcher"])
    return create_draft("cortex", sample.rois, sample.scans, crew)


def bring_to(study: Study, state: str) -> None:
    """Take the acts that lead from a draft to a state."""
    for act in ("freeze", "open", "close", "unblind")[: STATES.index(state)]:
        ACTS[act](study, study.created_by, {})
    assert study.state == state


def test_the_table_names_every_act_and_state() -> None:
    assert list(TABLE) == list(steps.ACTS) == list(ACTS)
    assert all(len(row) == len(STATES) for row in TABLE.values())


@pytest.mark.parametrize("state", STATES)
def test_each_act_is_possible_in_its_states_alone(
    draft: Study, people: dict[str, User], state: str
) -> None:
    bring_to(draft, state)
    after = {act: row[STATES.index(state)] for act, row in TABLE.items()}
    refused = [act for act, new in after.items() if new is None]
    for act in refused:
        with pytest.raises(StudyError, match=f"cortex is {state}: only a study that is "):
            ACTS[act](draft, people["researcher"], people)
        draft.refresh_from_db()
        assert draft.state == state
    assert [step.kind for step in draft.steps.all()] == LOGGED[state]
    assert {act: steps.possible(draft, act) for act in TABLE} == {
        act: act not in refused for act in TABLE
    }


@pytest.mark.parametrize(
    ("act", "state", "new"),
    [
        (act, state, new)
        for act, row in TABLE.items()
        for state, new in zip(STATES, row, strict=True)
        if new is not None
    ],
)
def test_a_possible_act_leads_to_its_state_and_nobody_else_takes_it(
    draft: Study, people: dict[str, User], act: str, state: str, new: str
) -> None:
    bring_to(draft, state)
    for name in ("anna", "stranger"):
        with pytest.raises(StudyError, match=f"{name} must be a researcher of cortex"):
            ACTS[act](draft, people[name], people)
    ACTS[act](draft, people["researcher"], people)
    found = Study.objects.filter(pk=draft.pk).first()
    assert ("gone" if found is None else found.state) == new


@pytest.mark.parametrize("act", REASONED)
def test_an_act_that_needs_a_reason_is_refused_without_one(
    draft: Study, people: dict[str, User], monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    state = next(s for s, new in zip(STATES, TABLE[act], strict=True) if new is not None)
    bring_to(draft, state)
    monkeypatch.setattr(f"{__name__}.WHY", "  ")
    with pytest.raises(StudyError, match="say why cortex is"):
        ACTS[act](draft, people["researcher"], people)
    assert [step.kind for step in draft.steps.all()] == LOGGED[state]


def test_the_log_says_who_when_why_how_much_and_under_which_protocol(
    study: Study, people: dict[str, User], answered: Callable[..., None]
) -> None:
    lead = people["researcher"]
    answered("anna", 3)
    withdraw_rater(study, lead, people["ben"], "moved away")
    add_rater(study, lead, people["stranger"], "in the place of ben")
    amend(study, lead, WHY, {"class_rule": "any_ms"})
    studies.close(study, lead, "holidays")
    studies.reopen(study, lead, "back again")
    studies.unblind(study, lead, "all is answered")
    first, second = study.protocol_versions.values_list("sha256", flat=True)
    log = [(s.kind, s.reason, s.n_answers, s.protocol_sha256, s.rater) for s in study.steps.all()]
    assert log == [
        ("created", "", 0, first, None),
        ("frozen", "", 0, first, None),
        ("opened", "", 0, first, None),
        ("rater withdrawn", "moved away", 3, first, people["ben"]),
        ("rater added", "in the place of ben", 3, first, people["stranger"]),
        ("amended", WHY, 3, second, None),
        ("closed", "holidays", 3, second, None),
        ("reopened", "back again", 3, second, None),
        ("closed", "all is answered", 3, second, None),
        ("unblinded", "all is answered", 3, second, None),
    ]
    assert {step.by for step in study.steps.all()} == {lead}
    times = [step.at for step in study.steps.all()]
    assert times == sorted(times)
    assert times[0] == study.created_at


@pytest.mark.parametrize("state", STATES)
def test_raters_see_a_study_from_its_opening_on(
    draft: Study, people: dict[str, User], state: str
) -> None:
    bring_to(draft, state)
    shown = state in ("open", "closed", "unblinded")
    assert Study.objects.reviewed_by(people["anna"]).exists() is shown
    assert Assignment.objects.of_rater(people["anna"]).exists() is shown
    assert Study.objects.led_by(people["researcher"]).exists()


def test_raters_are_not_told_of_the_unblinding(
    study: Study, people: dict[str, User], client_of: Callable[[str], Client]
) -> None:
    address = f"/api/v1/studies/{study.pk}/queue/"
    states = [client_of("anna").get(address).json()["study"]["state"]]
    for act in ("close", "unblind"):
        ACTS[act](study, people["researcher"], people)
        states.append(client_of("anna").get(address).json()["study"]["state"])
    assert states == ["open", "closed", "closed"]
