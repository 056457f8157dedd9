"""Put ROIs and their repeats at the places of their patients, at random."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reviewapp.chance import Chance
from reviewapp.rounds import Demand, demand

#: Other places tried for a repeat that is too near.
N_SWAPS = 60

Indices = npt.NDArray[np.intp]


class Showing(NamedTuple):
    """One place in an order: the ROI's index, and 0 for its first showing or 1 for its repeat."""

    roi: int
    repeat: int


@dataclass(frozen=True)
class Sample:
    """ROIs of patients: those that come twice and those that come once, both in random order.

    `of_patient` has the number of each ROI's patient, from 0 without a gap; `apart` is the least
    distance of repeats in places.
    """

    of_patient: Indices
    twice: Indices
    once: Indices
    apart: int

    def demands(self) -> list[Demand]:
        """Give what each patient brings."""
        n_rois = np.bincount(self.of_patient).tolist()
        n_repeats = np.bincount(self.of_patient[self.twice], minlength=len(n_rois)).tolist()
        return [demand(*one, self.apart) for one in zip(n_rois, n_repeats, strict=True)]


def show(
    sample: Sample, demands: Sequence[Demand], places: Sequence[int], chance: Chance
) -> tuple[Showing, ...] | None:
    """Put each patient's ROIs at the patient's places; None where repeats can't be apart.

    Parameters
    ----------
    sample : Sample
    demands : its demands
    places : sequence of int
        The patient of each place.
    chance : Chance
    """
    by_patient = np.argsort(np.array(places), kind="stable")
    ends = np.cumsum([one.n for one in demands]).tolist()
    own = {
        i: by_patient[end - one.n : end].tolist()
        for i, (one, end) in enumerate(zip(demands, ends, strict=True))
        if one.n_repeats
    }
    if not all(demands[i].fits(at, sample.apart) for i, at in own.items()):
        return None
    rois, repeats = np.full(len(places), -1), np.zeros(len(places), int)
    pairs = {i: _pairs(at, demands[i], chance) for i, at in own.items()}
    for roi in sample.twice.tolist():
        first, second = pairs[int(sample.of_patient[roi])].pop()
        rois[first] = rois[second] = roi
        repeats[second] = 1
    # Both by patient: which of a patient's ROIs comes where is as random as `once`.
    once = sample.once[np.argsort(sample.of_patient[sample.once], kind="stable")]
    rois[by_patient[rois[by_patient] < 0]] = once
    return tuple(map(Showing._make, zip(rois.tolist(), repeats.tolist(), strict=True)))


def _pairs(places: list[int], asked: Demand, chance: Chance) -> list[tuple[int, int]]:
    """Choose pairs of sorted places at random, as far apart as asked.

    `Demand.fits` has said that there are such pairs.
    """
    n, apart = asked.n_repeats, asked.apart
    mixed = [*places]
    for i in range(2 * n):
        other = i + chance.below(len(mixed) - i)
        mixed[i], mixed[other] = mixed[other], mixed[i]
    if all(_move_apart(mixed, i, n, apart, chance) for i in range(n)):
        return [(min(pair), max(pair)) for pair in zip(mixed[:n], mixed[n : 2 * n], strict=True)]
    pairs = [*zip(places[:n], places[-n:], strict=True)]
    return pairs


def _move_apart(mixed: list[int], i: int, n: int, apart: int, chance: Chance) -> bool:
    """Change the second place of pair i for another one, where the two are too near."""

    def is_apart(pair: int) -> bool:
        return pair >= n or abs(mixed[pair] - mixed[n + pair]) >= apart

    for _ in range(N_SWAPS):
        if is_apart(i):
            return True
        here, there = n + i, chance.below(len(mixed))
        pair = there if there < n else there - n
        known_good = is_apart(pair)
        mixed[here], mixed[there] = mixed[there], mixed[here]
        if not is_apart(i) or (known_good and not is_apart(pair)):
            mixed[here], mixed[there] = mixed[there], mixed[here]
    return is_apart(i)
