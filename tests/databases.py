"""Empty databases for tests that run the app in processes of its own."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg


@contextmanager
def own_database(folder: Path, server: str | None = None) -> Iterator[str]:
    """Give the DATABASE_URL of an empty database, which is gone afterwards.

    `server` is the URL of any database of the kind that is wanted; without it, it is the kind that
    the suite runs on. SQLite's is a file in the folder.
    """
    server = server or os.environ.get("DATABASE_URL", "sqlite")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder}/second-look.sqlite3"
        return
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
