"""Between the right password and the code: who waits, for how long, and how it ends."""

import time
from dataclasses import dataclass

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from reviewapp.sign_in_limits import locked_out, wait_s

#: Seconds that a right password waits for its code.
LIMIT_S = 300
_KEY = "second_step"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Waiting:
    """An account whose password was right, and where it wants to go."""

    user: User
    goal: str


def begin(request: HttpRequest, user: User, goal: str) -> HttpResponse:
    """Note that the password was right, and ask for the code.

    The session gets a new name, so that one who planted the old one has nothing of it.
    """
    request.session.cycle_key()
    request.session[_KEY] = {
        "user": user.pk, "goal": goal, "at_s": time.time(), "hash": user.get_session_auth_hash(),
    }  # fmt: skip
    return redirect("sign_in_code")


def waiting(request: HttpRequest) -> Waiting | None:
    """Give who waits in this session; None for nobody, or for too long, or with an old password."""
    noted = request.session.get(_KEY)
    if noted is None or time.time() - noted["at_s"] > LIMIT_S:
        return None
    user = User.objects.filter(pk=noted["user"], is_active=True).first()
    if user is None or not constant_time_compare(noted["hash"], user.get_session_auth_hash()):
        return None
    return Waiting(user, noted["goal"])


def finish(request: HttpRequest, who: Waiting) -> HttpResponse:
    """Sign in, and go where the person wanted to."""
    del request.session[_KEY]
    login(request, who.user, backend=_BACKEND)
    return redirect(who.goal)


def must_wait(request: HttpRequest, user: User) -> bool:
    """Say whether too many wrong passwords and codes came."""
    return wait_s(request, {"username": user.get_username()}) > 0


def refuse(request: HttpRequest, user: User) -> HttpResponse:
    """Say how long to wait."""
    return locked_out(request, HttpResponse(), {"username": user.get_username()})
