"""A bucket that goes away while raters work: told as 503, nothing half-written, and taken later."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from reviewapp.outages import DETAIL, RETRY_AFTER_S
from tests.reviewapp.cohort import ANSWER
from tests.s3_server import S3Server, serving_s3
from tests.storage.site import Reply, Site

BUCKET = "volumes-during-outages"


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with serving_s3(tmp_path_factory.mktemp("s3")) as server:
        server.make_bucket(BUCKET)
        yield server


@pytest.fixture(scope="module")
def site(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    env = {
        **s3.env(),
        "SECOND_LOOK_VOLUMES": f"s3://{BUCKET}/second-look",
        "SECOND_LOOK_S3_ENDPOINT": s3.endpoint,
    }
    site = Site(folder, f"sqlite:///{folder}/second-look.sqlite3", **env)
    site.start()
    try:
        yield site
    finally:
        site.kill()


def objects(s3: S3Server) -> set[str]:
    found = s3.client().list_objects_v2(Bucket=BUCKET)["Contents"]
    return {entry["Key"] for entry in found}


def check_outage(reply: Reply) -> None:
    assert (reply.status, reply.headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
    assert reply.json()["detail"] == DETAIL


def crop(site: Site) -> Reply:
    rater = site.raters[0]
    shown = site.request("GET", f"/api/v1/assignments/{rater.assignments[0]}/", rater).json()
    return site.request("GET", shown["crop"]["url"], rater, Accept_Encoding="gzip")


def test_no_volume_lies_on_this_machine(site: Site, s3: S3Server) -> None:
    assert crop(site).status == 200
    assert list((site.folder / "data").rglob("*.nii.gz")) == []
    assert len(objects(s3)) > 10


@pytest.mark.parametrize("how", ["refuses to store", "is gone"])
def test_a_delineation_that_the_store_does_not_take_is_taken_later_and_once(
    how: str, site: Site, s3: S3Server
) -> None:
    rater = site.raters[0]
    place = rater.assignments[1 if how == "is gone" else 2]
    drawn = site.drawn(place)
    answer: dict[str, Any] = {**ANSWER, "needs_correction": True, "correction": drawn}
    key, before, rows = str(uuid.uuid4()), objects(s3), site.stored()
    if how == "is gone":
        s3.stop()
    else:
        s3.refused = {"PUT"}
    try:
        check_outage(site.answer(rater, place, answer, key))
        assert site.stored() == rows
    finally:
        s3.refused = set()
        if how == "is gone":
            s3.start()
    assert objects(s3) == before
    assert [site.answer(rater, place, answer, key).status for _ in range(2)] == [201, 200]
    assert [row["key"] for row in site.stored() if row not in rows] == [key]
    assert len(objects(s3) - before) == 1
    assert ": ok: " in site.manage("verify_study", "busy")


def test_what_needs_no_volume_goes_on_while_the_store_is_away(site: Site, s3: S3Server) -> None:
    rater = site.raters[0]
    s3.stop()
    try:
        check_outage(crop(site))
        plain = site.answer(rater, rater.assignments[3], ANSWER, str(uuid.uuid4()))
        assert plain.status == 201
        assert site.request("GET", "/", rater).status == 200
    finally:
        s3.start()
    assert crop(site).status == 200
    assert site.stored()[-1]["assignment"] == rater.assignments[3]
