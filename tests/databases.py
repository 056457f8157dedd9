"""Empty databases for tests that run the app in processes of its own."""

import atexit
import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
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
    url = _create(server)
    try:
        yield url
    finally:
        _drop(server, url)


@cache
def postgres_of(folder: Path) -> str | None:
    """Give the DATABASE_URL of the database of a folder, empty at first, gone with this process.

    None where the suite runs on SQLite, whose file the app makes in its folder by itself.
    """
    server = os.environ.get("DATABASE_URL", "sqlite")
    if not server.startswith("postgres"):
        return None
    url = _create(server)
    atexit.register(_drop, server, url)
    return url


def connected(folder: Path) -> closing[Any]:
    """Connect to the database of an app that is served from a folder."""
    url = postgres_of(folder)
    if url is not None:
        return closing(psycopg.connect(url))
    return closing(sqlite3.connect(folder / "second-look.sqlite3", timeout=20))


def _create(server: str) -> str:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _drop(server: str, url: str) -> None:
    name = urlsplit(url).path.removeprefix("/")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
