"""The one way to write a value before it is hashed, so that equal values have equal checksums."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

#: Whole numbers below it are the same as int and as double.
_EXACT = 2**53


def canonical_sha256(value: Any) -> str:
    """Give the SHA-256 of a JSON value in canonical form, in hex.

    Compact UTF-8 JSON with sorted keys, and doubles with the fewest digits that read back as the
    same; nothing else is changed.

    >>> canonical_sha256({"b": 1, "a": "é"}) == canonical_sha256({"a": "é", "b": 1})
    True
    """
    return hashlib.sha256(_canonical(value)).hexdigest()


def rows_sha256(rows: Iterable[Sequence[Any]]) -> str:
    """Give the SHA-256 of rows of a table, however many: a line each, in canonical form.

    Times are written as in `moment`, ids as text, numbers as in `same_numbers`.

    >>> rows_sha256([(1, 2.0)]) == hashlib.sha256(b"[1,2]\\n").hexdigest()
    True
    """
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_canonical(same_numbers([plain(value) for value in row])) + b"\n")
    return digest.hexdigest()


def plain(value: Any) -> Any:
    """Give a database's value as JSON has it."""
    if isinstance(value, datetime):
        return moment(value)
    return str(value) if isinstance(value, UUID) else value


def moment(at: datetime) -> str:
    """Give a UTC time as ISO 8601 with microseconds and a Z.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 1, 2, tzinfo=UTC))
    '2026-01-02T00:00:00.000000Z'
    """
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def same_numbers(value: Any) -> Any:
    """Write whole doubles as whole numbers, as RFC 8785 does: 2.0 is 2, and -0.0 is 0.

    Databases keep neither difference: SQLite has no -0.0 in a column, PostgreSQL none in JSON. So a
    checksum of what was to be stored is that of what is read back, from either.

    >>> same_numbers({"a": [2.0, -0.0, 0.1], "b": True})
    {'a': [2, 0, 0.1], 'b': True}
    """
    if isinstance(value, dict):
        return {key: same_numbers(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [same_numbers(part) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value


def _canonical(value: Any) -> bytes:
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode()
