"""Give each place of an order to a patient: rounds in which nobody comes twice.

With m showings of the patient who has most there are m rounds. All but the last have at least
`distance` places, and each is a random order in which nobody comes sooner than `distance` places
after the round before. So the distance is kept by construction at any size, without a search.
"""

from collections.abc import Iterator, Sequence
from math import gcd
from typing import NamedTuple

from reviewapp.chance import Chance

#: Showings one golden section of a circle apart lie evenly around it, however many they are
#: (the three-distance theorem).
GOLDEN = (5**0.5 - 1) / 2
#: Patients who wait for rounds far enough apart, and are tried at each turn.
N_TRIED = 4


class Demand(NamedTuple):
    """What a patient brings: ROIs, how many of them come twice and how far apart, and all of it.

    `gap` is a least distance of all showings that keeps the repeats apart, 0 without any.
    """

    n_rois: int
    n_repeats: int
    apart: int
    n: int
    gap: int

    def fits(self, places: Sequence[int], least: int) -> bool:
        """Say whether sorted places allow pairs for the repeats, each `least` apart.

        The i-th place goes with the i-th of the last ones: no other pairs are all as far apart.
        """
        ends = places[self.n_rois :]
        return all(b - a >= least for a, b in zip(places, ends, strict=False))


def demand(n_rois: int, n_repeats: int, apart: int) -> Demand:
    """Add up what a patient brings.

    >>> demand(3, 1, 40)
    Demand(n_rois=3, n_repeats=1, apart=40, n=4, gap=14)
    """
    gap = -(-apart // n_rois) if n_repeats else 0
    return Demand(n_rois, n_repeats, apart, n_rois + n_repeats, gap)


def largest_distance(counts: Sequence[int]) -> int:
    """Give the largest least distance that any order of patients with so many showings has.

    The rounds of the most frequent ones but the last take `distance` places each, and the last one
    a place for each of them. Where nobody comes twice it is the number of places.

    >>> largest_distance([3, 3, 1]), largest_distance([3, 1, 1, 1, 1]), largest_distance([1, 1])
    (2, 3, 2)
    """
    most = max(counts, default=0)
    if most <= 1:
        return sum(counts)
    return (sum(counts) - counts.count(most)) // (most - 1)


def place_patients(
    demands: Sequence[Demand], distance: int, chance: Chance, *, stride: int | None = None
) -> list[int]:
    """Give the patient of each place, none nearer to itself than `distance`.

    Parameters
    ----------
    demands : sequence of Demand
        At least one.
    distance : int
        In [1, `largest_distance`].
    chance : Chance
    stride : int, optional
        Rounds from a showing of a patient to the next one, where it isn't in all of them; about
        the golden section of them where not given.

    Returns
    -------
    list of int
        Indices of `demands`. A patient whose `gap` is no longer than a round keeps that too.
    """
    rounds = _deal(demands, distance, chance, stride)
    places = _fill(rounds, [max(distance, one.gap) for one in demands], chance)
    return places[::-1] if chance.below(2) else places


def _deal(
    demands: Sequence[Demand], distance: int, chance: Chance, stride: int | None
) -> list[list[int]]:
    """Say who comes in which round: each at most once, and the rounds as long as they must be."""
    n_rounds = max(one.n for one in demands)
    always = [i for i, one in enumerate(demands) if one.n == n_rounds]
    n = sum(one.n for one in demands)
    longest = max(distance, max(one.gap for one in demands))
    least = longest if (n_rounds - 1) * longest + len(always) <= n else distance
    # Where there are too few for all rounds to be so long, the last one is shorter.
    n_last = n - (n_rounds - 1) * least - len(always) if n < n_rounds * least else n
    turns = _Turns(n_rounds, n_last, chance, stride)
    rounds: list[list[int]] = [[*always] for _ in range(n_rounds)]
    others = [i for i in chance.permutation(len(demands)).tolist() if demands[i].n < n_rounds]
    for i, own in _in_turn(others, demands, turns, least):
        for number in own:
            rounds[number].append(i)
    return rounds


class _Turns:
    """Rounds in the order in which showings are dealt to them, alike often; the last one less.

    Fewer turns in a row than there are rounds never name one twice, also where the last round
    has had its share and is left out from then on.
    """

    def __init__(self, n_rounds: int, n_last: int, chance: Chance, stride: int | None) -> None:
        step = stride or round(n_rounds * GOLDEN) or 1
        while gcd(step, n_rounds) > 1:
            step += 1
        start = chance.below(n_rounds)
        self._all = [(start + i * step) % n_rounds for i in range(n_rounds)]
        self._twice, self._n_rounds = 2 * self._all, n_rounds
        self._rest = [number for number in self._all if number != n_rounds - 1]
        self._n_all = n_last * n_rounds
        self.at = 0

    def next(self, n: int) -> list[int]:
        """Give the next n rounds, sorted; they stay the next ones."""
        if self.at + n <= self._n_all:
            first = self.at % self._n_rounds
            return sorted(self._twice[first : first + n])
        return sorted(self._round(turn) for turn in range(self.at, self.at + n))

    def _round(self, turn: int) -> int:
        if turn < self._n_all:
            return self._all[turn % len(self._all)]
        return self._rest[(turn - self._n_all) % len(self._rest)]


def _in_turn(
    others: Sequence[int], demands: Sequence[Demand], turns: _Turns, least: int
) -> Iterator[tuple[int, list[int]]]:
    """Give each patient its rounds; who has repeats waits for some that are far apart."""
    queue, waiting = [*reversed(others)], list[int]()

    def fits(i: int) -> bool:
        one = demands[i]
        if one.gap <= least:
            return True
        # Between rounds a and b there are b - a - 1 whole ones.
        return one.fits(turns.next(one.n), 2 + (one.apart - 2) // least)

    while queue or waiting:
        found = next((i for i in waiting[:N_TRIED] if fits(i)), None)
        if found is not None:
            waiting.remove(found)
        elif queue:
            found = queue.pop()
            if not fits(found):
                waiting.append(found)
                continue
        else:
            found = waiting.pop()
        yield found, turns.next(demands[found].n)
        turns.at += demands[found].n


def _fill(rounds: Sequence[Sequence[int]], gaps: Sequence[int], chance: Chance) -> list[int]:
    """Order each round at random, the last one first, so that each keeps its gap to the next.

    A patient at place j of a round may come up to place j + (length - gap) of the one before: the
    places from any one on have more who may take them than they are. Of all such orders of the
    round, given the next one, each is as likely as any other.
    """
    words = chance.words(sum(map(len, rounds))).tolist()
    found: list[list[int]] = []
    after: dict[int, int] = {}
    for members in reversed(rounds):
        n = len(members)
        latest = {i: min(n - 1, after.get(i, n) + n - min(gaps[i], n)) for i in members}
        coming = sorted(members, key=latest.__getitem__)
        order, free = [0] * n, list[int]()
        for place in range(n - 1, -1, -1):
            while coming and latest[coming[-1]] >= place:
                free.append(coming.pop())
            at = words.pop() * len(free) >> 64
            free[at], free[-1] = free[-1], free[at]
            order[place] = free.pop()
        after = {i: place for place, i in enumerate(order)}
        found.append(order)
    return [i for order in reversed(found) for i in order]
