"""A study with answers to tamper with."""

import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reviewapp import accesses, answers, protocol, raters, studies
from reviewapp.models import Assignment, Membership, Study
from reviewapp.practice import record_practice
from reviewapp.studies import People
from tests.reviewapp.cohort import ANSWER, Sample
from tests.reviewapp.drawing import drawn, grown
from tests.reviewapp.practice_block import take_block
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


@pytest.fixture
def lived(sample: Sample, people: dict[str, User], client_of: Callable[[str], Client]) -> Study:
    """Give an open study that went through most of what a study can, with a practice block."""
    User.objects.create(username="outsider")
    block, lead = take_block(sample), people["researcher"]
    crew = People((people["anna"], people["ben"]), lead)
    study = studies.create_study("cortex", sample.rois, sample.scans, crew, practice=block)
    members = study.memberships.filter(role="rater").order_by("pk")
    for member in members:
        for roi in study.practice_rois.all():
            record_practice(member, roi, ANSWER, uuid.uuid4())
    answer(members[0], 3)
    studies.unblind(study, lead, "the board asks", interim=True)
    protocol.amend(study, lead, "as the board asked", {"hypotheses": "H1 alone"})
    answer(members[0], 4)
    raters.add_rater(study, lead, people["stranger"], "one more")
    raters.withdraw_rater(study, lead, people["stranger"], "is ill")
    anna, first = client_of("anna"), members[0].assignments.get(position=1)
    images = anna.get(f"/api/v1/assignments/{first.pk}/").json()
    for kind in ("crop", "mask", "scan"):
        anna.get(images[kind]["url"])
    accesses.note_command(study, "answers.tsv")
    return study


def answer(member: Membership, position: int) -> None:
    """Answer a rater's ROIs up to a position, those without answer alone."""
    for one in member.assignments.filter(position__lte=position, revisions=None):
        answers.record(one, ANSWER, uuid.uuid4())
