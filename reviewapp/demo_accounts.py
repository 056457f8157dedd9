"""The accounts of a demo: their passwords are published, so they exist in demo data only."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class DemoAccount:
    """An account that the sign-in page of a demo shows."""

    name: str
    password: str
    does: str


RATERS = (
    DemoAccount("rater1", "demo-rater1", "reviews lesions"),
    DemoAccount("rater2", "demo-rater2", "reviews lesions"),
)
RESEARCHER = DemoAccount("researcher", "demo-researcher", "reads the results")
DEMO_ACCOUNTS = (*RATERS, RESEARCHER)


def demo_accounts(request: HttpRequest) -> dict[str, tuple[DemoAccount, ...]]:
    """Give templates the demo's accounts; none where the data are no demo's."""
    return {"demo_accounts": DEMO_ACCOUNTS if settings.DEMO else ()}
