"""Make the database itself refuse to change what the freezing of a study fixed.

A draft can be changed and deleted. From the freezing on the sample, the questionnaire and each
rater's order stay as they are, the state moves along `steps.TRANSITIONS` alone, and the protocol
changes only together with a newer `ProtocolVersion`, whose rows are append-only.

A later migration that rebuilds one of these tables on SQLite drops its triggers, and one that
rebuilds the table of studies fails while triggers of other tables name it: such a migration calls
`remove` first and `install` last. tests/reviewapp/test_frozen.py fails until it does.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from reviewapp.append_only import AppendOnlyError, active_triggers

#: No name or value below comes from outside (S608).
_STUDY, _VERSION = "reviewapp_study", "reviewapp_protocolversion"


@dataclass(frozen=True)
class Guard:
    """One trigger: before an event on a table it refuses what meets the condition.

    The condition is SQL that both databases read; {differ} stands for what compares two values.
    """

    name: str
    table: str
    event: str
    condition: str
    says: str


def _fixed(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} {{differ}} OLD.{name}" for name in columns) + ")"


def _of_draft(row: str) -> str:
    return f"(SELECT state FROM {_STUDY} WHERE id = {row}.study_id) <> 'draft'"  # noqa: S608


def _of_members_draft(row: str) -> str:
    study = f"(SELECT study_id FROM reviewapp_membership WHERE id = {row}.membership_id)"  # noqa: S608
    return f"(SELECT state FROM {_STUDY} WHERE id = {study}) <> 'draft'"  # noqa: S608


_STEPS_OF_STATE = " OR ".join(
    f"(OLD.state = '{old}' AND NEW.state = '{new}')"
    for old, new in (
        ("draft", "frozen"),
        ("frozen", "open"),
        ("open", "closed"),
        ("closed", "open"),
        ("closed", "unblinded"),
    )
)
_NEWEST = f"(SELECT sha256 FROM {_VERSION} WHERE study_id = NEW.id ORDER BY number DESC LIMIT 1)"  # noqa: S608

GUARDS = (
    Guard(
        "study_state",
        _STUDY,
        "UPDATE",
        f"NEW.state <> OLD.state AND NOT ({_STEPS_OF_STATE})",
        "a study goes from draft to frozen, open, closed and unblinded",
    ),
    Guard(
        "study_frozen",
        _STUDY,
        "UPDATE",
        "OLD.state <> 'draft' AND "
        + _fixed(
            "id",
            "synthetic",
            "questionnaire",
            "rois_provenance",
            "seed",
            "created_at",
            "created_by_id",
        ),
        "the study is frozen",
    ),
    Guard(
        "study_protocol",
        _STUDY,
        "UPDATE",
        f"OLD.state <> 'draft' AND {_fixed('protocol', 'protocol_sha256', 'radiological')} AND "
        f"(NEW.protocol_sha256 {{differ}} {_NEWEST} OR NOT {_fixed('protocol_sha256')})",
        "the protocol is frozen: an amendment is a new version",
    ),
    Guard(
        "study_kept", _STUDY, "DELETE", "OLD.state <> 'draft'", "only a draft of a study is deleted"
    ),
    *(
        Guard(
            f"{table}_{event.lower()}",
            f"reviewapp_{table}",
            event,
            _of_draft("NEW" if event == "INSERT" else "OLD"),
            "the sample is frozen",
        )
        for table in ("roi", "scan", "practiceroi")
        for event in ("INSERT", "UPDATE", "DELETE")
    ),
    Guard(
        "order_update",
        "reviewapp_assignment",
        "UPDATE",
        _fixed("id", "membership_id", "roi_id", "position", "repeat"),
        "the order of showing is stored for good",
    ),
    Guard(
        "order_delete",
        "reviewapp_assignment",
        "DELETE",
        _of_members_draft("OLD"),
        "the order of showing is stored for good",
    ),
    Guard(
        "membership_role",
        "reviewapp_membership",
        "UPDATE",
        _fixed("study_id", "role"),
        "an account keeps its part in a study",
    ),
    Guard(
        "membership_delete",
        "reviewapp_membership",
        "DELETE",
        _of_draft("OLD"),
        "members of a frozen study are withdrawn, not deleted",
    ),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Add the triggers.

    Raises
    ------
    AppendOnlyError
        The database is neither SQLite nor PostgreSQL.
    """
    if connection.vendor not in ("sqlite", "postgresql"):
        raise AppendOnlyError(f"expected SQLite or PostgreSQL, came {connection.display_name}")
    create = _create_sqlite if connection.vendor == "sqlite" else _create_postgres
    with connection.cursor() as cursor:
        for guard in GUARDS:
            for statement in create(guard):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away; migrations and the tests' clean-up need it."""
    with connection.cursor() as cursor:
        for guard in GUARDS:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(guard)}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(guard)} ON {guard.table}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers that should be there and aren't, or are switched off."""
    there = active_triggers(connection)
    return [name for name in map(_name, GUARDS) if name not in there]


def _name(guard: Guard) -> str:
    return f"reviewapp_frozen_{guard.name}"


def _create_sqlite(guard: Guard) -> tuple[str, ...]:
    condition = guard.condition.format(differ="IS NOT")
    return (
        f"CREATE TRIGGER {_name(guard)} BEFORE {guard.event} ON {guard.table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.says}'); END",
    )


def _create_postgres(guard: Guard) -> tuple[str, ...]:
    condition = guard.condition.format(differ="IS DISTINCT FROM")
    back = "OLD" if guard.event == "DELETE" else "NEW"
    return (
        f"CREATE OR REPLACE FUNCTION {_name(guard)}() RETURNS trigger AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{guard.says}' "
        f"USING ERRCODE = 'restrict_violation'; END IF; RETURN {back}; END; $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {_name(guard)} BEFORE {guard.event} ON {guard.table} FOR EACH ROW "
        f"EXECUTE FUNCTION {_name(guard)}()",
    )
