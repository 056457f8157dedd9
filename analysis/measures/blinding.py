"""Do raters guess who drew a delineation better than by chance?"""

import math
from dataclasses import dataclass

from scipy.stats import norm


@dataclass(frozen=True)
class Index:
    """A blinding index with its standard error and interval; None where it can't be computed."""

    value: float | None
    error: float | None
    low: float | None
    high: float | None


def bang_index(n_right: int, n_wrong: int, n_unknown: int, level: float = 0.95) -> Index:
    """Give Bang's blinding index of one arm, with its normal interval.

    The share of right guesses less the share of wrong ones, of all answers: 1 where every guess is
    right, 0 as by chance or where nobody guesses, -1 where every guess is wrong (Bang, Ni and
    Davis 2004, doi:10.1016/j.cct.2003.10.016, equations 3 and 4).

    Parameters
    ----------
    n_right, n_wrong, n_unknown : int
        Answers that name the true source, the other one, and neither.
    level : float in (0, 1)
        Coverage of the two-sided interval, which is cut at -1 and 1.

    Returns
    -------
    Index
        All None without answers; no interval where the standard error is 0.

    Examples
    --------
    >>> crisp = bang_index(82, 25, 170)
    >>> [round(number, 3) for number in (crisp.value, crisp.error, crisp.low, crisp.high)]
    [0.206, 0.035, 0.137, 0.275]
    """
    n = n_right + n_wrong + n_unknown
    if n == 0:
        return Index(None, None, None, None)
    right, wrong = n_right / n, n_wrong / n
    value = right - wrong
    # The variance of the difference of two shares of one multinomial.
    error = math.sqrt(max(0.0, right + wrong - value**2) / n)
    if error == 0:
        return Index(value, error, None, None)
    reach = float(norm.ppf((1 + level) / 2)) * error
    return Index(value, error, max(-1.0, value - reach), min(1.0, value + reach))
