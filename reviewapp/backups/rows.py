"""Tables as lines of JSON that no kind of database leaves its mark on."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.sql import InsertQuery

#: Sign-ins: whoever had one signs in again, and a copied backup opens no session.
LEFT_OUT = {"sessions.session"}
#: What `migrate` fills by itself; a backup brings its own, whose ids other rows name.
FILLED_BY_MIGRATE = {"auth.permission", "contenttypes.contenttype"}
#: Rows read or written at once.
BATCH = 1000

Model = type[models.Model]
Lines = Iterable[str]


class RowsError(ValueError):
    """A table in a backup is not as this version of the app has it."""


def tables() -> dict[str, Model]:
    """Give every table that a backup holds, by `app.model`, those between two others included."""
    found = {model._meta.label_lower: model for model in apps.get_models(include_auto_created=True)}
    return {
        name: model
        for name, model in sorted(found.items())
        if model._meta.managed and not model._meta.proxy and name not in LEFT_OUT
    }


@contextmanager
def snapshot() -> Iterator[None]:
    """Let this thread see the database as it is now, whatever others write meanwhile.

    Within the block it has a connection of its own. Nobody waits for it: SQLite's readers see the
    journal as it was when they began, PostgreSQL's transaction is REPEATABLE READ.
    """
    usual = connections["default"]
    own = usual.copy()
    if own.vendor == "sqlite":  # IMMEDIATE would lock writers out
        own.settings_dict.setdefault("OPTIONS", {})["transaction_mode"] = "DEFERRED"
    connections["default"] = own
    try:
        with transaction.atomic():
            if own.vendor == "postgresql":
                with own.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    finally:
        own.close()
        connections["default"] = usual


def migrations() -> list[str]:
    """Give the migrations that the database has had, as `app.name`."""
    applied = MigrationRecorder(connections["default"]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def dump(model: Model) -> Iterator[str]:
    """Give a table as lines: first its columns, then each row, by primary key."""
    names = [field.attname for field in model._meta.concrete_fields]
    yield json.dumps(names)
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        yield json.dumps(row, default=_as_json, ensure_ascii=False, allow_nan=False)


def load(name: str, model: Model, lines: Lines) -> int:
    """Insert the rows of a table as they were, ids and times included; give how many they are.

    Raises
    ------
    RowsError
        The columns are others, or a line is no row.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    numbered = iter(lines)
    columns = _parse(name, 1, next(numbered, "null"))
    if not isinstance(columns, list) or sorted(map(str, columns)) != sorted(fields):
        raise RowsError(f"{name}: expected the columns {', '.join(fields)}, came {columns}")
    ordered = [fields[column] for column in columns]
    n_rows = 0
    while batch := list(islice(numbered, BATCH)):
        rows = [_row(name, model, ordered, n_rows + 2 + i, line) for i, line in enumerate(batch)]
        _insert(model, ordered, rows)
        n_rows += len(rows)
    return n_rows


def set_sequences() -> None:
    """Let the next row of each table get an id above those that were loaded."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(tables().values())):
            cursor.execute(sql)


def clear_what_migrate_filled() -> None:
    """Remove the rows that a new database has by itself."""
    for name in sorted(FILLED_BY_MIGRATE):
        tables()[name]._base_manager.all().delete()


def first_filled() -> str | None:
    """Give the name of a table that holds rows, None for a database as `migrate` makes it."""
    for name, model in tables().items():
        if name not in FILLED_BY_MIGRATE and model._base_manager.exists():
            return name
    return None


def _insert(
    model: Model, fields: Sequence["models.Field[Any, Any]"], rows: list[models.Model]
) -> None:
    """Insert without the fields' own ideas of "now": bulk_create would set each time anew."""
    connection = connections["default"]
    size = max(1, min(BATCH, connection.ops.bulk_batch_size(list(fields), rows)))
    for start in range(0, len(rows), size):
        query = InsertQuery(model)
        query.insert_values(list(fields), rows[start : start + size], raw=True)
        query.get_compiler(using="default").execute_sql()


def _row(
    name: str, model: Model, fields: Sequence["models.Field[Any, Any]"], number: int, line: str
) -> models.Model:
    values = _parse(name, number, line)
    if not isinstance(values, list) or len(values) != len(fields):
        raise RowsError(f"{name} line {number}: expected a list of {len(fields)} values")
    try:
        return model(
            **{
                field.attname: field.to_python(value)
                for field, value in zip(fields, values, strict=True)
            }
        )
    except ValidationError as error:
        raise RowsError(f"{name} line {number}: {' '.join(error.messages)}") from None


def _parse(name: str, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RowsError(f"{name} line {number}: expected JSON, but {error}") from None


def _as_json(value: object) -> str:
    """Give what JSON doesn't have as the text that the field's `to_python` reads back."""
    for kind, text in _TEXTS.items():
        if isinstance(value, kind):
            return text(value)
    raise TypeError(f"no form in JSON for a {type(value).__name__}")


_TEXTS: dict[type, Callable[[Any], str]] = {
    datetime: datetime.isoformat,  # DjangoJSONEncoder cuts microseconds off
    date: date.isoformat,
    time: time.isoformat,
    UUID: str,
    Decimal: str,
    bytes: lambda value: base64.b64encode(value).decode(),
    memoryview: lambda value: base64.b64encode(value).decode(),
}
