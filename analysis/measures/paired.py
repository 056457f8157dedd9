"""Two yes/no answers to the same items: McNemar's test and the difference of the shares."""

from dataclasses import dataclass
from math import sqrt

from scipy.stats import binom, binomtest


@dataclass(frozen=True)
class Difference:
    """A difference of two shares with the ends of its interval."""

    value: float
    low: float
    high: float


def mcnemar_exact(n_first: int, n_second: int) -> tuple[float, float]:
    """Give McNemar's exact two-sided p and its mid-p from the items on which the two differ.

    Mid-p: Fagerland, Lydersen and Laake (2013), doi:10.1186/1471-2288-13-91.

    Examples
    --------
    >>> [round(p, 4) for p in mcnemar_exact(1, 7)]
    [0.0703, 0.0391]
    """
    n = n_first + n_second
    if n == 0:
        return 1.0, 1.0
    fewer = min(n_first, n_second)
    exact = min(1.0, 2 * float(binom.cdf(fewer, n, 0.5)))
    if n_first == n_second:
        return 1.0, 1.0 - float(binom.pmf(fewer, n, 0.5))
    return exact, exact - float(binom.pmf(fewer, n, 0.5))


def paired_difference(
    n_both: int, n_first: int, n_second: int, n_neither: int, level: float = 0.95
) -> Difference:
    """Give the share of the first less that of the second with Newcombe's score interval.

    Newcombe (1998), method 10: two Wilson intervals, joined by the phi coefficient with its
    continuity correction, doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C.
    """
    n = n_both + n_first + n_second + n_neither
    first, second = (n_both + n_first) / n, (n_both + n_second) / n
    (l1, u1), (l2, u2) = _wilson(n_both + n_first, n, level), _wilson(n_both + n_second, n, level)
    phi = _phi(n_both, n_first, n_second, n_neither)
    a, b = first - l1, u2 - second
    c, d = u1 - first, second - l2
    value = first - second
    low = value - sqrt(max(0.0, a * a - 2 * phi * a * b + b * b))
    high = value + sqrt(max(0.0, c * c - 2 * phi * c * d + d * d))
    return Difference(value, low, high)


def newcombe_difference(
    yes_a: int, n_a: int, yes_b: int, n_b: int, level: float = 0.95
) -> Difference:
    """Give the difference of two independent shares with Newcombe's hybrid score interval.

    Newcombe (1998), method 10,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    >>> found = newcombe_difference(56, 70, 48, 80)
    >>> [round(end, 4) for end in (found.value, found.low, found.high)]
    [0.2, 0.0524, 0.3339]
    """
    a, b = yes_a / n_a, yes_b / n_b
    (l1, u1), (l2, u2) = _wilson(yes_a, n_a, level), _wilson(yes_b, n_b, level)
    value = a - b
    return Difference(
        value,
        value - sqrt((a - l1) ** 2 + (u2 - b) ** 2),
        value + sqrt((u1 - a) ** 2 + (b - l2) ** 2),
    )


def _wilson(n_yes: int, n: int, level: float) -> tuple[float, float]:
    interval = binomtest(n_yes, n).proportion_ci(level, method="wilson")
    return float(interval.low), float(interval.high)


def _phi(n_both: int, n_first: int, n_second: int, n_neither: int) -> float:
    product = (
        (n_both + n_first) * (n_second + n_neither) * (n_both + n_second) * (n_first + n_neither)
    )
    if product == 0:
        return 0.0
    n = n_both + n_first + n_second + n_neither
    excess = n_both * n_neither - n_first * n_second
    corrected = max(excess - n / 2, 0.0) if excess > 0 else float(excess)
    return corrected / sqrt(product)
