"""The seconds that an answer took: measured by the browser, bounded by what the server saw."""

import math
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from reviewapp.models import Assignment

#: `active_s`: visible and in use; `total_s`: from showing to saving, which older pages don't send.
FIELDS = ("active_s", "total_s")


def errors(data: Mapping[str, Any]) -> dict[str, str]:
    """Give a sentence for each duration of an answer that is missing or no duration."""
    found = {}
    if not _is_duration(data.get("active_s")):
        found["active_s"] = "Give the seconds of work: a finite number of at least 0."
    if data.get("total_s") is not None and not _is_duration(data["total_s"]):
        found["total_s"] = "Give the seconds from showing to saving: a finite number, at least 0."
    return found


def read(data: Mapping[str, Any]) -> dict[str, float | None]:
    """Give the durations of an answer without errors."""
    total_s = data.get("total_s")
    return {
        "active_s": float(data["active_s"]),
        "total_s": None if total_s is None else float(total_s),
    }


def bounded(
    assignment: Assignment, active_s: float, total_s: float | None
) -> dict[str, float | None]:
    """Give the durations of an answer, at most the seconds since its ROI was on the screen.

    The browser measures them, and its clock may be wrong: an answer is worth more than its
    duration, so a longer one is cut and not refused. Work is cut to the total too. An assignment
    that was never reported as shown counts from when it was first sent to the page, one that
    was never sent from the start of the study. The times of a simulated rater are simulated: they
    stay.

    >>> from datetime import timedelta
    >>> from reviewapp.models import Membership
    >>> a_minute_ago = timezone.now() - timedelta(seconds=60)
    >>> shown = Assignment(membership=Membership(), shown_at=a_minute_ago)
    >>> bounded(shown, 12.5, 20.0)
    {'active_s': 12.5, 'total_s': 20.0}
    >>> bounded(shown, 30.0, 20.0)["active_s"]
    20.0
    >>> 60 <= bounded(shown, 1e9, None)["active_s"] < 70
    True
    """
    limit = math.inf
    if not assignment.membership.simulated:
        since = (
            assignment.shown_at or assignment.opened_at or assignment.membership.study.created_at
        )
        limit = max(0.0, (timezone.now() - since).total_seconds())
    total = None if total_s is None else min(total_s, limit)
    return {"active_s": min(active_s, limit if total is None else total), "total_s": total}


def _is_duration(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value) and value >= 0
    except OverflowError:  # a whole number beyond the largest float
        return False
