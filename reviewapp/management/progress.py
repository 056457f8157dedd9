"""The progress bars of commands that go through things one by one."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from lesions.progress import progress_bar
from lesions.scans import Scan

Thing = TypeVar("Thing")


def bar(what: str, things: Iterable[Thing]) -> Iterable[Thing]:
    """Go through things and show on stderr how far it is; `what` names them, in the plural."""
    return progress_bar(things, desc=what, unit=what.removesuffix("s"))


def scan_bar(scans: Sequence[Scan]) -> Iterable[Scan]:
    """Go through scans in the same way."""
    return bar("scans", scans)
