"""Verify one study from end to end."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewapp import chain
from reviewapp.models import Study
from reviewapp.verification.chain_faults import ChainCheck, check_chain
from reviewapp.verification.faults import Fault
from reviewapp.verification.protocol_faults import check_in_force
from reviewapp.verification.seal_faults import SealCheck, check_seals, lost_answers
from reviewapp.verification.study_faults import check_study
from reviewapp.verification.tally_faults import check_tallies
from reviewapp.verification.volume_faults import check_volumes, volumes_of


def quietly(rows: Iterable[Any], n: int, what: str) -> Iterable[Any]:
    """Go over rows without telling how far."""
    return rows


@dataclass(frozen=True)
class Verification:
    """What was looked at, and what doesn't match."""

    faults: tuple[Fault, ...]
    head: chain.Head
    seal: chain.Head
    n_volumes: int
    n_chained_later: int
    sealed_later: datetime | None

    def summary(self) -> str:
        """Say in a line that all matches, with what to write down."""
        later = ""
        if self.n_chained_later:
            n = self.n_chained_later
            later = f"; {n} answers are older than the chain: it proves them from the update on"
        if self.sealed_later is not None:
            day = f"{self.sealed_later:%Y-%m-%d}"
            later += f"; the study is older than its seals: they prove it from {day} on"
        heads = f"head of the chain {self.head.sha256}"
        if self.seal.n:
            heads += f", of the {self.seal.n} seals {self.seal.sha256}"
        return f"ok: {self.head.n} revisions, {self.n_volumes} volumes, {heads}{later}"


def verify(study: Study, heads: Collection[str] = (), progress: Any = quietly) -> Verification:
    """Recompute all checksums of a study.

    Parameters
    ----------
    study : Study
    heads : collection of str
        Heads of its chains, of answers or seals, that were written down before: each must still be
        in one.
    progress : function of rows, how many, and of what
        Goes over answers and volumes, one step each.
    """
    seals = SealCheck(study, heads)
    faults = [*check_study(study), *check_seals(seals)]
    check = ChainCheck(study, {*heads, *seals.heads.values()})
    named = volumes_of(study)
    faults += [
        *check_chain(check, progress),
        *lost_answers(seals, check.found),
        *check_in_force(study, seals.versions),
        *check_tallies(study),
        *check_volumes(named, progress),
        *_lost_heads(heads, check.found | seals.found),
    ]
    later = None if seals.update is None else seals.update.at
    return Verification(
        tuple(faults), check.head, seals.head, len(named), check.n_chained_later, later
    )


def _lost_heads(heads: Collection[str], found: Collection[str]) -> Iterator[Fault]:
    for sha256 in heads:
        if sha256 not in found:
            why = "is in no chain: rows were deleted from an end, or a chain was written anew"
            yield Fault(f"head {sha256}", "", why)
