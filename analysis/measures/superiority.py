"""How often one group's answer is lower than another's, with an interval."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t


@dataclass(frozen=True)
class Delta:
    """Cliff's delta and the ends of its interval; None where there is none."""

    value: float
    low: float | None
    high: float | None


def cliffs_delta(first: npt.ArrayLike, second: npt.ArrayLike, level: float = 0.95) -> Delta:
    """Give P(first > second) - P(first < second) with Cliff's asymmetric interval.

    Unbiased variance of Cliff (1993), doi:10.1037/0033-2909.114.3.494; interval of Feng and Cliff
    (2004), doi:10.22237/jmasm/1099267800, with t quantiles, as in R's effsize::cliff.delta.

    Parameters
    ----------
    first, second : (n,) and (m,) arrays of int
        Ordered answers; neither is empty.
    level : coverage in (0, 1)

    Returns
    -------
    Delta
        Without ends where a group has one answer or all pairs point one way.
    """
    x, y = np.asarray(first), np.asarray(second)
    n, m = len(x), len(y)
    signs = np.sign(np.subtract.outer(x, y)).astype(float)
    delta = float(signs.mean())
    if min(n, m) < 2 or abs(delta) == 1:
        return Delta(delta, None, None)
    by_row = ((signs.mean(axis=1) - delta) ** 2).sum()
    by_column = ((signs.mean(axis=0) - delta) ** 2).sum()
    by_pair = ((signs - delta) ** 2).sum()
    variance = (m**2 * by_row + n**2 * by_column - by_pair) / (n * m * (n - 1) * (m - 1))
    variance = max(variance, (1 - delta**2) / (n * m - 1))
    z = float(t.ppf((1 + level) / 2, n + m - 2))
    half = z * np.sqrt(variance) * np.sqrt((1 - delta**2) ** 2 + z**2 * variance)
    bottom = 1 - delta**2 + z**2 * variance
    centre = delta - delta**3
    return Delta(delta, float((centre - half) / bottom), float((centre + half) / bottom))
