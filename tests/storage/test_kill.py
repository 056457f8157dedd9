"""The server is killed again and again while raters save: nothing acknowledged is lost or doubled,
and all that survived matches its checksums.

Short in every run of the suite; `make soak` kills a hundred times on each database.
"""

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.temporary_postgres import temporary_postgres
from tests.storage.raters import Script, check_all_there
from tests.storage.site import Site

N_RATERS = 20
#: Longest time in seconds that the server lives once it answers again.
LIFE_S = 1.5


@pytest.fixture
def database_in_use(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a database with the safety that it has in use."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/second-look.sqlite3"
        return
    safe = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    with temporary_postgres(**safe) as cluster:
        yield cluster.url()


@pytest.mark.parametrize("database_in_use", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("n_kills", [3, pytest.param(100, marks=pytest.mark.soak)])
def test_every_acknowledged_answer_outlives_the_server(
    database_in_use: str, tmp_path: Path, n_kills: int
) -> None:
    site, chance = Site(tmp_path, database_in_use, N_RATERS), random.Random(n_kills)
    scripts = [Script(site, rater, seed) for seed, rater in enumerate(site.raters)]
    site.start()
    try:
        for script in scripts:
            script.start()
        for _ in range(n_kills):
            time.sleep(chance.uniform(0, LIFE_S))
            site.kill()
            site.start()
        time.sleep(LIFE_S)
        for script in scripts:
            script.stopped.set()
        for script in scripts:
            script.join(60)
    finally:
        site.kill()
    stored = site.stored()
    check_all_there(scripts, stored)
    assert f"busy: ok: {len(stored)} revisions, " in site.manage("verify_study", "busy")
    n_acknowledged = sum(len(script.acknowledged) for script in scripts)
    n_retried = sum(script.n_retried for script in scripts)
    sys.stdout.write(
        f"{n_kills} kills: {n_acknowledged} answers acknowledged, {n_retried} tries failed, "
        f"{len(stored)} answers stored\n"
    )
    assert n_acknowledged >= N_RATERS
    assert n_retried >= n_kills
