"""Fixtures of the tests of storage: empty databases of either kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.temporary_postgres import Cluster, temporary_postgres
from tests.databases import own_database


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Give a PostgreSQL cluster for the tests of one process."""
    with temporary_postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database of each kind."""
    is_postgres = request.param == "postgresql"
    server = request.getfixturevalue("cluster").url() if is_postgres else f"sqlite:///{tmp_path}"
    with own_database(tmp_path, server) as url:
        yield url
