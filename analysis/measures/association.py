"""How strongly two classifications go together, beside whether they do."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2


@dataclass(frozen=True)
class CramersV:
    """Cramér's V and the ends of its interval."""

    value: float
    low: float
    high: float


def cramers_v(counts: npt.ArrayLike, level: float = 0.95) -> CramersV:
    """Give Cramér's V with the interval of its noncentrality.

    V = sqrt(chi2 / (n m)), m the smaller number of rows or columns less 1. The ends put the ends
    of the noncentrality in the place of chi2 (Smithson, Confidence Intervals, 2003, section 5; as
    R's DescTools::CramerV, method "ncchisq"). V itself is too high in small samples.

    Parameters
    ----------
    counts : (r, c) array of int
        No row and no column is empty.
    level : coverage in (0, 1)

    Examples
    --------
    Complete association:

    >>> cramers_v([[5, 0], [0, 5]]).value
    1.0
    """
    table = np.asarray(counts, float)
    n, smaller = table.sum(), min(table.shape) - 1
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    statistic = float(((table - expected) ** 2 / expected).sum())
    low = _noncentrality(statistic, df, (1 + level) / 2)
    high = _noncentrality(statistic, df, (1 - level) / 2)

    def v_of(noncentrality: float) -> float:
        return float(min(1.0, np.sqrt(noncentrality / (n * smaller))))

    value = float(np.sqrt(statistic / (n * smaller)))
    return CramersV(value, min(v_of(low), value), max(v_of(high), value))


def _noncentrality(statistic: float, df: int, probability: float) -> float:
    """Give the noncentrality that makes chi2 at most `statistic` with this probability."""
    if chi2.cdf(statistic, df) <= probability:
        return 0.0
    top = 10.0 + 4 * statistic
    while ncx2.cdf(statistic, df, top) > probability:
        top *= 2
    return float(brentq(lambda nc: ncx2.cdf(statistic, df, nc) - probability, 1e-9, top))
