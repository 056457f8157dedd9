"""schemathesis sends what the schema allows, and what it doesn't, to the real app.

No response is a 5xx, and each is as the schema says: status, type, headers, body.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from reviewapp.models import Assignment, Study
from reviewapp.studies import unblind
from tests.reviewapp.api.fuzzing import Visitor, effort, load, nobody, rater, script

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]
SCHEMA = load()
SHORT, LONG = effort(25), effort(1000)


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
    return script(people["researcher"], first)


NOBODY = pytest.mark.parametrize("visitor", ["nobody"], indirect=True)
RATER = pytest.mark.parametrize("visitor", ["rater"], indirect=True)
SCRIPTS = pytest.mark.parametrize("visitor", ["script", "script after unblinding"], indirect=True)


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
@SCHEMA.parametrize()
@SHORT
def test_a_script_gets_what_the_schema_says(case: Any, visitor: Visitor) -> None:
    visitor.check(case)


@pytest.mark.soak
@RATER
@SCHEMA.parametrize()
@LONG
def test_a_rater_gets_what_the_schema_says_at_length(case: Any, visitor: Visitor) -> None:
    visitor.check(case)


@pytest.mark.soak
@SCRIPTS
@SCHEMA.parametrize()
@LONG
def test_a_script_gets_what_the_schema_says_at_length(case: Any, visitor: Visitor) -> None:
    visitor.check(case)
