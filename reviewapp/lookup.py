"""Find what a command line names: studies, accounts, researchers."""

from django.contrib.auth.models import User

from reviewapp.models import Study


class UnknownNameError(ValueError):
    """A command line names a study or an account that there isn't."""


def find_study(name_or_id: str) -> Study:
    """Give the study with this name or id.

    Raises
    ------
    UnknownNameError
        There is none; the message lists the names that there are.
    """
    by_text = {str(study.pk): study for study in Study.objects.all()}
    by_text |= {study.name: study for study in Study.objects.all()}
    if name_or_id not in by_text:
        names = ", ".join(Study.objects.values_list("name", flat=True)) or "none yet"
        raise UnknownNameError(f'there is no study "{name_or_id}"; there are: {names}')
    return by_text[name_or_id]


def find_account(name: str) -> User:
    """Give the active account of this name.

    Raises
    ------
    UnknownNameError
        There is none.
    """
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise UnknownNameError(
            f'there is no account "{name}"; make it with: manage.py create_account'
        )
    return user


def find_researcher(study: Study, name: str | None = None) -> User:
    """Give the study's researcher of this name, or its only one.

    Raises
    ------
    UnknownNameError
        There is none, or there are several and no name.
    """
    leading = study.memberships.filter(role="researcher", withdrawn_at=None).select_related("user")
    found = [m.user for m in leading if name in (None, m.user.username)]
    if len(found) != 1:
        names = ", ".join(m.user.username for m in leading) or "none"
        raise UnknownNameError(f"expected one researcher of {study.name}, of {names}; came {name}")
    return found[0]
