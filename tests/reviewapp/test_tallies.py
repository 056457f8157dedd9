"""What is counted with each answer is what the answers make, however they came."""

import importlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from reviewapp import answers, raters
from reviewapp.models import Assignment, Membership, Study, Tally
from reviewapp.tallies import MAX_POINTS, N_RECENT, Given, count_in
from reviewapp.verification.tally_faults import check_tallies
from tests.reviewapp.cohort import ANSWER
from tests.reviewapp.verification.tampering import run_sql

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@given(
    st.lists(
        st.tuples(st.integers(1, 90), st.floats(0, 500), st.none() | st.floats(0, 900)),
        max_size=150,
    )
)
def test_a_tally_is_what_a_plain_count_gives(
    given_ones: list[tuple[int, float, float | None]],
) -> None:
    tally = Tally(n_showings=90)
    numbers: dict[int, int] = {}
    work: dict[int, float] = {}
    for i, (position, active_s, total_s) in enumerate(given_ones):
        numbers[position] = numbers.get(position, 0) + 1
        work[position] = work.get(position, 0.0) + active_s
        at = START + timedelta(seconds=i)
        count_in(tally, Given(position, numbers[position], active_s, total_s, at))
    totals = [total for _, _, total in given_ones]
    assert tally.n_answered == len(numbers)
    assert tally.worked_s == pytest.approx(sum(seconds for _, seconds, _ in given_ones))
    if None in totals:
        assert tally.shown_s is None
    else:
        assert tally.shown_s == pytest.approx(sum(total or 0.0 for total in totals))
    last = [*numbers][-N_RECENT:]
    assert [position for position, _ in tally.recent] == last
    assert [seconds for _, seconds in tally.recent] == pytest.approx([work[p] for p in last])
    assert [n for n, _ in tally.way] == list(range(1, len(numbers) + 1))


def test_a_long_way_stays_short_enough_to_draw() -> None:
    tally = Tally(n_showings=100_000)
    for n in range(1, 5001):
        count_in(tally, Given(n, 1, 2.0, 3.0, START))
        assert len(tally.way) <= MAX_POINTS
    assert len(tally.way) >= MAX_POINTS // 2
    assert all(seconds == 2.0 * n for n, seconds in tally.way)
    assert len(tally.recent) == N_RECENT


@pytest.mark.django_db
def test_answers_changes_and_late_raters_are_counted(
    study: Study, people: dict[str, User], answered: Callable[..., None]
) -> None:
    answered("anna", 4, total_s=9.0)
    first = Assignment.objects.answered().filter(membership__user=people["anna"])[0]
    answers.record(first, {**ANSWER, "revises": 1, "comment": "again"}, uuid.uuid4())
    late = raters.add_rater(study, people["researcher"], people["stranger"], "ben is ill")
    assert late.tally.n_showings == 26
    assert list(check_tallies(study)) == []
    anna = Tally.objects.get(membership__user=people["anna"])
    assert (anna.n_showings, anna.n_answered) == (26, 4)
    assert anna.shown_s is None


@pytest.mark.django_db
def test_an_answer_that_is_rolled_back_is_not_counted(study: Study, first: Assignment) -> None:
    with transaction.atomic():
        answers.record(first, ANSWER, uuid.uuid4())
        transaction.set_rollback(True)
    assert Tally.objects.get(pk=first.membership_id).n_answered == 0
    assert not Assignment.objects.answered().exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE reviewapp_tally SET n_answered = 2 WHERE n_answered = 3", "n_answered"),
        ("UPDATE reviewapp_tally SET worked_s = 1 WHERE n_answered = 3", "worked_s"),
        ("UPDATE reviewapp_tally SET n_showings = 99 WHERE n_answered = 3", "n_showings"),
        ("UPDATE reviewapp_tally SET way = '[]' WHERE n_answered = 3", "way"),
        ("DELETE FROM reviewapp_tally WHERE n_answered = 3", "is not there"),
        (
            "UPDATE reviewapp_assignment SET answered_at = NULL "
            "WHERE position = 2 AND answered_at IS NOT NULL",
            "showing 2 to anna: answered_at",
        ),
        (
            "UPDATE reviewapp_tally SET least_distance_repeat = 40 WHERE n_answered = 3",
            "tally of anna: least_distance",
        ),
    ],
)
def test_a_count_that_was_changed_is_found(
    study: Study, answered: Callable[..., None], statement: str, said: str
) -> None:
    answered("anna", 3)
    run_sql(statement)
    (fault,) = check_tallies(study)
    assert said in str(fault)


@pytest.mark.django_db
def test_older_studies_are_counted_when_the_tables_come(
    study: Study, answered: Callable[..., None]
) -> None:
    answered("anna", 3)
    answered("ben", 26)
    Tally.objects.all().delete()
    Assignment.objects.update(answered_at=None)
    assert len(list(check_tallies(study))) == 2 + 29
    migration = importlib.import_module("reviewapp.migrations.0012_scale")
    migration.note_answered(apps, connection.schema_editor())
    migration.count(apps, connection.schema_editor())
    migration = importlib.import_module("reviewapp.migrations.0014_spacing")
    migration.measure(apps, connection.schema_editor())
    assert list(check_tallies(study)) == []
    assert Tally.objects.count() == Membership.objects.filter(role="rater").count()
