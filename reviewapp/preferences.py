"""How an account likes its pages: read, checked and stored."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from reviewapp.key_profiles import DEFAULT_KEYS, check_keys
from reviewapp.models import Preferences
from reviewapp.models.page import (
    DEFAULT_BREAK_AFTER_MIN,
    DEFAULT_THEME,
    MAX_BREAK_AFTER_MIN,
    THEMES,
)


class InvalidPreferencesError(ValueError):
    """A preference breaks a rule; `errors` has one sentence a field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = dict(errors)


def preferences_of(user: User, *, break_after_min: int = DEFAULT_BREAK_AFTER_MIN) -> dict[str, Any]:
    """Give an account's preferences, the defaults where it has changed none.

    `break_after_min` is that of the study which the account is about to rate.
    """
    found = Preferences.objects.filter(user=user.pk).first()
    default = Preferences(user=user, keys=DEFAULT_KEYS, break_after_min=break_after_min)
    return (found or default).as_dict()


def change(user: User, data: Mapping[str, Any]) -> dict[str, Any]:
    """Store preferences and give all of them; what `data` leaves out stays as it is.

    Raises
    ------
    InvalidPreferencesError
        A field is unknown or out of range; nothing was stored.
    """
    errors = {name: text for name, value in data.items() if (text := _error(name, value))}
    if errors:
        raise InvalidPreferencesError(errors)
    with transaction.atomic():
        found, _ = Preferences.objects.select_for_update().get_or_create(
            user=user, defaults={"keys": DEFAULT_KEYS}
        )
        for name, value in data.items():
            setattr(found, name, value)
        found.save(update_fields=list(data))
    return found.as_dict()


def theme(request: HttpRequest) -> dict[str, str]:
    """Give templates the account's theme (a context processor)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"theme": DEFAULT_THEME}
    found = Preferences.objects.filter(user=user.pk).values_list("theme", flat=True).first()
    return {"theme": found or DEFAULT_THEME}


def _error(name: str, value: object) -> str | None:
    if name == "keys":
        return check_keys(value)
    if name == "theme":
        return None if value in THEMES else f"Choose one of {', '.join(THEMES)}."
    if name == "break_after_min":
        fits = type(value) is int and 0 <= value <= MAX_BREAK_AFTER_MIN
        text = f"Give whole minutes from 0, which is never, to {MAX_BREAK_AFTER_MIN}."
        return None if fits else text
    return "There is no such field."
