"""Look for an order whose repeats are far apart, and then whose patients are."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from reviewapp.chance import Chance
from reviewapp.rounds import Demand, largest_distance, place_patients
from reviewapp.showings import Sample, Showing, show

#: Two ROIs of a patient are so far apart where that is possible. More would make the rounds of
#: patients alike, and tell who comes next.
PATIENT_DISTANCE = 20
#: Orders tried for each distance in a small study, where repeats may ask for what rounds don't
#: give; a large one has few of N_PLACES places, and the first one is good.
N_DRAWS, N_PLACES = 30, 20_000
#: Exchanges of two showings tried for each distance, a place; fewer where there are many.
N_EXCHANGES, MAX_LOOKS = 60, 300_000


def draw_showings(sample: Sample, chance: Chance) -> tuple[Showing, ...]:
    """Draw an order with repeats apart for sure, and patients as far apart as is found.

    Rounds of patients come first; where those leave a repeat too near, the better one of what
    exchanges make of rounds of ROIs and of rounds of patients with less distance.
    """
    demands = sample.demands()
    largest = min(PATIENT_DISTANCE, largest_distance([one.n for one in demands]))
    order = _by_patient(sample, demands, largest, chance)
    if order is not None:
        return order
    found, reached = _by_roi(sample, largest, chance)
    for distance in range(largest - 1, reached, -1):
        order = _by_patient(sample, demands, distance, chance)
        if order is not None:
            return order
    return found


def _by_patient(
    sample: Sample, demands: Sequence[Demand], distance: int, chance: Chance
) -> tuple[Showing, ...] | None:
    """Draw rounds of patients until repeats are apart, None where they never are."""
    counts = [one.n for one in demands]
    for draw in range(max(1, min(N_DRAWS, N_PLACES // sum(counts)))):
        stride = 1 + chance.below(max(counts)) if draw else None
        places = place_patients(demands, distance, chance, stride=stride)
        order = show(sample, demands, places, chance)
        if order is not None:
            return order
    return None


def _by_roi(sample: Sample, largest: int, chance: Chance) -> tuple[tuple[Showing, ...], int]:
    """Draw rounds of ROIs, and exchange showings until patients are as far apart as is found."""
    alone = replace(sample, of_patient=np.arange(len(sample.of_patient)))
    demands = alone.demands()
    # Rounds as long as the distance: there is always such an order.
    best = show(alone, demands, place_patients(demands, sample.apart, chance), chance) or ()
    exchange = _Exchange(sample, best)
    for distance in range(2, largest + 1):
        if not exchange.reach(distance, chance):
            return best, distance - 1
        best = tuple(exchange.order)
    return best, largest


class _Exchange:
    """An order whose showings change places, repeats staying apart."""

    def __init__(self, sample: Sample, order: Sequence[Showing]) -> None:
        self.order = [*order]
        self._patient, self._apart = sample.of_patient.tolist(), sample.apart
        self._place = {showing: place for place, showing in enumerate(order)}

    def reach(self, distance: int, chance: Chance) -> bool:
        """Exchange until no two of a patient are nearer than `distance`; say if it was reached."""
        n = len(self.order)
        for _ in range(min(N_EXCHANGES * n, MAX_LOOKS // n)):
            near = self._near(distance)
            if not near:
                return True
            moves = self._moves(near[chance.below(len(near))], chance.below(n), chance)
            touched = [place for pair in moves for place in pair]
            before = sum(self._n_near(place, distance) for place in touched)
            self._swap(moves)
            after = sum(self._n_near(place, distance) for place in touched)
            if after > before or not all(map(self._is_apart, touched)):
                self._swap(moves[::-1])
        return not self._near(distance)

    def _near(self, distance: int) -> list[int]:
        """Give the places whose patient came less than `distance` places before."""
        last: dict[int, int] = {}
        found = []
        for place, showing in enumerate(self.order):
            patient = self._patient[showing.roi]
            if place - last.get(patient, -distance) < distance:
                found.append(place)
            last[patient] = place
        return found

    def _n_near(self, place: int, distance: int) -> int:
        own = self._patient[self.order[place].roi]
        around = self.order[max(0, place - distance + 1) : place + distance]
        return sum(self._patient[showing.roi] == own for showing in around)

    def _moves(self, a: int, b: int, chance: Chance) -> list[tuple[int, int]]:
        """Let two showings change places or, where both ROIs come twice, at times the ROIs."""
        first, second = (self.order[place].roi for place in (a, b))
        again = [self._place.get(Showing(roi, 1)) for roi in (first, second)]
        if again[0] is None or again[1] is None or chance.below(2):
            return [(a, b)]
        shown = [self._place[Showing(roi, 0)] for roi in (first, second)]
        return [(shown[0], shown[1]), (again[0], again[1])]

    def _swap(self, moves: Sequence[tuple[int, int]]) -> None:
        for a, b in moves:
            self.order[a], self.order[b] = self.order[b], self.order[a]
            self._place[self.order[a]], self._place[self.order[b]] = a, b

    def _is_apart(self, place: int) -> bool:
        roi = self.order[place].roi
        again = self._place.get(Showing(roi, 1))
        return again is None or again - self._place[Showing(roi, 0)] >= self._apart
