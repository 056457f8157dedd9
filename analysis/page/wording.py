"""Numbers as words of a sentence, a table or a figure: one way to write each kind."""

import math
from typing import Any

MISSING = "n/a"
SMALLEST_P = 0.001
# Smaller p-values are shown as below it.


def number_text(value: Any, digits: int = 2) -> str:
    """Show a number with fixed digits, `n/a` where it is missing; a true minus sign.

    >>> number_text(-0.157), number_text(None), number_text(10000, 0)
    ('−0.16', 'n/a', '10,000')
    """
    if is_missing(value):
        return MISSING
    text = f"{value:,.{digits}f}"
    return text.replace("-", "−") if text.strip("-0.") else text.lstrip("-")


def p_text(value: Any) -> str:
    """Show a p-value: two significant digits, three decimals at least, `<0.001` below.

    >>> p_text(0.00049), p_text(0.0015), p_text(0.5), p_text(None)
    ('<0.001', '0.0015', '0.500', 'n/a')
    """
    if is_missing(value):
        return MISSING
    if value < SMALLEST_P:
        return f"<{SMALLEST_P}"
    return f"{value:.4f}" if value < 10 * SMALLEST_P else f"{value:.3f}"


def percent_text(value: Any) -> str:
    """Show a share in per cent.

    >>> percent_text(104 / 109)
    '95.4'
    """
    return MISSING if is_missing(value) else f"{100 * value:.1f}".replace("-", "−")


def significant_text(value: Any, digits: int = 4) -> str:
    """Show a number with so many significant digits; whole numbers stay whole.

    >>> significant_text(0.000123456), significant_text(1234567.0), significant_text(12)
    ('0.0001235', '1234567', '12')
    """
    if is_missing(value):
        return MISSING
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value)).replace("-", "−")
    return f"{value:.{digits}g}".replace("-", "−")


def is_missing(value: Any) -> bool:
    """Say whether a value stands for one that could not be had."""
    return value is None or (isinstance(value, float) and math.isnan(value))
