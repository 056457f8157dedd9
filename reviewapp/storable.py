"""What both databases can hold of a request: text, JSON, revision numbers."""

import json
from typing import Any

#: Largest revision number that a request may name; the column holds no larger one.
MAX_REVISION = 2**31 - 1
#: Deepest nesting of lists and objects; SQLite takes no more than a thousand.
MAX_DEPTH = 32
UNSTORABLE = "The text must hold no NUL character and no half of a surrogate pair."


def is_revision(value: object) -> bool:
    """Say whether a value is the number of a revision, or 0."""
    return type(value) is int and 0 <= value <= MAX_REVISION


def is_storable(text: str) -> bool:
    """Say whether a text is UTF-8 without NUL, which PostgreSQL can't hold."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def json_error(value: object, max_bytes: int) -> str | None:
    """Say what keeps a JSON value from being stored; None where nothing does.

    >>> json_error({"comment": "a sulcus"}, 100), json_error(["x" * 100], 100)
    (None, 'It must have at most 100 bytes.')
    """
    if _depth(value) > MAX_DEPTH:
        return f"It must be nested at most {MAX_DEPTH} deep."
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        n_bytes = len(text.encode())
    except UnicodeEncodeError:
        return UNSTORABLE
    except ValueError:
        return "Its numbers must be finite."
    if n_bytes > max_bytes:
        return f"It must have at most {max_bytes} bytes."
    return UNSTORABLE if "\\u0000" in text.replace("\\\\", "") else None


def in_order(value: Any) -> Any:
    """Give a JSON value with its keys sorted: SQLite keeps their order, PostgreSQL its own.

    >>> in_order({"b": [{"d": 1, "c": 2}], "a": 0})
    {'a': 0, 'b': [{'c': 2, 'd': 1}]}
    """
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value)}
    return [in_order(part) for part in value] if isinstance(value, list) else value


def _depth(value: object) -> int:
    depth, level = 0, [value]
    while level := [part for whole in level for part in _parts(whole)]:
        depth += 1
        if depth > MAX_DEPTH:
            break
    return depth


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
