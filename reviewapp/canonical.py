"""The one way to write a value before it is hashed, so that equal values have equal checksums."""

import hashlib
import json
from typing import Any

#: Whole numbers below it are the same as int and as double.
_EXACT = 2**53


def canonical_sha256(value: Any) -> str:
    """Give the SHA-256 of a JSON value in canonical form, in hex.

    Compact UTF-8 JSON with sorted keys, and doubles with the fewest digits that read back as the
    same; nothing else is changed.

    >>> canonical_sha256({"b": 1, "a": "é"}) == canonical_sha256({"a": "é", "b": 1})
    True
    """
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


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
