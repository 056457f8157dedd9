"""Which answers count, and which are refused."""

import pytest

from analysis.answers import AnswersError, select_answers
from analysis.questions.counts import answer_counts
from lesions.questionnaire import paper_questionnaire

PAPER = paper_questionnaire()


def select(answers):
    return select_answers(answers, PAPER, "set", "answers.tsv")


def test_the_newest_revision_of_the_first_showing_counts(make_answers):
    rows = [
        {"roi_id": "a", "revision": 2, "confidence": 5},
        {"roi_id": "a", "revision": 1, "confidence": 1},
        {"roi_id": "a", "repeat": 1, "revision": 1, "confidence": 2},
        {"roi_id": "b", "confidence": 4},
    ]
    rows = [row | {"participant_id": "sub-01"} for row in rows]
    selection = select(make_answers(rows))
    assert selection.used["confidence"].tolist() == [5, 4]
    assert (selection.n_older_revisions, selection.n_repeats) == (1, 1)
    counts = answer_counts(selection).set_index("group").loc["TPL"]
    assert counts[["n_used", "n_older_revisions", "n_repeats", "n_patients"]].tolist() == [
        2,
        1,
        1,
        1,
    ]


def test_the_order_of_the_rows_does_not_matter(paper_answers):
    shuffled = paper_answers.sample(frac=1, random_state=3)
    assert select(shuffled).used.equals(select(paper_answers).used)


def test_the_answer_none_is_a_reason_not_a_missing_value(make_answers):
    selection = select(make_answers([{"reasons": ("None",)}]))
    assert selection.used["reasons"].tolist() == [("None",)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"classes": ("Vesel",)}, r'row 3: classes: "Vesel" is no class of this study'),
        ({"classes": ("Vessel", "Vessel")}, "row 3: classes: Each class can be chosen once"),
        ({"confidence": 6}, "row 3: confidence: Choose a confidence from 1 to 5"),
        ({"reasons": ("None", "Low image quality")}, "row 3: reasons: .* can't stand beside"),
        ({"needs_correction": "maybe"}, "row 3: needs_correction: .* yes or no"),
        ({"roi_id": "roi-000"}, "row 3: .*roi_id roi-000.* stands already in row 2"),
        (
            {"roi_id": "roi-000", "rater": "rater2", "group": "FNL", "participant_id": "sub-00"},
            "row 3: group of ROI roi-000 must be TPL as in row 2, not FNL",
        ),
        (
            {"roi_id": "roi-000", "rater": "rater2", "participant_id": "sub-99"},
            "row 3: participant_id of ROI roi-000 must be sub-00 as in row 2, not sub-99",
        ),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused_with_its_row(make_answers, row, message):
    row = {"participant_id": "sub-00"} | row
    with pytest.raises(AnswersError, match=f"^answers.tsv {message}"):
        select(make_answers([{}, row]))


def test_the_row_named_is_the_line_of_the_file_even_after_a_comment_of_two_lines(make_answers):
    rows = [{"comment": "first\nsecond"}, {"classes": ("Vesel",)}]
    with pytest.raises(AnswersError, match="row 4"):
        select(make_answers(rows))


def test_no_answer_and_no_column_are_refused(make_answers):
    answers = make_answers([{}])
    with pytest.raises(AnswersError, match="at least one answer, came none"):
        select(answers.iloc[:0])
    with pytest.raises(AnswersError, match='no column "reasons"'):
        select(answers.drop(columns="reasons"))
