"""schemathesis sends what the schema allows, and what it doesn't, to the real app.

No response is a 5xx, and each is as the schema says: status, type, headers, body.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from reviewapp.models import Assignment, Study
from reviewapp.studies import unblind
from tests.reviewapp.api.fuzzing import (
    Visitor,
    effort,
    ids_of,
    ids_of_practice,
    ids_of_study,
    load,
    nobody,
    page,
    rater,
    script,
)
from tests.reviewapp.cohort import Sample
from tests.reviewapp.permission_world import build_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]
SCHEMA = load()
#: Each look that is taken makes the whole report anew: some seconds.
LOOKS = load("look_at_study")
OTHERS = SCHEMA.exclude(operation_id="look_at_study")
FEW, SHORT, LONG = effort(5), effort(20), effort(200)


@pytest.fixture
def visitor(
    request: pytest.FixtureRequest,
    study: Study,
    first: Assignment,
    people: dict[str, User],
    answered: Callable[..., None],
) -> Visitor:
    if request.param == "nobody":
        return nobody(first)
    if request.param == "rater":
        return rater(people["anna"], first)
    answered("ben", 3)
    if request.param == "script after unblinding":
        unblind(study, people["researcher"], "Both raters have finished.")
    return script(people["researcher"], ids_of(first))


@pytest.fixture
def elsewhen(request: pytest.FixtureRequest, sample: Sample, people: dict[str, User]) -> Visitor:
    """Give who asks in another state of a study that has a practice block."""
    who, _, state = request.param.partition(" of a study that is ")
    world = build_world(sample, people, state)
    ids = ids_of_study(world.study)
    if who == "newcomer":
        nina = people["nina"]
        return page(nina, ids | ids_of_practice(world.study, nina))
    ask = {"page": page, "script": script}[who]
    return ask(people["researcher"], ids)


NOBODY = pytest.mark.parametrize("visitor", ["nobody"], indirect=True)
RATER = pytest.mark.parametrize("visitor", ["rater"], indirect=True)
SCRIPTS = pytest.mark.parametrize("visitor", ["script", "script after unblinding"], indirect=True)


ELSEWHEN = pytest.mark.parametrize(
    "elsewhen",
    [
        "page of a study that is draft",
        "script of a study that is frozen",
        "page of a study that is closed",
        "newcomer of a study that is open",
    ],
    indirect=True,
)
#: What goes by the state of the study's life, or by the practice.
LIFE = load(
    "freeze_study",
    "open_study",
    "reopen_study",
    "amend_study",
    "withdraw_rater",
    "read_study",
    "read_practice",
    "read_practice_volume",
    "give_practice_answer",
    "read_queue",
)


@NOBODY
@SCHEMA.parametrize()
@SHORT
def test_nobody_gets_what_the_schema_says(case: Any, visitor: Visitor) -> None:
    visitor.check(case)


@RATER
@SCHEMA.parametrize()
@SHORT
def test_a_rater_gets_what_the_schema_says(case: Any, visitor: Visitor) -> None:
    visitor.check(case)


@SCRIPTS
@OTHERS.parametrize()
@SHORT
def test_a_script_gets_what_the_schema_says(case: Any, visitor: Visitor) -> None:
    visitor.check(case)


@SCRIPTS
@LOOKS.parametrize()
@FEW
def test_a_script_that_looks_gets_what_the_schema_says(case: Any, visitor: Visitor) -> None:
    visitor.check(case)


@ELSEWHEN
@LIFE.parametrize()
@FEW
def test_in_every_state_of_a_study_its_life_is_as_the_schema_says(
    case: Any, elsewhen: Visitor
) -> None:
    elsewhen.check(case)


@pytest.mark.soak
@ELSEWHEN
@SCHEMA.parametrize()
@LONG
def test_in_every_state_of_a_study_all_is_as_the_schema_says_at_length(
    case: Any, elsewhen: Visitor
) -> None:
    elsewhen.check(case)


@pytest.mark.soak
@RATER
@SCHEMA.parametrize()
@LONG
def test_a_rater_gets_what_the_schema_says_at_length(case: Any, visitor: Visitor) -> None:
    visitor.check(case)


@pytest.mark.soak
@SCRIPTS
@OTHERS.parametrize()
@LONG
def test_a_script_gets_what_the_schema_says_at_length(case: Any, visitor: Visitor) -> None:
    visitor.check(case)


@pytest.mark.soak
@SCRIPTS
@LOOKS.parametrize()
@SHORT
def test_a_script_that_looks_gets_what_the_schema_says_at_length(
    case: Any, visitor: Visitor
) -> None:
    visitor.check(case)
