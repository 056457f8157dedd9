"""Make the database itself refuse to change or delete what must stay as it was written.

A later migration that rebuilds one of these tables on SQLite drops its triggers: it has to call
`install` again, and tests/reviewapp/test_append_only.py fails until it does.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

ANSWERS, CORRECTIONS = "reviewapp_answerrevision", "reviewapp_correction"
ACCESSES, PRACTICE = "reviewapp_accesslog", "reviewapp_practiceanswer"
STEPS, PROTOCOLS = "reviewapp_studystep", "reviewapp_protocolversion"
SEALS = "reviewapp_seal"
#: There until the steps of studies took it in.
UNBLINDINGS = "reviewapp_unblinding"
#: All of them, as the newest migration leaves them.
TABLES = (ANSWERS, CORRECTIONS, ACCESSES, STEPS, PROTOCOLS, PRACTICE, SEALS)

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION reviewapp_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END;
$$ LANGUAGE plpgsql
"""


class AppendOnlyError(ValueError):
    """The database is of a kind that we have no triggers for."""


def install(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Add the triggers that refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE.

    Raises
    ------
    AppendOnlyError
        The database is neither SQLite nor PostgreSQL.
    """
    if connection.vendor not in ("sqlite", "postgresql"):
        raise AppendOnlyError(f"expected SQLite or PostgreSQL, came {connection.display_name}")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for table in tables:
            for event in _events(connection):
                cursor.execute(_create(connection.vendor, table, event))


def remove(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Take the triggers away; migrations backwards and the tests' clean-up need it."""
    with connection.cursor() as cursor:
        for table in tables:
            for event in _events(connection):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, event)}{on}")


def missing(connection: BaseDatabaseWrapper, *tables: str) -> list[str]:
    """Name the triggers that should be there and aren't, or are switched off."""
    there = active_triggers(connection)
    named = (_name(table, event) for table in tables for event in _events(connection))
    return [name for name in named if name not in there]


def active_triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """Name the triggers that are there and not switched off."""
    queries = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
    }
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def _events(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    both = ("UPDATE", "DELETE")
    return (*both, "TRUNCATE") if connection.vendor == "postgresql" else both


def _name(table: str, event: str) -> str:
    return f"{table}_no_{event.lower()}"


def _create(vendor: str, table: str, event: str) -> str:
    start = f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table}"
    if vendor == "sqlite":
        return f"{start} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    each = "STATEMENT" if event == "TRUNCATE" else "ROW"
    return f"{start} FOR EACH {each} EXECUTE FUNCTION reviewapp_append_only()"
