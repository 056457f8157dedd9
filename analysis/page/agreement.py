"""The section of the report on agreement."""

from html import escape
from typing import cast

import pandas as pd

from analysis.contents import GROUP_NAMES, Report
from analysis.page.markup import number, p_value, percent
from analysis.page.parts import Row, records, section, table_with_reasons, why
from analysis.tables.agreement import QUESTIONS
from analysis.tables.columns import ALL_GROUPS

_SHOWN = {
    "percent": ("percent", "overlap"),
    "kappa": ("Cohen kappa, quadratic", "Cohen kappa"),
    "AC": ("Gwet AC2, quadratic", "Gwet AC1"),
    "alpha": (
        "Krippendorff alpha, ordinal",
        "Krippendorff alpha, overlap",
        "Krippendorff alpha",
    ),
}


def agreement_section(report: Report, figure: str) -> str:
    """Show how far raters agree with each other and with themselves, and who says yes more."""
    body = (
        "<p>Confidence is ordered: its kappa and AC2 have quadratic weights, its alpha is ordinal. "
        "Ranked classes are compared by rank-biased overlap, where the first rank counts most. "
        "Percent agreement takes no chance into account; where nearly all answers are alike, "
        "kappa and alpha are low in spite of agreement, and AC1 is not.</p>\n"
    )
    table = report.tables["agreement"]
    for kind, title in (
        ("all raters", "Agreement of all raters"),
        ("pair", "Agreement of two raters, all groups"),
        ("same rater", "Agreement of each rater with the same rater’s repeat"),
    ):
        own = table[table["kind"] == kind]
        if len(own):
            body += _coefficients(report, own, title, with_group=kind == "all raters")
    if not (table["kind"] == "same rater").any():
        body += '<p class="report-note">No answers to repeats: no agreement with oneself.</p>\n'
    return section("agreement", "Agreement", body + figure + _mcnemar(report))


def _coefficients(report: Report, table: pd.DataFrame, title: str, *, with_group: bool) -> str:
    rows = []
    for key, own in table.groupby(["raters", "group", "question"], sort=False):
        raters, group, question = cast(tuple[tuple[str, ...], str, str], key)
        by_name = {row["coefficient"]: row for row in records(own)}
        first = _group_name(group) if with_group else _names(report, raters)
        n = next(iter(by_name.values()))["n_items"]
        found = [
            next((by_name[name] for name in names if name in by_name), None)
            for names in _SHOWN.values()
        ]
        reasons = {row["not_available"] for row in found if row is not None and why(row)}
        cells = [_cell(row, share=i == 0) for i, row in enumerate(found)]
        lacking = "; ".join(sorted(map(escape, reasons)))
        rows.append([first, escape(question), number(n, 0), *cells, lacking])
    order = list(QUESTIONS)
    if with_group:
        rows.sort(key=lambda row: order.index(row[1]))
    header = ["Group" if with_group else "Raters", "Question", "ROIs"]
    header += ["Percent", "Kappa", "AC1 or AC2", "Alpha"]
    caption = f"{title}; below, interval over ROIs and interval over patients"
    return table_with_reasons(caption, header, rows, n_row_heads=2)


def _cell(row: Row | None, *, share: bool) -> str:
    if row is None:
        return "–"
    show = percent if share else number
    lines = [
        f'<span class="report-interval">{show(low)} to {show(high)}</span>'
        for low, high in ((row["low"], row["high"]), (row["patient_low"], row["patient_high"]))
        if not pd.isna(low)
    ]
    return f"<b>{show(row['value'])}</b>{''.join(lines)}"


def _mcnemar(report: Report) -> str:
    rows = [
        [
            _names(report, row["raters"]),
            _group_name(row["group"]),
            escape(row["claim"]),
            *(number(row[n], 0) for n in ("n_both", "n_first", "n_second", "n_neither")),
            percent(row["difference"]) + _interval(row),
            *(p_value(row[name]) for name in ("p_mcnemar", "p_mid", "p_holm")),
            why(row),
        ]
        for row in records(report.tables["mcnemar"])
    ]
    if not rows:
        return '<p class="report-note">One rater alone: no two to compare.</p>\n'
    header = ["Raters", "Group", "Claim", "Both", "First", "Second", "Neither"]
    header += ["Difference (%)", "p exact", "p mid", "p Holm"]
    caption = "McNemar’s test: does one rater say it more often? Holm over all rows of this table"
    return table_with_reasons(caption, header, rows, n_row_heads=3)


def _interval(row: Row) -> str:
    if pd.isna(row["low"]):
        return ""
    low, high = percent(row["low"]), percent(row["high"])
    return f'<span class="report-interval">{low} to {high}</span>'


def _names(report: Report, raters: tuple[str, ...]) -> str:
    return escape(" – ".join(report.rater_name(rater) for rater in raters))


def _group_name(group: str) -> str:
    return "All" if group == ALL_GROUPS else GROUP_NAMES[group]
