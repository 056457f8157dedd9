"""Tokens for researchers' scripts: made, used, revoked. The token itself is never stored."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reviewapp.models import ApiToken, Study
from reviewapp.models.token import SCOPES, TOKEN_NAME_LENGTH

#: Begins every token, so that one in a script or a log is known for what it is.
PREFIX = "sl_"
#: Bytes of chance in a token: too many to guess, so one SHA-256 is enough to store it safely.
TOKEN_BYTES = 32
DEFAULT_DAYS, MAX_DAYS = 90, 365
#: Most valid tokens of one account: more are a script that makes one each time it runs.
MAX_TOKENS = 20
#: How often the time of last use is written: reading must not wait for a write each time.
USE_NOTED_EVERY = timedelta(hours=1)


class TokenError(ValueError):
    """A token can't be made or found."""


def may_have_tokens(user: User) -> bool:
    """Say whether the account leads a study; an answer has to come from the page."""
    return Study.objects.led_by(user).exists()


def create(user: User, name: str, scope: str, days: int = DEFAULT_DAYS) -> tuple[ApiToken, str]:
    """Make a token, and give its row and the token: the one time that it can be seen.

    Parameters
    ----------
    user : User
        An account that leads a study.
    name : str
        What it is for, 1 to 80 printable characters.
    scope : "read" or "write"
    days : int
        How long it is valid, 1 to 365.

    Raises
    ------
    TokenError
        One of these is something else, or the account has too many valid tokens.
    """
    _check(name, scope, days)
    if not may_have_tokens(user):
        raise TokenError(f"{user} must lead a study to have a token: raters answer on the page")
    text = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if valid_tokens(user).count() >= MAX_TOKENS:
            raise TokenError(f"{user} has {MAX_TOKENS} valid tokens; revoke one first")
        token = ApiToken.objects.create(
            user=user,
            name=name.strip(),
            sha256=_hash(text),
            scope=scope,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    return token, text


def find(text: str) -> ApiToken | None:
    """Give the valid token of an active account, None for any other text; note that it is used."""
    now = timezone.now()
    valid = ApiToken.objects.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)
    token = valid.select_related("user").filter(sha256=_hash(text)).first()
    if token is not None:
        _note_use(token)
    return token


def revoke(token: ApiToken) -> None:
    """Let a token open nothing from now on; the first time counts."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    token.refresh_from_db()


def valid_tokens(user: User) -> QuerySet[ApiToken]:
    """Keep the account's tokens that open something."""
    return ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now())


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at <= now - USE_NOTED_EVERY:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)


def _check(name: str, scope: str, days: int) -> None:
    if not name.strip() or not name.isprintable() or len(name.strip()) > TOKEN_NAME_LENGTH:
        raise TokenError(f"a token's name must have 1 to {TOKEN_NAME_LENGTH} printable characters")
    if scope not in SCOPES:
        raise TokenError(f'scope must be one of {", ".join(SCOPES)}, not "{scope}"')
    if not 1 <= days <= MAX_DAYS:
        raise TokenError(f"a token must be valid for 1 to {MAX_DAYS} days, not {days}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
