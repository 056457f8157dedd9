"""The time of a response doesn't tell the group, where the work is equal.

Two studies of the same pixels whose groups differ are asked in turn for the same ROI, which the
model drew in the one and a person in the other. A permutation test says whether the model's took
longer or less: by the clock on the wall, which a rater has, and by the processor's, on which less
else goes on, so that it finds smaller differences. No limit is absolute: the machine may be busy.
"""

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp.addresses import crop_url, mask_url
from reviewapp.api import views
from reviewapp.models import Assignment
from reviewapp.studies import People, create_study
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.permuted import build_permuted

pytestmark = pytest.mark.django_db
#: A difference is believed below this, and if a second measurement finds it too.
P = 0.001
N_PERMUTATIONS = 4999
N_ROUNDS = 16
#: An ROI in the study where the model's mask made it a false positive, and in the other one.
Pair = tuple[Assignment, Assignment]
Send = Callable[[Client, Assignment, int], Any]
Clock = Callable[[], float]
CLOCKS: dict[str, Clock] = {"wall": time.perf_counter, "processor": time.thread_time}


@pytest.fixture
def pairs(people: dict[str, User], tmp_path: Path) -> list[Pair]:
    """Give pairs of one ROI in two studies; half of the false positives are in each study."""
    shown: list[dict[int, Assignment]] = []
    for seed in (1, 2):
        sample = build_permuted(tmp_path / str(seed), seed)
        crew = People((people["anna"],), people["researcher"])
        study = create_study(f"study {seed}", sample.rois, sample.scans, crew)
        own = Assignment.objects.filter(membership__study=study, repeat=0)
        shown.append({one.roi.row: one for one in own.select_related("roi__scan")})
    told = [(shown[0][row], shown[1][row]) for row in shown[0]]
    first = [(a, b) for a, b in told if a.roi.outcome == "FPL" != b.roi.outcome]
    second = [(b, a) for a, b in told if b.roi.outcome == "FPL" != a.roi.outcome]
    n = min(len(first), len(second), 5)
    assert n >= 3
    return first[:n] + second[:n]


def get_assignment(anna: Client, shown: Assignment, _: int) -> Any:
    return anna.get(f"/api/v1/assignments/{shown.pk}/")


def get_crop(anna: Client, shown: Assignment, _: int) -> Any:
    return anna.get(crop_url(shown), headers={"Accept-Encoding": "gzip"})


def get_mask(anna: Client, shown: Assignment, _: int) -> Any:
    return anna.get(mask_url(shown), headers={"Accept-Encoding": "gzip"})


def save(anna: Client, shown: Assignment, done: int) -> Any:
    return anna.post(
        f"/api/v1/assignments/{shown.pk}/answers/",
        {**ANSWER, "revises": done},
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.UUID(int=done))},
    )


class Stopwatch:
    """Measure pairs of equal requests in turn, and compare them."""

    def __init__(self, pairs: list[Pair], anna: Client, clock: Clock) -> None:
        self.pairs = pairs
        self.anna = anna
        self.clock = clock
        self.rng = np.random.default_rng(7)
        self.done = 0

    def p_value(self, send: Send) -> float:
        """Give the two-sided p of the median of log(time of the false positive / other)."""
        ratios = np.log([self._ratio(send, pair) for _ in range(N_ROUNDS) for pair in self._turn()])
        signs = self.rng.choice([-1.0, 1.0], size=(N_PERMUTATIONS, len(ratios)))
        permuted = np.abs(np.median(signs * ratios, axis=1))
        return (1 + int((permuted >= abs(np.median(ratios))).sum())) / (N_PERMUTATIONS + 1)

    def _turn(self) -> list[Pair]:
        self.done += 1
        return [self.pairs[i] for i in self.rng.permutation(len(self.pairs))]

    def _ratio(self, send: Send, pair: Pair) -> float:
        taken = [0.0, 0.0]
        for which in self.rng.permutation(2).tolist():
            before = self.clock()
            response = send(self.anna, pair[which], self.done - 1)
            taken[which] = self.clock() - before
            assert response.status_code in (200, 201)
        return taken[0] / taken[1]


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("send", [get_assignment, get_crop, get_mask, save])
def test_a_false_positive_takes_as_long_as_another_roi(
    pairs: list[Pair], client_of: Callable[[str], Client], send: Send, clock: str
) -> None:
    watch = Stopwatch(pairs, client_of("anna"), CLOCKS[clock])
    assert watch.p_value(send) >= P or watch.p_value(send) >= P


def sleep() -> None:
    time.sleep(0.03)


def work() -> None:
    until = time.thread_time() + 0.002
    while time.thread_time() < until:
        pass


@pytest.mark.parametrize(("clock", "delay"), [("wall", sleep), ("processor", work)])
def test_a_delay_of_one_group_would_be_found(
    pairs: list[Pair],
    client_of: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
    clock: str,
    delay: Callable[[], None],
) -> None:
    def note_slowly(_: Any, shown: Assignment) -> None:
        if shown.roi.outcome == "FPL":
            delay()

    monkeypatch.setattr(views, "note_sent", note_slowly)
    watch = Stopwatch(pairs, client_of("anna"), CLOCKS[clock])
    assert watch.p_value(get_assignment) < P
