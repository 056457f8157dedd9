"""Say durations as people do."""

from django import template

register = template.Library()
MINUTE_S = 60
HOUR_S = 3600


@register.filter
def duration(seconds: float | None) -> str:
    """Give seconds in the unit that fits; a dash for None.

    >>> duration(42.4), duration(100), duration(6600), duration(None)
    ('42 s', '1 min 40 s', '1 h 50 min', '–')
    """
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < MINUTE_S:
        return f"{whole} s"
    if whole < 10 * MINUTE_S:
        return f"{whole // MINUTE_S} min {whole % MINUTE_S} s".removesuffix(" 0 s")
    minutes = round(seconds / MINUTE_S)
    if minutes < HOUR_S // MINUTE_S:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min".removesuffix(" 0 min")
