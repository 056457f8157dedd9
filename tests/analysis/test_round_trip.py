"""Every number of the page is in results.json, and the other way round."""

import json
import re
from html.parser import HTMLParser

import pytest

from analysis.page.html import render_page
from analysis.report import analyse
from analysis.results import results_json

#: Numbers that name a thing and count nothing: hypotheses, figures, groups of two.
NAMES = r"H[1-4]\b|SHA-256|Level \d+\b|AC[12]\b"


class Page(HTMLParser):
    """Collects the numbers in <data>, and the text outside of it, of the style and of figures."""

    def __init__(self):
        super().__init__()
        self.values, self.text, self.skipping = set(), [], 0

    def handle_starttag(self, tag, attrs):
        if tag in ("data", "style"):
            self.skipping += 1
        if tag == "data":
            self.values.add(float(dict(attrs)["value"]))

    def handle_endtag(self, tag):
        self.skipping -= tag in ("data", "style")

    def handle_data(self, data):
        if not self.skipping:
            self.text.append(data)


def leaves(value):
    if isinstance(value, dict):
        for name, part in value.items():
            yield f"_{name}" if name.isdigit() else name
            yield from leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def numbers_and_words(results):
    numbers, words = set(), set()
    for leaf in leaves(results):
        if isinstance(leaf, bool) or leaf is None:
            continue
        if isinstance(leaf, str) and not leaf.isdigit():
            words |= {leaf} if re.search(r"\d", leaf) else set()
        else:
            numbers.add(float(leaf))
    return numbers, words


@pytest.fixture(scope="module")
def both(paper_report):
    page = Page()
    page.feed(render_page(paper_report))
    return page, json.loads(results_json(paper_report))


def test_every_number_of_the_page_is_in_the_results(both):
    page, results = both
    numbers, _ = numbers_and_words(results)
    assert page.values <= numbers


def test_every_number_of_the_results_is_on_the_page(both):
    page, results = both
    numbers, _ = numbers_and_words(results)
    assert len(numbers) > 200
    assert numbers <= page.values


def test_no_number_stands_in_the_text_of_the_page_alone(both):
    page, results = both
    _, words = numbers_and_words(results)
    text = "\n".join(page.text)
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    assert re.findall(r"[^\n]*\d[^\n]*", re.sub(NAMES, "", text)) == []


def test_scant_answers_keep_the_round_trip(make_answers):
    report = analyse(make_answers([{}, {"rater": "b", "roi_id": "x", "group": "FNL"}]))
    page = Page()
    page.feed(render_page(report))
    numbers, _ = numbers_and_words(json.loads(results_json(report)))
    assert page.values == numbers
