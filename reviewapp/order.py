"""Draw the order in which one rater sees the ROIs: ROIs of a patient apart, repeats far off."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from reviewapp.chance import Chance
from reviewapp.searches import draw_showings
from reviewapp.showings import Sample, Showing

#: A larger share would make the repeats a study of their own.
MAX_REPEAT_SHARE = 0.5


class OrderError(ValueError):
    """No order can be drawn with these settings."""


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
    """Draw the order of one rater, in time that grows as the number of ROIs.

    A random share of the ROIs comes a second time, at least `repeat_distance` places after the
    first, or n where that is less: no order of n ROIs keeps its repeats further apart. Then ROIs
    of a patient are as far apart as they can be, up to `PATIENT_DISTANCE`: reached where no repeat
    stands in the way, and wherever rounds (`rounds`) are no shorter than what repeats ask for.
    Each patient is met early and late alike.

    Parameters
    ----------
    patients : sequence of n hashables
        The patient of each ROI. Nothing else of an ROI counts, so its group can't.
    seed : int in [0, 2**63)
    rater : str
        With the seed it settles the draw, on any machine: another rater gets another order.
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
        The seed, the share or the distance is out of range.

    Examples
    --------
    >>> order = draw_order(["A", "A", "B", "B"], seed=1, rater="anna", repeat_share=0)
    >>> sorted(showing.roi for showing in order), spacing(order, ["A", "A", "B", "B"]).patient
    ([0, 1, 2, 3], 2)
    """
    check_order(seed=seed, repeat_share=repeat_share, repeat_distance=repeat_distance)
    chance = Chance(f"{seed}\n{rater}")
    n_repeats = int(len(patients) * repeat_share + 0.5)
    apart = min(repeat_distance, len(patients))
    mixed = chance.permutation(len(patients))
    numbers: dict[Hashable, int] = {}
    of_patient = np.array([numbers.setdefault(one, len(numbers)) for one in patients], int)
    if not numbers:
        return ()
    return draw_showings(Sample(of_patient, mixed[:n_repeats], mixed[n_repeats:], apart), chance)


def check_order(*, seed: int, repeat_share: float, repeat_distance: int) -> None:
    """Refuse settings with which no order can be drawn.

    Raises
    ------
    OrderError
    """
    if not 0 <= seed < 2**63:
        raise OrderError(f"seed must be a whole number from 0 to 2**63 - 1, not {seed}")
    if not 0 <= repeat_share <= MAX_REPEAT_SHARE:
        raise OrderError(
            f"share of repeats must be from 0 to {MAX_REPEAT_SHARE}, not {repeat_share}"
        )
    if repeat_distance < 1:
        raise OrderError(f"distance of repeats must be at least 1 place, not {repeat_distance}")


def spacing(order: Sequence[Showing], patients: Sequence[Hashable]) -> Spacing:
    """Give the least distances between two ROIs of a patient, and between an ROI and its repeat.

    >>> spacing([Showing(0, 0), Showing(1, 0), Showing(2, 0), Showing(0, 1)], ["A", "B", "A"])
    Spacing(patient=1, repeat=3)
    """
    return Spacing(
        patient=least_distance([patients[showing.roi] for showing in order]),
        repeat=least_distance([showing.roi for showing in order]),
    )


def least_distance(keys: Iterable[Hashable]) -> int | None:
    """Give the least distance of two equal ones in places, None where none comes twice.

    >>> least_distance("abcacb"), least_distance("abc")
    (2, None)
    """
    last: dict[Hashable, int] = {}
    least: int | None = None
    for place, key in enumerate(keys):
        if key in last and (least is None or place - last[key] < least):
            least = place - last[key]
        last[key] = place
    return least
