"""Long lists in pages: a page ends with the address of the next one."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from rest_framework.request import Request

from reviewapp.api.problem_types import BAD_QUERY
from reviewapp.api.problems import ProblemError
from reviewapp.api.query import Parameter
from reviewapp.storable import is_storable

Row = TypeVar("Row", bound=Model)

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
LIMIT = Parameter("limit", "items of a page", least=1, most=MAX_LIMIT, default=DEFAULT_LIMIT)
CURSOR = Parameter(
    "cursor",
    "where the page begins; take it from `next` as it is, with the same other parameters",
)
PAGED = (LIMIT, CURSOR)


def page_of(
    request: Request,
    query: Mapping[str, Any],
    rows: QuerySet[Row],
    items: Callable[[list[Row]], list[Any]],
    *,
    key: str = "pk",
) -> dict[str, Any]:
    """Give one page: `items` of the rows after the cursor, and the address of the next page.

    `key` is a unique field: rows come in its order, and one that comes or goes meanwhile shifts
    no other.
    """
    limit = query[LIMIT.name]
    if query[CURSOR.name] is not None:
        rows = _after(rows, key, query)
    found = list(rows.order_by(key)[: limit + 1])
    page = found[:limit]
    following = None if len(found) <= limit else _next(request, getattr(page[-1], key))
    return {"items": items(page), "next": following}


def _after(rows: QuerySet[Row], key: str, query: Mapping[str, Any]) -> QuerySet[Row]:
    cursor = query[CURSOR.name]
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        is_ours = type(value) in (str, int) and is_storable(str(value))
        if is_ours and _encode(value) == cursor:
            return rows.filter(**{f"{key}__gt": value})
    except (ValueError, ValidationError):
        pass  # base64, JSON or the kind of the key: all say the same
    errors = {CURSOR.name: "Take it from `next` of the page before, as it is."}
    detail = "The cursor is of no page of this list."
    raise ProblemError(BAD_QUERY, detail, errors=errors, allowed=[*query])


def _next(request: Request, last: Any) -> str:
    cursor = _encode(last if isinstance(last, int) else str(last))
    others = {name: text for name, text in request.query_params.items() if name != CURSOR.name}
    return request.build_absolute_uri(f"?{urlencode({**others, CURSOR.name: cursor})}")


def _encode(value: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
