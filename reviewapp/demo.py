"""The demo: its studies, its accounts, and the mark that its data folder bears."""

import json

from django.conf import settings
from django.contrib.auth.models import User

from lesions.atomic import write_atomically
from reviewapp.demo_accounts import DEMO_ACCOUNTS
from reviewapp.models import Study

#: Name of the cohort in the browser, where the researcher can make further studies of it.
COHORT = "Synthetic patients"
OPEN_STUDY = "Demo: open study"
FINISHED_STUDY = "Demo: finished study (simulated raters)"
SIMULATED_RATERS = ("simulated-1", "simulated-2")


class DemoError(ValueError):
    """The demo can't be built here."""


def claim_data_folder(seed: int) -> None:
    """Mark the data folder as a demo's, or check that it is the one of this seed.

    From then on the site shows the passwords at sign-in and answers on this machine alone.

    Raises
    ------
    DemoError
        The database holds accounts of others, a study of real data, or a demo of another seed.
    """
    marker = settings.DEMO_MARKER
    if marker.is_file():
        built = json.loads(marker.read_text("utf-8"))["seed"]
        if built != seed:
            raise DemoError(
                f"{marker.parent} holds the demo of seed {built}, not of {seed}: delete that "
                "folder, or name another one in SECOND_LOOK_DATA"
            )
        real = Study.objects.filter(synthetic=False).first()
        if real is not None:
            raise DemoError(f'expected synthetic studies alone, came "{real.name}"')
    elif User.objects.exists():
        raise DemoError(
            f"expected a database without accounts, since those of the demo have published "
            f"passwords; came {User.objects.count()}: name an empty folder in SECOND_LOOK_DATA"
        )
    elif Study.objects.exists():
        raise DemoError(f'expected no study, came "{Study.objects.all()[0].name}"')
    else:
        with write_atomically(marker) as temporary:
            temporary.write_text(json.dumps({"seed": seed}) + "\n", "utf-8")


def make_accounts() -> None:
    """Make the accounts that are missing; those of simulated raters can't sign in."""
    for account in DEMO_ACCOUNTS:
        if not User.objects.filter(username=account.name).exists():
            User.objects.create_user(account.name, password=account.password)
    for name in SIMULATED_RATERS:
        if not User.objects.filter(username=name).exists():
            User.objects.create_user(name)


def users(names: tuple[str, ...]) -> tuple[User, ...]:
    """Give the accounts with these names, in their order."""
    return tuple(User.objects.get(username=name) for name in names)
