"""Scripts order studies of the cohorts that are shared with their account."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from reviewapp import cohorts
from reviewapp.builds.build import carry_out
from reviewapp.models import Build, SharedCohort
from tests.reviewapp.api.conftest import Script
from tests.reviewapp.cohort import Sample

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"
ORDER = {"name": "by script", "cohort": "Site D"}


@pytest.fixture(autouse=True)
def cohort(sample: Sample, people: dict[str, User]) -> SharedCohort:
    return cohorts.share("Site D", sample.scans, [people["researcher"]])


def order(script: Script, **changes: Any) -> Any:
    return script.post(f"{ROOT}/studies/order/", {**ORDER, **changes})


def test_a_script_sees_its_cohorts(script: Script, people: dict[str, User]) -> None:
    assert script.get(f"{ROOT}/cohorts/").json() == {"items": [{"name": "Site D"}], "next": None}
    cohorts.unshare("Site D", [people["researcher"]])
    assert script.get(f"{ROOT}/cohorts/").json()["items"] == []


def test_an_order_is_taken_and_followed_to_its_draft(
    script: Script, started: list[Build], sample: Sample
) -> None:
    settings = {"seed": 3, "repeat_share": 0, "radiological": False}
    response = order(script, draw={"n": 3}, settings=settings)
    assert response.status_code == 202
    where = response["Location"].removeprefix("http://testserver")
    assert script.get(where).json() == response.json()
    assert response.json()["state"] == "ordered"
    carry_out(started[0].pk)
    done = script.get(where).json()
    assert (done["state"], done["is_running"], done["n_done"]) == ("done", False, 3)
    study = script.get(f"{ROOT}/studies/{done['study']}/").json()
    assert (study["state"], study["seed"], study["radiological"]) == ("draft", 3, False)
    assert study["protocol"]["sampling"]["N"] == 3


def test_an_order_may_bring_its_tables(
    script: Script, started: list[Build], sample: Sample
) -> None:
    text = sample.rois.read_text("utf-8")
    first = text.splitlines()[1].split("\t")[0]
    practice = {"rois": "\n".join(text.splitlines()[:2]) + "\n", "n": 1}
    practice["key"] = f"lesion_id\tclasses\tfeedback\n{first}\tVessel\tn/a\n"
    rest = "\n".join([text.splitlines()[0], *text.splitlines()[2:]]) + "\n"
    dictionary = {"Provenance": {"Seed": 5}, "Synthetic": True}
    response = order(script, rois=rest, rois_dictionary=dictionary, practice=practice)
    assert response.status_code == 202, response.json()
    made = carry_out(started[0].pk)
    assert (made.error, made.state) == ("", "done")
    assert made.study is not None
    assert made.study.rois.count() == 23
    assert made.study.practice_rois.count() == 1
    assert made.study.rois_provenance == {"Seed": 5}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cohort": "Site E"}, "cohort"),
        ({"name": 3}, "name"),
        ({"n": 3}, "n"),
        ({"draw": {"n": "3"}}, "draw.n"),
        ({"draw": {"n": 0}}, "n"),
        ({"draw": {"size": 3}}, "draw.size"),
        ({"draw": {}, "rois": "x"}, "draw"),
        ({"settings": {"seed": True}}, "settings.seed"),
        ({"settings": {"block_size": -1}}, "block_size"),
        ({"practice": {"rois": "x"}}, "order"),
        ({"rois": "x\n1\n"}, "order"),
        ({"questionnaire": {}}, "order"),
        ({"name": "cortex"}, "order"),
    ],
)
def test_what_is_wrong_with_an_order_is_said_by_field(
    script: Script, changes: dict[str, Any], field: str
) -> None:
    response = order(script, **changes)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Build.objects.exists()


def test_name_and_cohort_have_to_be_given(script: Script) -> None:
    response = script.post(f"{ROOT}/studies/order/", {})
    assert sorted(response.json()["errors"]) == ["cohort", "name"]


def test_a_script_stops_what_it_ordered(script: Script, started: list[Build]) -> None:
    order(script)
    response = script.post(f"{ROOT}/builds/{started[0].pk}/stop/", {})
    assert response.json()["text"] == "Stopping …"
    assert Build.objects.get().stop_asked


def test_a_token_that_may_read_alone_orders_nothing(
    reader: Script, script: Script, started: list[Build]
) -> None:
    assert order(reader).status_code == 403
    order(script)
    address = f"{ROOT}/builds/{started[0].pk}/"
    assert reader.get(address).status_code == 200
    assert reader.post(f"{address}stop/", {}).status_code == 403
