"""Read the table of docs/permissions.md, and the addresses that the app has."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PEOPLE = (
    "nobody", "rater", "fellow", "rater elsewhere", "researcher", "researcher elsewhere",
    "administrator", "inactive",
)  # fmt: skip
HEADER = ("address", "study", "methods", *PEOPLE)
#: Addresses of the API that ask nobody who they are.
_OPEN = ("api:schema", "api:problem")
#: Who has no session that counts.
_SIGNED_OUT = ("nobody", "inactive")


@dataclass(frozen=True)
class Row:
    """What some methods of one address answer, person by person, while the study is in a state."""

    address: str
    state: str
    methods: tuple[str, ...]
    statuses: dict[str, int]


def rows() -> list[Row]:
    """Give the rows of the page's table."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip(" `") for cell in line.strip("|").split("|")) for line in lines]
    start = cells.index(HEADER) + 2  # past the line of dashes
    found = []
    for address, state, methods, *statuses in cells[start:]:
        numbers = dict(zip(PEOPLE, map(int, statuses), strict=True))
        found.append(Row(address, state, tuple(methods.split()), numbers))
    return found


def states() -> list[str]:
    """Give the states of a study that the table knows."""
    return sorted({row.state for row in rows()})


def addresses() -> set[str]:
    """Give the names of all addresses that the app answers to."""
    return set(_names(get_resolver().url_patterns, ""))


def refused(address: str) -> dict[str, int]:
    """Give what a method without a row answers."""
    signed_out = 401 if address.startswith("api:") and address not in _OPEN else 405
    return {who: signed_out if who in _SIGNED_OUT else 405 for who in PEOPLE}


def _names(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from _names(one.url_patterns, inner)
        else:
            yield f"{prefix}{one.name or one.pattern}"
