"""Full disks, locks and a database that goes away: told as 503, and nothing half-written."""

import resource
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from reviewapp.outages import DETAIL, RETRY_AFTER_S
from scripts.temporary_postgres import Cluster, temporary_postgres
from tests.reviewapp.cohort import ANSWER
from tests.storage.site import Reply, Site

NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END;
$$ LANGUAGE plpgsql;
CREATE CONSTRAINT TRIGGER no_room AFTER INSERT ON reviewapp_answerrevision
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a served site whose writers wait for one second instead of twenty."""
    folder = tmp_path_factory.mktemp("sqlite")
    with served(Site(folder, f"sqlite:///{folder}/second-look.sqlite3?timeout=1")) as site:
        yield site


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """Give a PostgreSQL that tests may stop."""
    with temporary_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def on_postgres(own_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the same on PostgreSQL."""
    url = f"{own_cluster.url()}&options=-c%20lock_timeout%3D1s"
    with served(Site(tmp_path_factory.mktemp("postgres"), url)) as site:
        yield site


@contextmanager
def served(site: Site) -> Iterator[Site]:
    site.start()
    try:
        yield site
    finally:
        site.kill()


@dataclass(frozen=True)
class Try:
    """An answer to an ROI of its own, and the key under which it is sent again and again."""

    site: Site
    place: str
    answer: dict[str, Any]
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    def send(self) -> Reply:
        """Send it."""
        return self.site.answer(self.site.raters[0], self.place, self.answer, self.key)

    def check_refused_for_now(self) -> None:
        """Check that it is told to come again."""
        check_outage(self.send())

    def check_taken_now(self) -> None:
        """Check that nothing was stored before, and that the same request now is, once."""
        before = self.site.stored()
        assert [self.send().status, self.send().status] == [201, 200]
        after = [row for row in self.site.stored() if row not in before]
        assert [(row["assignment"], row["key"]) for row in after] == [(self.place, self.key)]
        assert self.place not in {row["assignment"] for row in before}


def a_try(site: Site, number: int, **changes: Any) -> Try:
    return Try(site, site.raters[0].assignments[number], {**ANSWER, **changes})


@contextmanager
def no_room(site: Site) -> Iterator[None]:
    """Let the server write no file any longer: write(2) itself fails, as on a full disk."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in site.workers()}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def check_outage(reply: Reply) -> None:
    """Check that a client of the API is told to come again."""
    assert (reply.status, reply.headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
    assert reply.headers["Content-Type"] == "application/problem+json"
    body = reply.json()
    assert (body["title"], body["status"], body["detail"]) == ("Service Unavailable", 503, DETAIL)


def test_a_full_disk_is_told_and_the_answer_is_taken_once_there_is_room(on_sqlite: Site) -> None:
    answer = a_try(on_sqlite, 0)
    with no_room(on_sqlite):
        answer.check_refused_for_now()
    answer.check_taken_now()


def test_a_delineation_for_which_there_is_no_room_leaves_no_part_of_a_file(
    on_sqlite: Site,
) -> None:
    drawn = on_sqlite.drawn(on_sqlite.raters[0].assignments[1])
    answer = a_try(on_sqlite, 1, needs_correction=True, correction=drawn)
    store = on_sqlite.folder / "data" / "volumes"
    before = {path for path in store.rglob("*") if path.is_file()}
    with no_room(on_sqlite):
        answer.check_refused_for_now()
    after = {path for path in store.rglob("*") if path.is_file()}
    assert after - before <= {store / ".keeping"}  # the store's lock, empty
    answer.check_taken_now()


def test_a_locked_sqlite_database_is_told_after_the_time_that_a_writer_waits(
    on_sqlite: Site,
) -> None:
    answer = a_try(on_sqlite, 2)
    with closing(sqlite3.connect(on_sqlite.folder / "second-look.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        answer.check_refused_for_now()
    answer.check_taken_now()


def test_a_full_disk_of_postgresql_is_told_and_the_answer_is_taken_once_there_is_room(
    on_postgres: Site, own_cluster: Cluster
) -> None:
    answer = a_try(on_postgres, 0)
    with psycopg.connect(own_cluster.url(), autocommit=True) as connection:
        # What PostgreSQL itself raises, at the worst moment: on COMMIT.
        connection.execute(NO_ROOM)
        answer.check_refused_for_now()
        connection.execute("DROP TRIGGER no_room ON reviewapp_answerrevision")
    answer.check_taken_now()


def test_a_locked_row_of_postgresql_is_told_after_the_time_that_a_writer_waits(
    on_postgres: Site, own_cluster: Cluster
) -> None:
    answer = a_try(on_postgres, 1)
    with psycopg.connect(own_cluster.url()) as connection:
        connection.execute("SELECT * FROM reviewapp_study FOR UPDATE")
        answer.check_refused_for_now()
    answer.check_taken_now()


def test_postgresql_may_go_away_and_come_back_under_the_running_server(
    on_postgres: Site, own_cluster: Cluster
) -> None:
    rater, answer = on_postgres.raters[0], a_try(on_postgres, 2)
    assert on_postgres.request("GET", "/", rater).status == 200
    own_cluster.stop()
    answer.check_refused_for_now()
    answer.check_refused_for_now()  # on a new connection
    page = on_postgres.request("GET", "/", rater)
    assert (page.status, page.headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
    assert b"Back in a moment" in page.body
    own_cluster.start()
    answer.check_taken_now()
