"""Draw the order in which one rater sees the ROIs: ROIs of a patient apart, repeats far off."""

import hashlib
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

#: Orders tried for each least distance before the next smaller one is: more seldom gain a place.
N_DRAWS = 100
#: A larger share would make the repeats a study of their own.
MAX_REPEAT_SHARE = 0.5


class OrderError(ValueError):
    """No order can be drawn with these settings."""


@dataclass(frozen=True)
class Showing:
    """One place in an order: the ROI's index, and 0 for its first showing or 1 for its repeat."""

    roi: int
    repeat: int


@dataclass(frozen=True)
class Spacing:
    """Least distances in an order, in places; None where no patient or ROI comes twice."""

    patient: int | None
    repeat: int | None


def draw_order(
    patients: Sequence[Hashable],
    *,
    seed: int,
    rater: str,
    repeat_share: float = 0.1,
    repeat_distance: int = 40,
) -> tuple[Showing, ...]:
    """Draw the order of one rater.

    Each patient's ROIs are spread evenly from a random start, so that every patient is met early
    and late alike, with the largest least distance between two ROIs of a patient that can be
    drawn. A random share of the ROIs comes a second time, at least `repeat_distance` places after
    the first, or a third of the number of ROIs where that is less.

    Parameters
    ----------
    patients : sequence of n hashables
        The patient of each ROI. Nothing else of an ROI counts, so its group can't.
    seed : int in [0, 2**63)
    rater : str
        With the seed it settles the draw: another rater gets another order.
    repeat_share : float in [0, 0.5]
        Share of the ROIs that come twice; 0 for none.
    repeat_distance : int, at least 1
        In places.

    Returns
    -------
    tuple of Showing
        Empty for no ROI.

    Raises
    ------
    OrderError
        The seed, the share or the distance is out of range, or leaves no order.

    Examples
    --------
    >>> order = draw_order(["A", "A", "B", "B"], seed=1, rater="anna", repeat_share=0)
    >>> sorted(showing.roi for showing in order), spacing(order, ["A", "A", "B", "B"]).patient
    ([0, 1, 2, 3], 2)
    """
    if not 0 <= seed < 2**63:
        raise OrderError(f"seed must be a whole number from 0 to 2**63 - 1, not {seed}")
    if not 0 <= repeat_share <= MAX_REPEAT_SHARE:
        raise OrderError(
            f"share of repeats must be from 0 to {MAX_REPEAT_SHARE}, not {repeat_share}"
        )
    if repeat_distance < 1:
        raise OrderError(f"distance of repeats must be at least 1 place, not {repeat_distance}")
    digest = hashlib.sha256(rater.encode()).digest()
    rng = np.random.default_rng([seed, *np.frombuffer(digest, "<u4").tolist()])
    n_repeats = int(len(patients) * repeat_share + 0.5)
    again = rng.permutation(len(patients))[:n_repeats].tolist()
    apart = max(1, min(repeat_distance, len(patients) // 3))
    rois = [*range(len(patients)), *again]
    for distance in range(_largest_distance([patients[roi] for roi in rois]), 0, -1):
        for _ in range(N_DRAWS):
            places = _spread([patients[roi] for roi in rois], distance, rng)
            order = _fill(places, patients, set(again), apart, rng) if places else None
            if order is not None:
                return order
    if not rois:
        return ()
    raise OrderError(f"no order of {len(patients)} ROIs keeps {n_repeats} repeats {apart} apart")


def spacing(order: Sequence[Showing], patients: Sequence[Hashable]) -> Spacing:
    """Give the least distances between two ROIs of a patient, and between an ROI and its repeat.

    >>> spacing([Showing(0, 0), Showing(1, 0), Showing(2, 0), Showing(0, 1)], ["A", "B", "A"])
    Spacing(patient=1, repeat=3)
    """
    patient = _distances([patients[showing.roi] for showing in order])
    repeat = _distances([showing.roi for showing in order])
    return Spacing(min(patient, default=None), min(repeat, default=None))


def _distances(keys: Sequence[Hashable]) -> list[int]:
    last: dict[Hashable, int] = {}
    found = []
    for place, key in enumerate(keys):
        if key in last:
            found.append(place - last[key])
        last[key] = place
    return found


def _largest_distance(keys: Sequence[Hashable]) -> int:
    """Give the largest least distance between equal keys that any order could have.

    The rounds of the most frequent keys but the last each take `distance` places.
    """
    counts = sorted(Counter(keys).values())
    if not counts or counts[-1] == 1:
        return len(counts)
    return (len(keys) - counts.count(counts[-1])) // (counts[-1] - 1)


def _spread(
    keys: Sequence[Hashable], distance: int, rng: np.random.Generator
) -> list[Hashable] | None:
    """Spread each key evenly over the order from a random start, no two nearer than `distance`.

    Each place goes to the key that is due first among those that may come again; None where there
    is no such key.
    """
    left = Counter(keys)
    step = {key: len(keys) / n for key, n in left.items()}
    due = {key: rng.random() * step[key] for key in left}
    free = dict.fromkeys(left, 0)
    order: list[Hashable] = []
    for place in range(len(keys)):
        ready = [key for key in due if free[key] <= place]
        if not ready:
            return None
        key = min(ready, key=due.__getitem__)
        order.append(key)
        due[key] += step[key]
        free[key] = place + distance
        left[key] -= 1
        if not left[key]:
            del due[key]
    return order


def _fill(
    places: Sequence[Hashable],
    patients: Sequence[Hashable],
    again: set[int],
    apart: int,
    rng: np.random.Generator,
) -> tuple[Showing, ...] | None:
    """Put each patient's ROIs at the patient's places at random, repeats at least `apart`.

    None where the places don't allow it.
    """
    order: dict[int, Showing] = {}
    for patient in dict.fromkeys(places):
        free = [place for place, key in enumerate(places) if key == patient]
        rois = [roi for roi, key in enumerate(patients) if key == patient]
        for roi in (roi for roi in rois if roi in again):
            pairs = [(a, b) for a in free for b in free if b - a >= apart]
            if not pairs:
                return None
            first, second = pairs[int(rng.integers(len(pairs)))]
            order |= {first: Showing(roi, 0), second: Showing(roi, 1)}
            free = [place for place in free if place not in (first, second)]
        once = [roi for roi in rois if roi not in again]
        for place, i in zip(free, rng.permutation(len(once)).tolist(), strict=True):
            order[place] = Showing(once[i], 0)
    return tuple(order[place] for place in range(len(places)))
