"""The figures: size, bytes, threads."""

import base64
import re
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import matplotlib as mpl
from fontTools.ttLib import TTFont

from analysis.figures.bars import confidence_figure
from analysis.figures.canvas import (
    MIDDLE_MM,
    ONE_COLUMN_MM,
    TWO_COLUMNS_MM,
    pdf_bytes,
    png_bytes,
    svg_bytes,
)
from analysis.figures.drawing import DATA
from analysis.report import analyse

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def test_figures_have_the_width_of_a_journals_columns(paper_report):
    figures = paper_report.figures
    widths = {name: figure.get_size_inches()[0] * 25.4 for name, figure in figures.items()}
    assert set(widths) == set(DATA)
    for width in widths.values():
        assert min(abs(width - mm) for mm in (ONE_COLUMN_MM, MIDDLE_MM, TWO_COLUMNS_MM)) < 0.01


def test_text_in_svg_stays_text_and_bars_bear_their_counts(paper_report):
    words = texts(svg_bytes(paper_report.figures["figure_classes"]))
    assert "Leukocortical MS lesion" in words
    assert {"29", "54", "67", "24"} <= set(words)
    assert not any("SYNTHETIC" in word for word in words)


def test_a_figure_of_phantoms_says_synthetic(make_answers):
    answers = make_answers([{}])
    answers.attrs["synthetic"] = True
    for figure in analyse(answers).figures.values():
        assert any("SYNTHETIC" in word for word in texts(svg_bytes(figure)))


def test_a_simulated_rater_is_marked_in_the_legend(make_answers):
    answers = make_answers([{"rater": "rater1"}, {"rater": "rater2"}])
    answers.attrs["provenance"] = {"simulated_raters": ["rater2"]}
    words = texts(svg_bytes(analyse(answers).figures["figure_confidence"]))
    assert "rater2 (simulated)" in words
    assert "rater1" in words


def test_the_same_table_gives_the_same_bytes_from_any_thread(paper_report):
    def draw(_):
        levels = paper_report.questionnaire.confidence_levels
        figure = confidence_figure(paper_report.tables["confidence"], levels, str.upper)
        return svg_bytes(figure), png_bytes(figure)

    before = settings()
    with ThreadPoolExecutor(3) as pool:
        drawn = set(pool.map(draw, range(3)))
    assert len(drawn) == 1
    assert settings() == before


def test_the_settings_of_the_process_change_no_figure(paper_report):
    def draw():
        levels = paper_report.questionnaire.confidence_levels
        return svg_bytes(confidence_figure(paper_report.tables["confidence"], levels, str.upper))

    plain = draw()
    others = {"font.size": 25, "axes.facecolor": "#eaeaf2", "axes.grid": True, "lines.linewidth": 4}
    with mpl.rc_context(others):
        assert draw() == plain
        assert settings()["font.size"] == 25


def settings():
    """Give matplotlib's settings; to ask for the backend would choose one."""
    return {name: mpl.rcParams[name] for name in mpl.rcParams if not name.startswith("backend")}


def test_many_raters_with_long_names_fit(make_answers):
    rows = [
        {"rater": f"a.rater.with.a.long.name.{k:02d}", "roi_id": f"r{i}", "participant_id": "sub-1"}
        for k in range(9)
        for i in range(3)
    ]
    for figure in analyse(make_answers(rows)).figures.values():
        svg_bytes(figure)
        width = figure.get_window_extent().width
        if not figure.legends:
            continue
        box = figure.legends[0].get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= width


def test_an_svg_carries_the_glyphs_of_its_letters(paper_report):
    svg = svg_bytes(paper_report.figures["figure_sizes"]).decode()
    (data,) = re.findall(r"url\(data:font/ttf;base64,([^)]+)\)", svg)
    known = TTFont(BytesIO(base64.b64decode(data))).getBestCmap()
    letters = set("".join(texts(svg))) - {"\n"}
    assert letters <= set(map(chr, known))
    assert len(data) < 60_000


def test_a_pdf_embeds_its_font_and_is_the_same_each_time(paper_report):
    figure = paper_report.figures["figure_forest"]
    assert b"/FontFile2" in pdf_bytes(figure)
    assert pdf_bytes(figure) == pdf_bytes(figure)


def test_three_raters_are_drawn_by_pairs_and_one_has_no_agreement(make_answers):
    rows = [
        {"rater": f"r{k}", "roi_id": f"x{i}", "participant_id": "s", "confidence": 1 + (i + k) % 5}
        for k in range(3)
        for i in range(8)
    ]
    figures = analyse(make_answers(rows)).figures
    assert "Family: AC1" in texts(svg_bytes(figures["figure_agreement"]))
    assert "figure_agreement" not in analyse(make_answers(rows[:8])).figures
