"""Raters, ROIs and answers of a study over the API."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lesions.columns import DIAGNOSES, DRAWN_IN, GROUPS, OUTCOMES
from lesions.formats import ANSWERS
from reviewapp.answers import record
from reviewapp.exports import answers_frame
from reviewapp.models import AnswerRevision, Assignment, Study
from reviewapp.progress import rater_progress
from tests.reviewapp.api.conftest import Script
from tests.reviewapp.cohort import ANSWER, SITE

pytestmark = pytest.mark.django_db
API = "/api/v1"
BLINDED = f"{API}/problems/blinded/"


def url(study: Study, rest: str) -> str:
    return f"{API}/studies/{study.pk}/{rest}"


def every_item(script: Script, address: str) -> list[Any]:
    """Follow `next` to the end."""
    found, following = [], address
    while following:
        page = script.get(following).json()
        found += page["items"]
        following = page["next"]
    return found


def test_progress_counts_what_the_page_counts(
    reader: Script, study: Study, answered: Callable[..., None]
) -> None:
    answered("anna", 26)
    answered("ben", 3)
    told = reader.get(url(study, "progress/")).json()
    assert told == {"n": 52, "n_answered": 29, "n_raters": 2, "n_complete": 1}


def test_raters_come_with_counts_and_times(
    reader: Script, study: Study, answered: Callable[..., None]
) -> None:
    answered("anna", 7, classes=["Vessel"])
    response = reader.get(url(study, "raters/"))
    anna, ben = response.json()["items"]
    (progress,) = rater_progress(study.memberships.filter(user__username="anna"))
    assert (anna["rater"], anna["n_answered"], anna["n_left"]) == ("anna", 7, 19)
    assert (anna["pace_s"], anna["total_s"]) == (progress.pace_s, progress.total_s)
    assert (ben["n_answered"], ben["last_at"], ben["pace_s"]) == (0, None, None)
    assert b"Vessel" not in response.content
    found = reader.get(url(study, "raters/?rater=ben")).json()["items"]
    assert [one["rater"] for one in found] == ["ben"]


def test_the_rois_of_a_blinded_study_tell_no_group(
    reader: Script, study: Study, answered: Callable[..., None]
) -> None:
    answered("anna", 26)
    response = reader.get(url(study, "rois/"))
    items = response.json()["items"]
    assert {item["id"] for item in items} == {str(roi.pk) for roi in study.rois.all()}
    assert set(items[0]) == {
        "id",
        "participant_id",
        "session_id",
        "acquisition",
        "n_voxels",
        "volume_mm3",
        "centroid_r_mm",
        "centroid_a_mm",
        "centroid_s_mm",
    }
    words = {*GROUPS, *OUTCOMES, *DRAWN_IN, *DIAGNOSES, SITE, "lesion"}
    told = {str(value) for item in items for value in item.values()}
    assert not [word for word in words if any(word in text for text in told)]
    # In the order of random ids: that of rois.tsv would put the groups one after the other.
    assert [item["id"] for item in items] == sorted(item["id"] for item in items)


def test_the_rois_of_an_unblinded_study_tell_all(reader: Script, unblinded: Study) -> None:
    items = reader.get(url(unblinded, "rois/")).json()["items"]
    by_id = {str(roi.pk): roi for roi in unblinded.rois.select_related("scan")}
    for item in items:
        roi = by_id[item["id"]]
        assert (item["lesion_id"], item["group"], item["row"]) == (
            roi.lesion_id,
            roi.group,
            roi.row,
        )
        assert (item["diagnosis"], item["site"]) == (roi.scan.diagnosis, SITE)
    found = reader.get(url(unblinded, "rois/?group=FPL_mimic&participant_id=sub-secret3")).json()
    assert {item["group"] for item in found["items"]} == {"FPL_mimic"}
    assert len(found["items"]) == 4


@pytest.mark.parametrize(
    "rest", ["answers/", "answers/?group=TPL", "rois/?group=TPL", "results/", "files/", "files/x"]
)
def test_nothing_by_group_comes_before_the_unblinding(
    reader: Script, study: Study, answered: Callable[..., None], rest: str
) -> None:
    answered("anna", 26)
    response = reader.get(url(study, rest))
    assert (response.status_code, response.json()["type"]) == (403, BLINDED)


def test_answers_are_those_of_the_export(reader: Script, unblinded: Study) -> None:
    items = every_item(reader, url(unblinded, "answers/?limit=7"))
    frame = answers_frame(AnswerRevision.objects.current())
    assert len(items) == len(frame) == 46
    assert {*items[0], "block", "sitting"} == {column.name for column in ANSWERS.columns}
    key = ("rater", "roi_id", "repeat")
    given = {tuple(item[name] for name in key): item for item in items}
    for row in frame.to_dict("records"):
        item = given[tuple(row[name] for name in key)]
        for name in ("group", "volume_mm3", "confidence", "answered_at", "revision", "active_s"):
            assert item[name] == row[name], name
        assert item["classes"] == [*row["classes"]]


def test_answers_can_be_filtered_and_come_with_their_revisions(
    reader: Script, study: Study, first: Assignment, unblind_now: Callable[[], None]
) -> None:
    record(first, ANSWER, uuid.uuid4())
    record(first, {**ANSWER, "confidence": 1, "revises": 1}, uuid.uuid4())
    unblind_now()
    roi = first.roi
    for query, n in (
        ("", 1),
        ("revision=newest", 1),
        ("revision=all", 2),
        (f"revision=all&roi={roi.lesion_id}", 2),
        (f"group={roi.group}&participant_id={roi.scan.participant_id}", 1),
        ("rater=anna", 1),
        ("rater=ben", 0),
        ("roi=nothing", 0),
    ):
        assert len(reader.get(url(study, f"answers/?{query}")).json()["items"]) == n, query
    newest = reader.get(url(study, "answers/")).json()["items"][0]
    assert (newest["confidence"], newest["revision"]) == (1, 2)


@pytest.mark.parametrize("rest", ["answers/", "rois/", "raters/"])
def test_pages_hold_each_row_once(reader: Script, unblinded: Study, rest: str) -> None:
    whole = reader.get(url(unblinded, f"{rest}?limit=1000")).json()
    assert whole["next"] is None
    for limit in (1, 5, len(whole["items"])):
        assert every_item(reader, url(unblinded, f"{rest}?limit={limit}")) == whole["items"]


def test_pages_keep_their_filters(reader: Script, unblinded: Study) -> None:
    address = url(unblinded, "answers/?limit=3&rater=ben")
    assert {item["rater"] for item in every_item(reader, address)} == {"ben"}


def test_a_page_takes_as_many_queries_as_any_other(reader: Script, unblinded: Study) -> None:
    reader.get(f"{API}/account/")
    counts = []
    for limit in (1, 40):
        with CaptureQueriesContext(connection) as found:
            reader.get(url(unblinded, f"answers/?limit={limit}"))
        read = [query for query in found if query["sql"].startswith("SELECT")]
        counts.append(len(read))
    assert counts[0] == counts[1] <= 5 + 4  # the log of accesses is sealed


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("limit=²", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=bnVsbA==", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=WzFd", "cursor"),
        ("cursor=InN1YiI=", "cursor"),
        ("group=TNL", "group"),
        ("revision=old", "revision"),
        ("rater=", "rater"),
        ("rater=%00", "rater"),
        ("order=rater", "order"),
    ],
)
def test_a_bad_parameter_is_refused_with_those_that_there_are(
    reader: Script, unblinded: Study, query: str, field: str
) -> None:
    response = reader.get(url(unblinded, f"answers/?{query}"))
    told = response.json()
    assert (response.status_code, told["type"]) == (400, f"{API}/problems/bad-query/")
    assert set(told["errors"]) == {field}
    assert told["allowed"] == [
        "rater",
        "roi",
        "participant_id",
        "group",
        "revision",
        "limit",
        "cursor",
    ]


def test_an_address_without_parameters_takes_none(reader: Script, study: Study) -> None:
    response = reader.get(url(study, "?fields=name"))
    assert (response.status_code, response.json()["allowed"]) == (400, [])
