"""Stores of either kind."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from reviewapp.stores.bucket import Bucket
from tests.s3_server import VENDORS, S3Server, serving_s3


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Give a server that speaks S3, for the tests of one process."""
    with serving_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """Give the same as it is at first, and this process its keys."""
    for name, value in s3_server.env().items():
        monkeypatch.setenv(name, value)
    yield s3_server
    s3_server.refused, s3_server.late_s, s3_server.added = set(), 0.0, dict(VENDORS)


@pytest.fixture
def bucket(s3: S3Server, settings: Any) -> Bucket:
    """Let volumes lie in a new bucket."""
    settings.BUCKET = s3.make_bucket(f"volumes-{uuid.uuid4().hex}")
    return settings.BUCKET
