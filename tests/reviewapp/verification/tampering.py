"""Run commands and SQL as someone with the machine in hand can."""

import io
from collections.abc import Callable

from django.core.management import CommandError, call_command
from django.db import connection

Sql = Callable[..., None]


def run_sql(statement: str, *values: object) -> None:
    """Run SQL past every trigger, and leave them as they were."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement, values)
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement, values)
        for _, text in triggers:
            cursor.execute(text)


def manage(*args: object) -> str:
    """Give what a command prints, with its exit code and error at the end where it fails."""
    out = io.StringIO()
    try:
        call_command(*map(str, args), stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}exit {error.returncode}: {error}"
    return out.getvalue()
