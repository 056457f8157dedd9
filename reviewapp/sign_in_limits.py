"""Slow down who guesses passwords, without a way to lock another person out from elsewhere.

Wrong passwords count for an address: those for one name there, and those for all names there. So
whoever guesses from elsewhere leaves the owner's own place as it was. django-axes keeps the count.
"""

import math
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

#: Wrong passwords from one address after which it waits: for one name, and for all names. A ward
#: may share an address; whoever then gives the right password takes the own wrong ones back.
NAME_LIMIT, ADDRESS_LIMIT = 5, 50
#: The wait at the limit; each wrong password after it doubles the wait, up to the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=1)
#: What is forgotten is no longer counted; settings.AXES_COOLOFF_TIME says it to django-axes.
MEMORY = timedelta(hours=24)


class Limits(AxesDatabaseHandler):  # type: ignore[misc]
    """django-axes' count in the database, under our two limits."""

    def get_failures(self, request: HttpRequest, credentials: Any = None) -> int:
        """Give 1 while there is a wait, else 0; settings.AXES_FAILURE_LIMIT is 1."""
        return int(wait_s(request, credentials) > 0)

    def user_login_failed(
        self, sender: Any, credentials: Any, request: Any = None, **more: Any
    ) -> None:
        """Count a wrong password, and keep nothing else of what was sent."""
        super().user_login_failed(sender, credentials, request, **more)
        if request is not None:
            here = AccessAttempt.objects.filter(ip_address=request.axes_ip_address)
            here.exclude(get_data="", post_data="").update(get_data="", post_data="")


def wait_s(request: HttpRequest, credentials: Any = None) -> int:
    """Give the seconds until the request's address may try this name again; 0 for now."""
    AxesProxyHandler.update_request(request)
    since = timezone.now() - MEMORY
    address = request.axes_ip_address  # type: ignore[attr-defined]
    here = AccessAttempt.objects.filter(ip_address=address, attempt_time__gt=since)
    name = get_client_username(request, credentials)
    of_name = here.filter(username=name)
    return max(_wait_s(of_name, NAME_LIMIT), _wait_s(here, ADDRESS_LIMIT))


def _wait_s(attempts: Any, limit: int) -> int:
    found = attempts.aggregate(n=Sum("failures_since_start"), last=Max("attempt_time"))
    over = (found["n"] or 0) - limit
    if over < 0:
        return 0
    wait = LONGEST_WAIT if over > 8 else min(FIRST_WAIT * 2**over, LONGEST_WAIT)
    left: timedelta = found["last"] + wait - timezone.now()
    return max(0, math.ceil(left.total_seconds()))


def locked_out(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """Say on the sign-in page how long to wait."""
    seconds = wait_s(request, credentials)
    minutes = math.ceil(seconds / 60)
    context = {
        "form": AuthenticationForm(request),
        "next": request.POST.get("next", ""),
        "trouble": "Too many wrong tries came from your address. Wait "
        f"{minutes} {'minute' if minutes == 1 else 'minutes'}, then sign in again.",
    }
    page = render(request, "accounts/login.html", context, status=429)
    page["Retry-After"] = str(seconds)
    return page
