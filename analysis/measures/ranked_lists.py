"""How alike two ranked lists are, where the first ranks count most."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from analysis.measures.agreement import FloatArray

PERSISTENCE = 0.5
# A reader who goes from each rank to the next with this chance: the first class has about 69 % of
# the weight, the second 19 %. Raters seldom name more than three.


def rank_biased_overlap(
    first: Sequence[str], second: Sequence[str], persistence: float = PERSISTENCE
) -> float:
    """Give the extrapolated rank-biased overlap of two lists, perhaps of different lengths.

    Webber, Moffat and Zobel (2010), doi:10.1145/1852102.1852106, equation 32.

    Parameters
    ----------
    first, second : lists of different names, the most certain first; neither is empty
    persistence : float in (0, 1)

    Returns
    -------
    float in [0, 1]
        1 for the same list, 0 where no name is shared.

    Examples
    --------
    >>> rank_biased_overlap(["Vessel", "Unknown"], ["Vessel"])
    1.0
    >>> round(rank_biased_overlap(["a", "b"], ["b", "a"]), 3)
    0.5
    """
    short, long = sorted((list(first), list(second)), key=len)
    s, n = len(short), len(long)
    overlap = [len(set(short[:d]) & set(long[:d])) for d in range(1, n + 1)]
    p = persistence
    total = sum(overlap[d - 1] / d * p**d for d in range(1, n + 1))
    total += sum(overlap[s - 1] * (d - s) / (s * d) * p**d for d in range(s + 1, n + 1))
    tail = (overlap[n - 1] - overlap[s - 1]) / n + overlap[s - 1] / s
    return float(min(1.0, (1 - p) / p * total + tail * p**n))


@lru_cache(maxsize=65_536)
def _overlap(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    return rank_biased_overlap(first, second)


def list_weights(lists: Sequence[Sequence[str]]) -> FloatArray:
    """Give the (q, q) overlaps of all pairs of lists, as weights of an agreement coefficient."""
    out = np.eye(len(lists))
    for i, first in enumerate(lists):
        for j in range(i):
            out[i, j] = out[j, i] = _overlap(tuple(first), tuple(lists[j]))
    return out
