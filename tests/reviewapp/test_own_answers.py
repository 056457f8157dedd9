"""The file that raters keep: their answers, always the same bytes, nothing of the groups."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from reviewapp.models import Study
from reviewapp.own_answers import COLUMNS, current_answers, write_own_answers

pytestmark = pytest.mark.django_db


def test_the_same_answers_are_the_same_bytes_and_others_are_not(
    study: Study, people: dict[str, User], answered: Callable[..., None]
) -> None:
    answered("anna", 3)
    first = write_own_answers(current_answers(study, people["anna"].pk))
    again = write_own_answers(current_answers(study, people["anna"].pk))
    assert first.tsv == again.tsv
    answered("anna", 4)
    assert write_own_answers(current_answers(study, people["anna"].pk)).sha256 != first.sha256


def test_answers_stand_in_the_raters_order_and_read_back(
    study: Study, people: dict[str, User], answered: Callable[..., None]
) -> None:
    comment = 'said "no"\tand\nwent'
    answered("anna", 2, classes=["Vessel", "Other: sulcus"], comment=comment)
    answered("anna", 3, needs_correction=True)
    answered("ben", 5)
    own = write_own_answers(current_answers(study, people["anna"].pk))
    rows = list(csv.DictReader(io.StringIO(own.tsv.decode(), newline=""), delimiter="\t"))
    assert [row["position"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["classes"] == "Vessel|Other: sulcus"
    assert rows[0]["comment"] == comment
    assert [row["needs_correction"] for row in rows] == ["no", "no", "yes"]
    assert [row["comment"] for row in rows[2:]] == ["n/a"]
    assert own.n_answers == 3


def test_no_answer_is_a_header_alone(study: Study, people: dict[str, User]) -> None:
    own = write_own_answers(current_answers(study, people["anna"].pk))
    assert own.tsv.decode().split("\n")[0].split("\t") == ["position", *COLUMNS]
    assert own.tsv.count(b"\n") == 1
    assert (own.n_answers, own.last_at) == (0, None)


def test_every_column_is_described() -> None:
    text = (settings.BASE_DIR / "docs" / "formats.md").read_text("utf-8")
    section = text.partition("### own-answers.tsv\n")[2].partition("\n### ")[0]
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", section, flags=re.M)))
    assert named == ["position", *COLUMNS]
