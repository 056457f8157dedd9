"""Whatever a rater does in whatever order, what is stored is what a plain model says."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from reviewapp import studies
from reviewapp.models import AnswerRevision, Assignment, Draft, Study
from reviewapp.verification import verify
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.review_model import ReviewModel, Seen

pytestmark = pytest.mark.django_db

#: ROIs that the rater goes to and fro between; more would meet each other less.
N_ROIS = 3
#: Two tabs, or two devices, of one rater.
TABS = tuple(str(uuid.UUID(int=n, version=4)) for n in (1, 2))
ANSWERS: list[dict[str, Any]] = [
    {"classes": ["Vessel"], "confidence": 2, "comment": ""},
    {"classes": ["Other: sulcus", "Vessel"], "confidence": 5, "comment": "clear"},
    {"classes": ["Unknown"], "confidence": 1, "needs_correction": True},
]
BAD: list[dict[str, Any]] = [
    {"classes": []},
    {"confidence": 9},
    {"revises": -1},
    {"active_s": "long"},
    {"group": "TPL"},
]
FIELDS = ("classes", "confidence", "reasons", "needs_correction", "comment")
tabs, contents = st.sampled_from(TABS), st.sampled_from(ANSWERS)


class AnySequence(RuleBasedStateMachine):
    """Two tabs of anna's on a few ROIs, against the model."""

    study: Study
    client: Client

    @initialize()
    def begin(self) -> None:
        """Open the study in both tabs, which show the first ROI."""
        own = Assignment.objects.filter(membership__study=self.study)
        mine = own.filter(membership__user__username="anna").order_by("position")
        self.ids = list(mine.values_list("pk", flat=True)[:N_ROIS])
        self.model = ReviewModel(N_ROIS)
        self.place = dict.fromkeys(TABS, 0)
        self.seen = {tab: [Seen() for _ in self.ids] for tab in TABS}
        #: The last answer of each tab, which it may send again.
        self.sent: dict[str, tuple[int, str, dict[str, Any]]] = {}
        self.n_keys = 0

    @rule(tab=tabs)
    def skip(self, tab: str) -> None:
        """Go on without an answer."""
        self.place[tab] = (self.place[tab] + 1) % N_ROIS
        self.look(tab)

    @rule(tab=tabs)
    def back(self, tab: str) -> None:
        """Go back."""
        self.place[tab] = (self.place[tab] - 1) % N_ROIS
        self.look(tab)

    @rule(tab=tabs)
    def look(self, tab: str) -> None:
        """Load the ROI anew: the page shows what the model holds."""
        roi = self.place[tab]
        told = self.client.get(self.url(roi)).json()
        stored, answer, draft = self.model.rois[roi], told["answer"], told["draft"]
        if stored.revisions:
            assert answer["revision"] == len(stored.revisions)
            assert as_given(answer) == as_given(stored.revisions[-1])
        else:
            assert answer is None
        assert (draft or {}).get("draft") == stored.draft
        self.seen[tab][roi] = Seen(len(stored.revisions), (draft or {}).get("version", 0))

    @rule(tab=tabs, content=contents)
    def answer(self, tab: str, content: dict[str, Any]) -> None:
        """Answer, or revise the answer that the tab saw; a newer one is never overwritten."""
        roi = self.place[tab]
        self.n_keys += 1
        key = str(uuid.UUID(int=self.n_keys, version=4))
        sent = {**ANSWER, **content, "revises": self.seen[tab][roi].revision}
        self.sent[tab] = (roi, key, sent)
        if self.post(roi, key, sent) == 201:
            self.seen[tab][roi].revision += 1

    @rule(tab=tabs)
    def lose_the_response_and_send_again(self, tab: str) -> None:
        """Send the last answer once more under its key: it is stored once."""
        if tab in self.sent:
            self.post(*self.sent[tab])

    @rule(tab=tabs, content=contents)
    def send_another_answer_under_the_key(self, tab: str, content: dict[str, Any]) -> None:
        """Reuse a key, as no page does."""
        if tab in self.sent:
            roi, key, sent = self.sent[tab]
            self.post(roi, key, {**sent, **content})

    @rule(tab=tabs, wrong=st.sampled_from(BAD))
    def answer_badly(self, tab: str, wrong: dict[str, Any]) -> None:
        """Break a rule of the questionnaire: nothing is stored."""
        roi = self.place[tab]
        sent = {**ANSWER, "revises": self.seen[tab][roi].revision, **wrong}
        assert self.send_answer(roi, str(uuid.uuid4()), sent).status_code == 400

    @rule(tab=tabs, comment=st.text("ab c", max_size=4))
    def type(self, tab: str, comment: str) -> None:
        """Keep a draft; that of another tab is never overwritten unseen."""
        roi = self.place[tab]
        seen, draft = self.seen[tab][roi], {"comment": comment}
        expected = self.model.keep_draft(roi, tab, seen, draft)
        response = self.client.put(
            f"{self.url(roi)}draft/",
            {
                "draft": draft,
                "revises": seen.revision,
                "client": tab,
                "based_on": seen.draft_version,
            },
            content_type="application/json",
        )
        assert response.status_code == expected, response.content
        if expected == 200:
            seen.draft_version = self.model.rois[roi].draft_version
            assert response.json()["version"] == seen.draft_version
        elif expected == 409:
            told = response.json()["current"] or {}
            assert told.get("draft") == self.model.rois[roi].draft

    @rule(tab=tabs)
    def throw_the_draft_away(self, tab: str) -> None:
        """Remove the draft."""
        roi = self.place[tab]
        expected = self.model.remove_draft(roi)
        assert self.client.delete(f"{self.url(roi)}draft/").status_code == expected

    @rule()
    def close(self) -> None:
        """Close the study: what is stored stays, and can be read."""
        if self.model.is_open:
            studies.close(self.study, self.study.created_by, "all is answered")
        self.model.is_open = False

    @rule()
    def reopen(self) -> None:
        """Open it again, as a researcher would before anybody has looked."""
        if not self.model.is_open:
            studies.reopen(self.study, self.study.created_by, "one ROI was forgotten")
        self.model.is_open = True

    @invariant()
    def the_database_holds_what_the_model_does(self) -> None:
        """Compare every revision and every draft."""
        for pk, stored in zip(getattr(self, "ids", ()), self.rois(), strict=True):
            rows = list(AnswerRevision.objects.filter(assignment=pk).order_by("number"))
            assert [row.number for row in rows] == list(range(1, len(stored.revisions) + 1))
            assert [row.as_answer() for row in rows] == [as_given(one) for one in stored.revisions]
            made = {str(row.idempotency_key): row.number for row in rows}
            assert made == {key: number for key, (number, _) in stored.keys.items()}
            draft = Draft.objects.filter(assignment=pk).first()
            assert (draft.content if draft else None) == stored.draft
            assert (draft.version if draft else 0) == stored.draft_version

    def teardown(self) -> None:
        """Verify the study: no sequence leaves a checksum that doesn't match."""
        assert verify(self.study).faults == ()

    def rois(self) -> list[Any]:
        """Give the model's ROIs; none before the first step."""
        return self.model.rois if hasattr(self, "model") else []

    def post(self, roi: int, key: str, sent: dict[str, Any]) -> int:
        """Send an answer to the model and to the server, and compare what they say."""
        expected = self.model.answer(roi, key, sent)
        response = self.send_answer(roi, key, sent)
        assert response.status_code == expected, response.content
        told, stored = response.json(), self.model.rois[roi]
        if expected in (200, 201):
            n_answered = sum(bool(one.revisions) for one in self.model.rois)
            assert (told["revision"], told["answered"]) == (stored.keys[key][0], n_answered)
        elif expected == 409:
            assert told["current"] == len(stored.revisions)
        return expected

    def send_answer(self, roi: int, key: str, sent: dict[str, Any]) -> Any:
        """Send an answer as the page does."""
        return self.client.post(
            f"{self.url(roi)}answers/",
            sent,
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    def url(self, roi: int) -> str:
        """Give the address of an ROI."""
        return f"/api/v1/assignments/{self.ids[roi]}/"


def as_given(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in FIELDS}


@pytest.fixture
def machine(study: Study, people: dict[str, User]) -> Iterator[type[AnySequence]]:
    """Give the machine on a study; each run of it leaves nothing behind."""
    client = Client()
    client.force_login(people["anna"])

    class OnStudy(AnySequence):
        def __init__(self) -> None:
            super().__init__()
            self.study, self.client = study, client
            self.run = transaction.atomic()
            self.run.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.run.__exit__(None, None, None)
            self.study.refresh_from_db()

    return OnStudy


def run(
    machine: type[AnySequence],
    n_examples: int,
    n_steps: int,
    phases: tuple[Phase, ...] = tuple(Phase),
) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=n_examples,
            stateful_step_count=n_steps,
            deadline=None,
            phases=phases,
            derandomize=n_examples < 100,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_sequence_stores_what_the_model_says(machine: type[AnySequence]) -> None:
    run(machine, 30, 30)


@pytest.mark.soak
def test_any_long_sequence_stores_what_the_model_says(machine: type[AnySequence]) -> None:
    run(machine, 300, 60)


def test_a_lost_answer_would_be_found(
    machine: type[AnySequence], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forget to look whether the answer revises the current one: the machine finds it."""
    monkeypatch.setattr(ReviewModel, "answer", forgetful(ReviewModel.answer))
    with pytest.raises(AssertionError):
        # It ends with the first that finds it, mostly within 30; to shorten that takes minutes.
        run(machine, 300, 30, (Phase.generate,))


def forgetful(answer: Any) -> Any:
    def forget(model: ReviewModel, roi: int, key: str, sent: dict[str, Any]) -> int:
        stored = model.rois[roi]
        if key not in stored.keys and model.is_open:
            sent = {**sent, "revises": len(stored.revisions)}
        return int(answer(model, roi, key, sent))

    return forget
