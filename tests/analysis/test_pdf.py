"""The PDF is the page, set for paper."""

import re

import pytest

from analysis.figures.canvas import png_bytes
from analysis.page.html import render_sections
from analysis.page.pdf import render_pdf
from analysis.page.report_text import report_text
from analysis.page.sentences import probability, sentence, whole
from analysis.report import analyse


@pytest.fixture(scope="module")
def pdf(paper_report):
    return made(paper_report)


def made(report):
    images = {
        report.captions[name].alt: png_bytes(figure) for name, figure in report.figures.items()
    }
    return render_pdf(render_sections(report), images, "Expert review")


def test_it_has_pages_figures_and_embedded_fonts(pdf, paper_report):
    assert pdf.startswith(b"%PDF-")
    assert int(re.search(rb"/Count (\d+)", pdf)[1]) >= 5
    assert pdf.count(b"/Subtype /Image") >= len(paper_report.figures)
    assert pdf.count(b"/FontFile2") == 2


def test_the_same_fragment_and_figures_give_the_same_bytes():
    fragment = "<h2>H1</h2><p>Words: α</p><table><tr><th>a</th><td>1</td></tr></table>"
    assert render_pdf(fragment, {}, "Title") == render_pdf(fragment, {}, "Title")


def test_a_long_table_begins_below_its_heading_and_not_on_a_new_page():
    rows = "".join(f"<tr><td>{i}</td></tr>" for i in range(50))
    part = "<p>Words.</p>" * 30 + f"<h2>H1</h2><table><caption>C</caption>{rows}</table>"
    (pages,) = re.findall(rb"/Count (\d+)", render_pdf(2 * part, {}, "Title"))
    assert int(pages) == 3


@pytest.mark.parametrize("rows", [[{}], [{"repeat": 1}, {"rater": "b<i>", "roi_id": "x"}]])
def test_scant_answers_and_strange_names_make_a_pdf(make_answers, rows):
    assert made(analyse(make_answers(rows))).startswith(b"%PDF-")


def test_sentences_keep_their_numbers():
    filled = sentence("{} ROIs, {}.", whole(3), probability(0.0001))
    assert filled.plain == "3 ROIs, p\N{NO-BREAK SPACE}<\N{NO-BREAK SPACE}0.001."
    assert filled.numbers == (3, 0.0001)
    below = "p\N{NO-BREAK SPACE}&lt;\N{NO-BREAK SPACE}0.001"
    assert filled.html == f'<data value="3">3</data> ROIs, <data value="0.0001">{below}</data>.'
    with pytest.raises(ValueError, match="expected 1 numbers"):
        sentence("{}")


def test_the_text_has_the_papers_numbers_and_a_reason_for_each_that_is_missing(
    paper_report, make_answers
):
    lines = [one.plain for one in report_text(paper_report).results]
    lead = "H1: of the FPL (MS), MS lesions were seen by rater1 in 104 of 109 (95.4 %"
    assert lines[0].startswith(lead)
    assert "not available (the answers have no sampling weights)" in lines[-1]
    scant = [one.plain for one in report_text(analyse(make_answers([{}]))).results]
    assert not any(re.search(r"\bnan\b|\bNone\b", line) for line in scant)
    assert "H4, rater1: not tested (answers in one group alone)." in scant


def test_no_sentence_says_significant(paper_report):
    text = report_text(paper_report)
    assert not any("significant" in one.plain for one in (*text.methods, *text.results))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{}], "by 1 rater, blinded to their group; .* (1 answer; 0 earlier revisions"),
        ([{}, {"rater": "rater2"}], "by 2 raters, .* (2 answers; 0 earlier revisions"),
    ],
)
def test_one_and_many_are_told_in_good_english(make_answers, rows, words):
    pattern = words.replace("(", r"\(")
    assert re.search(pattern, report_text(analyse(make_answers(rows))).methods[0].plain)
