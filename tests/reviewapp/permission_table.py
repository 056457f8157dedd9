"""Read the table of docs/permissions.md, and the addresses that the app has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PEOPLE = (
    "nobody", "rater", "fellow", "newcomer", "withdrawn", "rater elsewhere", "researcher",
    "researcher elsewhere", "administrator", "inactive",
)  # fmt: skip
HEADER = ("address", "study", "methods", *PEOPLE)
#: Addresses of the API that ask nobody who they are.
_OPEN = ("api:schema", "api:problem")
#: Who has no session that counts.
_SIGNED_OUT = ("nobody", "inactive")


@dataclass(frozen=True)
class Row:
    """What some methods of one address answer, person by person, in some states of the study."""

    address: str
    states: tuple[str, ...]
    methods: tuple[str, ...]
    statuses: dict[str, int]


def rows() -> list[Row]:
    """Give the rows of the page's table."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip(" `") for cell in line.strip("|").split("|")) for line in lines]
    start = cells.index(HEADER) + 2  # past the line of dashes
    found = []
    for address, states, methods, *statuses in cells[start:]:
        numbers = dict(zip(PEOPLE, map(int, statuses), strict=True))
        found.append(Row(address, tuple(states.split()), tuple(methods.split()), numbers))
    return found


def line(
    address: str, states: Sequence[str], methods: Sequence[str], statuses: Mapping[str, int]
) -> str:
    """Give a row as the page has it."""
    cells = (f"`{address}`", " ".join(states), " ".join(methods), *map(str, statuses.values()))
    return f"| {' | '.join(cells)} |"


def addresses() -> set[str]:
    """Give the names of all addresses that the app answers to."""
    return set(_names(get_resolver().url_patterns, ""))


def refused(address: str) -> dict[str, int]:
    """Give what a method without a row answers."""
    signed_out = 401 if address.startswith("api:") and address not in _OPEN else 405
    return {who: signed_out if who in _SIGNED_OUT else 405 for who in PEOPLE}


def parts_of(address: str) -> set[str]:
    """Give the names of what stands in an address, such as `study_id`."""
    name = address.partition(" ")[0]
    resolver = get_resolver()
    for space in name.split(":")[:-1]:
        resolver = resolver.namespace_dict[space][1]
    *_, last = name.split(":")
    return {part for found in resolver.reverse_dict.getlist(last) for part in found[0][0][1]}


def _names(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from _names(one.url_patterns, inner)
        else:
            yield f"{prefix}{one.name or one.pattern}"
