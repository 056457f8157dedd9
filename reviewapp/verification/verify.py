"""Verify one study from end to end."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reviewapp import chain
from reviewapp.models import Study
from reviewapp.verification.chain_faults import ChainCheck, check_chain
from reviewapp.verification.faults import Fault
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
    n_volumes: int
    n_chained_later: int

    def summary(self) -> str:
        """Say in a line that all matches, with what to write down."""
        later = ""
        if self.n_chained_later:
            n = self.n_chained_later
            later = f"; {n} answers are older than the chain: it proves them from the update on"
        return (
            f"ok: {self.head.n} revisions, {self.n_volumes} volumes, "
            f"head of the chain {self.head.sha256}{later}"
        )


def verify(study: Study, heads: Collection[str] = (), progress: Any = quietly) -> Verification:
    """Recompute all checksums of a study.

    Parameters
    ----------
    study : Study
    heads : collection of str
        Heads of its chain that were written down before, which must still be in it.
    progress : function of rows, how many, and of what
        Goes over answers and volumes, one step each.
    """
    check = ChainCheck(study, heads)
    named = volumes_of(study)
    faults = (
        *check_study(study),
        *check_chain(check, progress),
        *check_tallies(study),
        *check_volumes(named, progress),
        *_lost_heads(check),
    )
    return Verification(faults, check.head, len(named), check.n_chained_later)


def _lost_heads(check: ChainCheck) -> Iterator[Fault]:
    for sha256 in check.wanted:
        if sha256 not in check.found:
            why = "is not in the chain: answers were deleted, or the chain was written anew"
            yield Fault(f"head {sha256}", "", why)
