"""A study with answers to tamper with."""

import uuid
from collections.abc import Callable

import pytest

from reviewapp import answers
from reviewapp.models import Assignment, Study
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.drawing import drawn, grown
from tests.reviewapp.verification.tampering import Sql, run_sql


@pytest.fixture
def sql() -> Sql:
    return run_sql


@pytest.fixture
def reviewed(study: Study, answered: Callable[..., None]) -> Study:
    """Give a study with six answers: one of anna's is redrawn and revised twice."""
    answered("anna", 2, comment="a vessel, I think")
    answered("ben", 1)
    third = Assignment.objects.get(membership__user__username="anna", position=3)
    correction = drawn(third, grown(third.roi))
    redrawn = {**ANSWER, "needs_correction": True, "correction": correction}
    answers.record(third, redrawn, uuid.uuid4())
    answers.record(third, {**redrawn, "revises": 1, "confidence": 2}, uuid.uuid4())
    answers.record(third, {**ANSWER, "revises": 2}, uuid.uuid4())
    return study
