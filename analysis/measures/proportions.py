"""Shares with their intervals."""

from typing import Any

from scipy.stats import binomtest

LEVEL = 0.95


def share_columns(n: int, n_answers: int, level: float = LEVEL) -> dict[str, Any]:
    """Give share, Wilson interval and, without answers, why there is none.

    Parameters
    ----------
    n, n_answers : answers that hit, and all
    level : coverage of the interval, in (0, 1)

    Returns
    -------
    dict
        `share`, `low`, `high`, `not_available`. Wilson's score interval without continuity
        correction (Newcombe 1998, method 3).

    Examples
    --------
    >>> columns = share_columns(81, 263)
    >>> [round(columns[name], 4) for name in ("share", "low", "high")]
    [0.308, 0.2553, 0.3662]
    """
    if n_answers == 0:
        return {"share": None, "low": None, "high": None, "not_available": NO_ANSWERS}
    interval = binomtest(n, n_answers).proportion_ci(level, method="wilson")
    return {
        "share": n / n_answers,
        "low": float(interval.low),
        "high": float(interval.high),
        "not_available": None,
    }


NO_ANSWERS = "no answers"
