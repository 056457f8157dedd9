"""Recompute the chain of a study's seals, and compare what they say with the rows of today."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from reviewapp import facts, seals
from reviewapp.chain import Head
from reviewapp.models import Seal, Study
from reviewapp.verification.faults import Fault

BATCH = 500
_VERSION = re.compile(r"version ([0-9]+)")
CHANGED = "is not what was sealed"
GONE = "was sealed, and is not there any more"
NEW = "is in no seal: no step of the study wrote it"
NONE = "there is none: each study that is no draft has one"


@dataclass
class SealCheck:
    """What was found so far: the end of the chain, and what its seals say."""

    study: Study
    wanted: Collection[str] = ()
    head: Head = field(init=False)
    found: set[str] = field(default_factory=set)
    #: What holds by all seals so far, each naming what is new or changed.
    sealed: facts.Facts = field(default_factory=dict)
    #: Place of the seal that names a head of the chain of answers -> that head.
    heads: dict[int, str] = field(default_factory=dict)
    #: Number of a version of the protocol -> revisions before it, where it was sealed at once.
    versions: dict[int, int] = field(default_factory=dict)
    accesses_to: int = 0
    #: The first seal, where it was written for a study older than seals.
    update: Seal | None = None

    def __post_init__(self) -> None:
        """Begin with no seal."""
        self.head = Head(0, seals.beginning(self.study.pk))

    def take(self, seal: Seal) -> None:
        """Note what a seal says."""
        told = seal.facts if isinstance(seal.facts, dict) else {}  # tampered with
        for name in told:
            version = _VERSION.fullmatch(name)
            if version and name not in self.sealed and seal.cause != "update":
                self.versions[int(version[1])] = seal.n_revisions
        self.sealed |= told
        self.accesses_to = seal.accesses_to
        self.head = Head(seal.place, seal.sha256)
        if seal.n_revisions:
            self.heads[seal.place] = seal.head_sha256
        if seal.cause == "update":
            self.update = seal
        if seal.sha256 in self.wanted:
            self.found.add(seal.sha256)


def check_seals(check: SealCheck) -> Iterator[Fault]:
    """Go through the study's seals in their order, and give what doesn't match."""
    for seal in check.study.seals.order_by("place").iterator(BATCH):
        yield from _chain_faults(seal, check)
        check.take(seal)
    if check.head.n:
        yield from _fact_faults(check)
    elif check.study.state != "draft" or check.study.steps.exists():
        yield Fault("seals", "", NONE)


def lost_answers(check: SealCheck, found: Collection[str]) -> Iterator[Fault]:
    """Tell of the first seal whose newest answer is not in the chain of answers."""
    for place, sha256 in check.heads.items():
        if sha256 not in found:
            why = "is not in the chain: answers were deleted, or the chain was written anew"
            yield Fault(f"seal {place}", "head_sha256", why)
            return


def _chain_faults(seal: Seal, check: SealCheck) -> Iterator[Fault]:
    row, expected = f"seal {seal.place}", check.head.n + 1
    if seal.sha256 != seals.sha256_of(seal):
        yield Fault(row, "", "the row is not what was stored: one of its fields was changed")
    if seal.place != expected:
        yield Fault(f"seal {expected}", "", "deleted: the chain of seals has a gap here")
        return
    if seal.previous_sha256 != check.head.sha256:
        yield Fault(row, "previous_sha256", "does not name the seal before it")
    accesses = check.study.accesses.filter(pk__gt=check.accesses_to, pk__lte=seal.accesses_to)
    if facts.accesses_sha256(accesses) != seal.accesses_sha256:
        why = f"were changed: expected {seal.n_accesses}, came {accesses.count()}"
        yield Fault("accesses", f"those of seal {seal.place}", why)


def _fact_faults(check: SealCheck) -> Iterator[Fault]:
    """Compare what the seals say with the rows as they are."""
    now = facts.everything(check.study)
    missing = object()
    for name in dict.fromkeys([*check.sealed, *now]):
        then: Any = check.sealed.get(name, missing)
        if now.get(name, missing) == then:
            continue
        why = GONE if name not in now else NEW if then is missing else CHANGED
        row, _, column = name.partition(" ") if name.startswith("study ") else (name, "", "")
        yield Fault(row, column, why)
