"""Blocks and sittings: in which stretch of work a rater gave an answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from lesions.formats import ANSWERS
from lesions.tsv import read_table
from reviewapp.exports import export_answers
from reviewapp.models import Study
from reviewapp.sittings import LONGEST_REST, Saved, number_work
from reviewapp.studies import unblind

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def numbered(*answers: tuple[str, int, float], block_size: int = 0) -> list[tuple[Any, ...]]:
    """Give block and sitting of answers to a showing, by a rater, after so many minutes."""
    saved = [
        Saved(i, showing, rater, NOON + timedelta(minutes=minutes))
        for i, (showing, rater, minutes) in enumerate(answers)
    ]
    return [tuple(one) for one in number_work(saved, block_size).values()]


def test_a_rest_of_half_an_hour_is_part_of_a_sitting_and_a_longer_one_ends_it() -> None:
    rest = LONGEST_REST / timedelta(minutes=1)
    assert numbered(("a", 1, 0), ("b", 1, rest), ("c", 1, 2 * rest + 0.01)) == [
        (None, 1), (None, 1), (None, 2),
    ]  # fmt: skip


def test_raters_have_sittings_of_their_own() -> None:
    found = numbered(("a", 1, 0), ("b", 2, 40), ("c", 1, 50), ("d", 2, 60))
    assert [sitting for _, sitting in found] == [1, 1, 2, 1]


def test_blocks_count_first_answers_and_a_change_stays_in_its_block() -> None:
    found = numbered(("a", 1, 0), ("b", 1, 1), ("c", 1, 2), ("a", 1, 3), ("d", 1, 4), block_size=2)
    assert [block for block, _ in found] == [1, 1, 2, 1, 2]


@pytest.mark.django_db
def test_the_export_has_both(
    study: Study, people: dict[str, User], answered: Callable[..., None], tmp_path: Path
) -> None:
    answered("anna", 3)
    unblind(study, people["researcher"], "all is answered")
    export_answers(study, tmp_path / "answers.tsv")
    table = read_table(tmp_path / "answers.tsv", ANSWERS)
    assert list(table["sitting"]) == [1, 1, 1]
    assert table["block"].isna().all()
