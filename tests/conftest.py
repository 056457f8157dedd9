"""What all tests share."""

import signal
from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import TransactionTestCase

from reviewapp import append_only, frozen


def pytest_configure() -> None:
    """Let Ctrl-C reach what tests start: a shell's background jobs inherit that it is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied() -> Iterator[None]:
    """Lift the triggers while Django empties the tables after a transactional or browser test."""
    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def without_triggers(case: TransactionTestCase) -> None:
        append_only.remove(connections["default"], *append_only.TABLES)
        frozen.remove(connections["default"])
        empty(case)
        append_only.install(connections["default"], *append_only.TABLES)
        frozen.install(connections["default"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        yield
