"""The page and the fragment."""

import base64
import re
from html.parser import HTMLParser

import pytest

from analysis.methods.all_methods import METHODS
from analysis.page.html import render_banners, render_page, render_sections
from analysis.page.wording import number_text, p_text
from analysis.report import analyse
from analysis.tables.formats import REPORT_FORMATS

VOID = {"meta", "img", "br"}


class Checker(HTMLParser):
    """Collects attributes, and checks that elements close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.attributes, self.tags, self.text = [], [], set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def parse(html):
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert not checker.open
    return checker


def values(checker, attribute):
    return [value for _, name, value in checker.attributes if name == attribute]


def test_the_fragment_passes_a_strict_content_security_policy(paper_report):
    checker = parse(render_sections(paper_report))
    names = {name for _, name, _ in checker.attributes}
    assert not names & {"style", "onclick", "onload", "href"}
    assert not checker.tags & {"script", "style", "link", "svg", "iframe"}
    assert all(source.startswith("data:image/svg+xml;base64,") for source in values(checker, "src"))


def test_every_figure_has_words_in_its_place_and_is_the_file(paper_report):
    checker = parse(render_sections(paper_report))
    assert len(values(checker, "alt")) == len(paper_report.figures)
    assert "Mean and standard deviation" in " ".join(values(checker, "alt"))
    drawing = base64.b64decode(values(checker, "src")[0].partition(",")[2])
    assert drawing.startswith(b"<?xml")


def test_ids_are_unique_and_classes_begin_with_report(paper_report):
    checker = parse(render_page(paper_report))
    ids = values(checker, "id")
    assert len(ids) == len(set(ids))
    classes = {name for value in values(checker, "class") for name in value.split()}
    assert all(name.startswith("report") for name in classes)


def test_the_page_needs_no_other_file(paper_report):
    page = render_page(paper_report)
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert not re.findall(r"url\(|@import", page)


def test_what_people_typed_is_escaped(make_answers):
    row = {"rater": "<i>eve", "classes": ("Other: <script>alert(1)</script>",), "comment": "<b>"}
    page = render_page(analyse(make_answers([row])))
    assert "<script" not in page
    assert "<i>eve" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_banners_say_synthetic_simulated_and_interim(make_answers, paper_report):
    assert "report-banner" not in render_sections(paper_report)
    answers = make_answers([{}])
    answers.attrs = {
        "synthetic": True,
        "provenance": {"simulated_raters": ["rater1"], "interim": True},
    }
    text = "".join(parse(render_banners(analyse(answers))).text)
    for words in ("SYNTHETIC", "A program answered as rater1", "Interim look"):
        assert words in text


@pytest.mark.parametrize(
    "rows",
    [
        [{}],
        [{"group": "FPL_mimic", "confidence": 1, "needs_correction": "yes"}],
        [{"group": g, "roi_id": g} for g in ("TPL", "FNL")],
        [{"group": g, "roi_id": f"{g}{i}"} for g in ("TPL", "FNL", "FPL_MS") for i in range(2)],
        [{"rater": r, "roi_id": f"{r}{g}", "group": g} for r, g in (("a", "TPL"), ("b", "FNL"))],
        [{"repeat": 1}, {"rater": "b", "roi_id": "x"}],
    ],
)
def test_scant_answers_give_a_page_without_nan(make_answers, rows):
    text = "".join(parse(render_page(analyse(make_answers(rows)))).text)
    assert not re.search(r"\b(nan|inf|(?<!“)None|NaT)\b", text)
    assert "n/a" in text


def test_the_reasons_for_missing_numbers_stand_below_the_table_with_their_rows(make_answers):
    rows = [{"roi_id": f"{g}{i}", "group": g} for g in ("TPL", "FNL") for i in range(2)]
    text = "".join(parse(render_sections(analyse(make_answers(rows)))).text)
    assert "no answers in FPL_MS (FPL (MS) – TPL, rater1)" in text
    assert "no delineation needs correction (all rows)" in text


def test_every_method_names_columns_that_are_there():
    for method in METHODS:
        columns = REPORT_FORMATS[method.table].by_name
        assert set(method.columns) <= set(columns), method


def test_every_number_of_a_test_has_a_method():
    described = {(m.table, column) for m in METHODS for column in m.columns}
    counts = {"n", "n_answers", "n_tpl", "n_a", "n_b", "n_yes_a", "n_yes_b"}
    for name, fmt in REPORT_FORMATS.items():
        if name in ("answer_counts", "protocols", "own_words"):
            continue
        for column in fmt.columns:
            if column.kind == "number" and column.name not in counts:
                assert (name, column.name) in described, (name, column.name)


def test_numbers_are_shown_with_a_true_minus_and_small_p_as_below():
    assert (number_text(-0.001), number_text(float("nan")), number_text(-1.5)) == (
        "0.00",
        "n/a",
        "−1.50",
    )
    assert (p_text(0.044), p_text(1e-9), p_text(0.00999)) == ("0.044", "<0.001", "0.0100")
