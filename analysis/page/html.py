"""The report as HTML: a fragment that another page embeds, and a page that stands alone.

No scripts, no inline styles: the fragment passes a strict Content-Security-Policy that allows
`img-src data:`.
"""

import base64
from html import escape
from pathlib import Path

from analysis.contents import Report
from analysis.figures.canvas import svg_bytes
from analysis.measures.patients import MIN_PATIENTS, N_RESAMPLES, SEED
from analysis.methods.all_methods import METHODS
from analysis.page.agreement import agreement_section
from analysis.page.appendix import tables_section
from analysis.page.assumptions import assumptions_section
from analysis.page.blinding import blinding_section
from analysis.page.markup import number, shown, words
from analysis.page.review import metrics_section, time_section
from analysis.page.sections import (
    answers_section,
    classes_section,
    confidence_section,
    correction_section,
)
from analysis.page.text import text_section
from analysis.tables.formats import RULES

_CSS = Path(__file__).with_name("report.css")
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def render_sections(report: Report) -> str:
    """Give the report as a fragment for another page: one `<div class="report">`.

    Classes only, all begin with `report`; report.css beside this module styles them by custom
    properties that the embedding page can set.
    """
    figures = {name: _figure(report, name) for name in report.figures}
    parts = [
        '<div class="report">\n',
        render_banners(report),
        text_section(report),
        answers_section(report, figures.get("figure_sizes", "")),
        classes_section(report, figures["figure_classes"]),
        confidence_section(report, figures),
        correction_section(report),
        agreement_section(report, figures.get("figure_agreement", "")),
        metrics_section(report),
        time_section(report),
        blinding_section(report),
        assumptions_section(report),
        _methods_section(report),
        tables_section(report),
        "</div>\n",
    ]
    return "".join(parts)


def render_page(report: Report, sections: str | None = None) -> str:
    """Give the report as a whole page that needs no other file; `sections` as rendered before."""
    sections = sections or render_sections(report)
    title = f"Expert review: {report.source.name}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{'SYNTHETIC: ' if report.synthetic else ''}{escape(title)}</title>\n"
        f"<style>\n{_CSS.read_text('utf-8')}</style>\n</head>\n"
        '<body class="report-page">\n<main>\n<h1>Expert review of lesion segmentations</h1>\n'
        f"{sections}</main>\n</body>\n</html>\n"
    )


def render_banners(report: Report) -> str:
    """Say what a reader must know before the first number."""
    banners = []
    if report.synthetic:
        banners.append("<strong>SYNTHETIC.</strong> Made from phantoms, not from patients.")
    if report.simulated_raters:
        names = ", ".join(map(escape, report.simulated_raters))
        banners.append(f"<strong>Simulated raters.</strong> A program answered as {names}.")
    if report.interim:
        banners.append(
            "<strong>Interim look.</strong> The study was not unblinded yet, and answers may still "
            "come; the p-values don't allow for looking early."
        )
    elif report.n_interim_looks:
        banners.append(
            "<strong>Interim looks.</strong> Results by group were looked at before the unblinding "
            f"(times: {report.n_interim_looks}); the p-values don't allow for looking early."
        )
    if report.withdrawn_raters:
        names = ", ".join(map(escape, report.withdrawn_raters))
        banners.append(
            f"<strong>Withdrawn raters.</strong> Left before the end: {names}. What they had "
            "answered counts."
        )
    return "".join(f'<p class="report-banner" role="note">{banner}</p>\n' for banner in banners)


def _figure(report: Report, name: str) -> str:
    figure, caption = report.figures[name], report.captions[name]
    data = base64.b64encode(svg_bytes(figure)).decode()
    width, height = (round(inches * 96 * 1.25) for inches in figure.get_size_inches())
    return (
        f'<figure class="report-figure"><img src="data:image/svg+xml;base64,{data}" '
        f'width="{width}" height="{height}" alt="{escape(caption.alt)}">'
        f"<figcaption>{escape(caption.text)}</figcaption></figure>\n"
    )


def _methods_section(report: Report) -> str:
    facts = {
        "Answers": escape(report.source.name),
        "SHA-256 of the answers": escape(report.source.sha256 or "n/a: not read from a file"),
        "Collapse rule": escape(f"{report.rule}: {RULES[report.rule]}"),
        "Questionnaire": f"version {words(report.questionnaire.version)}",
        "Intervals": shown(report.level, f"{100 * report.level:g} %"),
        "Resamples of patients": f"{number(N_RESAMPLES, 0)}, seed {shown(SEED, str(SEED))}, "
        f"at least {number(MIN_PATIENTS, 0)} patients",
        "Software": escape(
            ", ".join(f"{name} {version}" for name, version in report.versions.items())
        ),
    }
    items = "".join(f"<dt>{escape(k)}</dt><dd>{v}</dd>\n" for k, v in facts.items())
    rows = "".join(
        f'<tr><th scope="row" class="report-text">{escape(m.table)}: '
        f'{escape(", ".join(m.columns))}</th><td class="report-text">{escape(m.name)}</td>'
        f'<td class="report-text">{escape(m.options)}</td>'
        f'<td class="report-text">{escape(m.source)}</td></tr>\n'
        for m in METHODS
        if m.table in report.tables
    )
    head = "".join(
        f'<th scope="col" class="report-text">{name}</th>'
        for name in ("Table: columns", "Test", "Options", "Source")
    )
    return (
        '<section class="report-section" id="report-methods"><h2>How it was made</h2>\n'
        f'<dl class="report-facts">{items}</dl>\n'
        "<details><summary>Test, options and source of every number</summary>"
        '<div class="report-scroll" tabindex="0" role="region" aria-label="Methods">'
        f'<table class="report-table report-methods"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details></section>\n"
    )
