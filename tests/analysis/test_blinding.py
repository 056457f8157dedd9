"""Guesses who drew a delineation, from answers to the page."""

import dataclasses
import json

import pytest

from analysis.page.html import render_page
from analysis.report import analyse
from analysis.results import results_json
from lesions.questionnaire import paper_questionnaire
from tests.analysis.test_round_trip import Page, numbers_and_words

GUESSES = ["model"] * 6 + ["hand"] * 2 + ["don't know"] * 2


def guessing(make_answers, **change):
    """Two groups of ten ROIs, all guessed alike: the model's mostly right, a person's wrong."""
    rows = [
        {"roi_id": f"{group}{i}", "group": group, "guessed_source": guess, **change}
        for group in ("FPL_MS", "FNL", "TPL")
        for i, guess in enumerate(GUESSES)
    ]
    return make_answers(rows)


def index_of(report):
    table = report.tables["blinding"].set_index(["rater", "group", "drawn_in"])
    return {key[1:]: (row["n"], row["bang"]) for key, row in table.iterrows()}


def test_each_source_has_its_index_and_tpl_of_no_known_source_are_left_out(make_answers):
    found = index_of(analyse(guessing(make_answers)))
    assert found == {
        ("all", "prediction"): (10, pytest.approx(0.4)),
        ("all", "reference"): (10, pytest.approx(-0.4)),
        ("FPL_MS", "prediction"): (10, pytest.approx(0.4)),
        ("FNL", "reference"): (10, pytest.approx(-0.4)),
    }


def test_the_source_of_the_table_counts_where_it_is_told(make_answers):
    found = index_of(analyse(guessing(make_answers, drawn_in="prediction")))
    assert found["all", "prediction"] == (30, pytest.approx(0.4))
    assert found["TPL", "prediction"] == (10, pytest.approx(0.4))
    assert found["all", "reference"][0] == 0


def test_a_study_that_did_not_ask_has_no_table_and_no_section(make_answers):
    for answers in (make_answers([{}]), make_answers([{"guessed_source": None}])):
        report = analyse(answers)
        assert "blinding" not in report.tables
        page = render_page(report)
        assert "report-blinding" not in page
        assert "Bang" not in page


def test_every_number_of_the_page_is_in_the_results_and_the_other_way_round(make_answers):
    report = analyse(guessing(make_answers))
    page = Page()
    page.feed(render_page(report))
    results = json.loads(results_json(report))
    numbers, _ = numbers_and_words(results)
    assert page.values == numbers
    told = [one["text"] for one in results["text"]["results"] if "blinding" in one["text"]]
    assert told == [
        "rater1’s blinding index (Bang) for delineations by the model was 0.40 (−0.10 to 0.90) "
        "in 10 answers.",
        "rater1’s blinding index (Bang) for delineations by a person was −0.40 (−0.90 to 0.10) "
        "in 10 answers.",
    ]


def test_a_questionnaire_that_asks_takes_its_answers(make_answers):
    paper = paper_questionnaire()
    asking = dataclasses.replace(paper, texts={**paper.texts, "guessed_source": "Who drew it?"})
    assert "blinding" in analyse(guessing(make_answers), questionnaire=asking).tables
