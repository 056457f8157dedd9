"""Scripted raters who save without pause, and remember what the server acknowledged."""

import random
import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from tests.reviewapp.cohort import ANSWER
from tests.storage.site import Rater, Site

#: Seconds between two answers of a rater, and between two tries of one.
PAUSE_S, RETRY_S = 0.05, 0.3


@dataclass(frozen=True)
class Sent:
    """One answer, as it was sent under its key."""

    assignment: str
    key: str
    content: dict[str, Any]


@dataclass
class Script(threading.Thread):
    """One rater in a thread: answers all ROIs, then revises them, until told to stop."""

    site: Site
    rater: Rater
    seed: int
    acknowledged: list[Sent] = field(default_factory=list)
    unknown: list[Sent] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    n_retried: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.stopped = threading.Event()
        self.chance = random.Random(self.seed)
        self.revisions = dict.fromkeys(self.rater.assignments, 0)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Answer until stopped; an answer on its way is tried until it is acknowledged."""
        while not self.stopped.wait(PAUSE_S):
            place = self.chance.choice(self.rater.assignments)
            content = {
                **ANSWER,
                "confidence": self.chance.randint(1, 5),
                "comment": f"{self.rater.name} {len(self.acknowledged)}",
                "revises": self.revisions[place],
            }
            sent = Sent(place, str(uuid.uuid4()), content)
            if not self._deliver(sent):
                self.unknown.append(sent)
                return
            self.acknowledged.append(sent)
            self.revisions[place] += 1

    def _deliver(self, sent: Sent) -> bool:
        """Send until it is acknowledged; False when stopped before or on a fault."""
        while True:
            with suppress(OSError, HTTPException):
                reply = self.site.answer(self.rater, sent.assignment, sent.content, sent.key)
                if reply.status in (200, 201):
                    return True
                if reply.status < 500:
                    self.faults.append(f"{reply.status} {reply.body!r}")
                    return False
            self.n_retried += 1
            if self.stopped.wait(RETRY_S):
                return False


def check_all_there(scripts: list[Script], stored: list[dict[str, Any]]) -> None:
    """Check that every acknowledged answer is stored as it was sent, once, and nothing else."""
    assert [fault for script in scripts for fault in script.faults] == []
    by_key = {row["key"]: row for row in stored}
    assert len(by_key) == len(stored), "an answer was stored twice"
    acknowledged = [sent for script in scripts for sent in script.acknowledged]
    lost = [sent for sent in acknowledged if sent.key not in by_key]
    assert lost == []
    unknown = [sent for script in scripts for sent in script.unknown]
    assert set(by_key) <= {sent.key for sent in [*acknowledged, *unknown]}
    for sent in [*acknowledged, *unknown]:
        if row := by_key.get(sent.key):
            names = ("classes", "confidence", "reasons", "needs_correction", "comment")
            assert [row[name] for name in names] == [sent.content[name] for name in names]
            expected = (sent.assignment, sent.content["revises"] + 1)
            assert (row["assignment"], row["number"]) == expected
