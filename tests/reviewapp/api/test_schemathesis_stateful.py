"""schemathesis follows links from response to request: what one gives, the next one asks for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from schemathesis.specs.openapi.checks import ignored_auth

from reviewapp.models import Assignment, Study
from tests.reviewapp.api.fuzzing import Visitor, effort, ids_of, load, rater, script

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]
#: Chains of at most this many requests.
STEPS = 8


def follow(visitor: Visitor, max_examples: int) -> None:
    """Run chains of requests, each in a transaction that is taken back."""

    class Chain(load().as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.block = transaction.atomic()
            self.block.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

        def before_call(self, case: Any) -> None:
            visitor.prepare(case)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": dict(visitor.headers), "cookies": dict(visitor.cookies)}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            # In a chain it takes our credentials for made up ones; test_schemathesis checks it.
            case.validate_response(
                response, excluded_checks=[ignored_auth], transport_kwargs=more or None
            )

    Chain.run(settings=effort(max_examples, stateful_step_count=STEPS))


@pytest.fixture
def visitors(
    study: Study, first: Assignment, people: dict[str, User], answered: Callable[..., None]
) -> dict[str, Visitor]:
    answered("ben", 3)
    return {
        "rater": rater(people["anna"], first),
        "script": script(people["researcher"], ids_of(first)),
    }


@pytest.mark.parametrize("who", ["rater", "script"])
def test_chains_get_what_the_schema_says(visitors: dict[str, Visitor], who: str) -> None:
    follow(visitors[who], 20)


@pytest.mark.soak
@pytest.mark.parametrize("who", ["rater", "script"])
def test_chains_get_what_the_schema_says_at_length(visitors: dict[str, Visitor], who: str) -> None:
    follow(visitors[who], 200)
