"""End a session after a while without a person at the page, and after a working day."""

import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

#: When the session began, and when it was last used, in seconds since 1970.
STARTED, USED = "started_s", "used_s"
#: A use is noted once in this share of the idle time: not each request shall write to the database.
_NOTED_SHARE = 1 / 60
#: What the page fetches ahead, and tries again by itself while it fails.
_BY_ITSELF = frozenset(
    {"api:crop", "api:mask", "api:scan", "api:preview_volume", "api:practice_volume"}
)


def limited_sessions(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Forget a session that is over, and note the use of one that isn't.

    A request is a use where it succeeds and is not for an image. The review page asks for nothing
    by the clock: drafts and answers go out when something was typed. What it does alone is to
    fetch images ahead, and to try again what failed; neither keeps a session open.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and _is_over(request.session):
            request.session.flush()
        response = get_response(request)
        match = request.resolver_match
        is_use = response.status_code < 400 and match and match.view_name not in _BY_ITSELF
        if is_use and request.session.accessed and SESSION_KEY in request.session:
            _note_use(request.session)
        return response

    return middleware


def _is_over(session: SessionBase) -> bool:
    now = time.time()
    return SESSION_KEY in session and (
        now - session.get(USED, now) > settings.SESSION_IDLE_S
        or now - session.get(STARTED, now) > settings.SESSION_COOKIE_AGE
    )


def _note_use(session: SessionBase) -> None:
    now = time.time()
    if now - session.get(USED, 0) < settings.SESSION_IDLE_S * _NOTED_SHARE:
        return
    is_stored_anyway = session.modified
    session.update({STARTED: session.get(STARTED, now), USED: now})
    if is_stored_anyway:
        return
    # Signed out meanwhile, or no room: the request itself has succeeded.
    with suppress(UpdateError, DatabaseError):
        session.save()
    session.modified = False
