"""The figures: size, bytes, threads."""

import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import matplotlib as mpl
import pytest

from analysis.figures import ONE_COLUMN_MM, TWO_COLUMNS_MM, confidence_figure, png_bytes, svg_bytes
from analysis.report import analyse

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg):
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def test_figures_have_the_width_of_a_journals_columns(paper_report):
    figures = paper_report.figures
    widths = {name: figure.get_size_inches()[0] * 25.4 for name, figure in figures.items()}
    assert widths == pytest.approx(
        {
            "figure_classes": TWO_COLUMNS_MM,
            "figure_confidence": ONE_COLUMN_MM,
            "figure_reasons": TWO_COLUMNS_MM,
        }
    )


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
        box = figure.legends[0].get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= width
