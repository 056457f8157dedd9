"""Saving while the server itself says 503: a locked database, and a disk without room."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Response, expect

from reviewapp.outages import RETRY_AFTER_S
from tests.browser.server import Server
from tests.browser.tiny_site import (
    TinySite,
    answer_by_keys,
    go_to,
    open_study,
    wait_for_images,
)
from tests.databases import connected, postgres_of

pytestmark = pytest.mark.browser
STUDY = "outages"
SAVED = "✓ all answers saved"


@pytest.fixture(scope="module", autouse=True)
def study(site: TinySite) -> None:
    """Make a study for these tests alone."""
    site.add_study(STUDY)


@pytest.fixture
def hasty(site: TinySite) -> Iterator[Server]:
    """Serve the same data a second time, with writers that wait for one second, not twenty."""
    on_postgres = postgres_of(site.data)
    url = (
        f"sqlite:///{site.data}/second-look.sqlite3?timeout=1"
        if on_postgres is None
        else f"{on_postgres}&options=-c%20lock_timeout%3D1s"
    )
    server = Server(site.data, log="hasty.log", DATABASE_URL=url)
    server.start()
    yield server
    server.kill()


@contextmanager
def locked_database(server: Server) -> Iterator[None]:
    """Let another process write for as long as this takes."""
    lock = "LOCK TABLE reviewapp_answerrevision IN ACCESS EXCLUSIVE MODE"
    with connected(server.data) as other:
        other.execute("BEGIN IMMEDIATE" if postgres_of(server.data) is None else lock)
        yield
        other.rollback()


@contextmanager
def full_disk(server: Server) -> Iterator[None]:
    """Let the server write no file any longer: write(2) itself fails, as on a full disk."""
    if postgres_of(server.data) is not None:
        pytest.skip("PostgreSQL writes, not the server: tests/storage/test_outages.py")
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in _processes(server)}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def _processes(server: Server) -> list[int]:
    """Give the server's process and its workers: it leads a group of its own."""
    assert server.process is not None
    found = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [pid for pid in found if _group_of(pid) == server.process.pid]


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


@pytest.mark.parametrize(("outage", "rater"), [(locked_database, "rater1"), (full_disk, "rater2")])
def test_what_the_server_could_not_store_is_delivered_when_it_can(
    page: Page,
    site: TinySite,
    hasty: Server,
    outage: Callable[[Server], AbstractContextManager[None]],
    rater: str,
) -> None:
    open_study(page, TinySite(hasty.address, site.data), rater, STUDY)
    wait_for_images(page, 4)
    keys: list[str | None] = []

    def note(request: Request) -> None:
        if request.url.endswith("/answers/"):
            keys.append(request.header_value("Idempotency-Key"))

    def refused(response: Response) -> bool:
        return response.url.endswith("/answers/") and response.status == 503

    page.on("request", note)
    answer_by_keys(page)
    with outage(hasty):
        with page.expect_response(refused, timeout=60_000) as said:
            page.keyboard.press("Enter")
        assert said.value.header_value("Retry-After") == str(RETRY_AFTER_S)
        go_to(page, 2)
        expect(page.locator("#saving")).to_have_text("waiting for the server: 1 answer kept here")
        answer_by_keys(page)
        page.keyboard.press("Enter")
        go_to(page, 3)
        expect(page.locator("#saving")).to_have_text("waiting for the server: 2 answers kept here")
    expect(page.locator("#saving")).to_have_text(SAVED, timeout=60_000)
    rows = [row for row in site.answers(STUDY) if row["rater"] == rater]
    assert [row["revision"] for row in rows] == ["1", "1"]
    # Each answer kept its key through all its tries.
    assert len(set(keys)) == 2 < len(keys)
