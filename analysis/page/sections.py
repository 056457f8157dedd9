"""The sections of the report, one a hypothesis, as HTML fragments."""

from collections.abc import Callable, Mapping
from html import escape
from itertools import combinations
from typing import Any

import pandas as pd

from analysis.contents import GROUP_NAMES, Report
from analysis.measures.patients import MIN_PATIENTS
from analysis.page.markup import number, p_value, percent, shown, table
from analysis.page.models import models_part
from analysis.page.parts import (
    Row,
    by_group,
    of,
    rater_cell,
    records,
    section,
    share_cell,
    table_with_reasons,
    why,
)
from analysis.page.review import reasons_part
from analysis.page.rules import rules_part
from analysis.questions.confidence import AD_CAP, AD_FLOOR, COMPARED
from analysis.questions.correction import GROUPS_H4, PAIR_TESTS
from analysis.tables.formats import VERDICTS
from lesions.columns import GROUPS

_INTERVALS = (
    '<p class="report-note">The Wilson interval takes all ROIs as independent. The interval over '
    "patients does not; it is left out where a group has fewer than "
    f"{number(MIN_PATIENTS, 0)} patients, or all its answers are alike.</p>\n"
)


def answers_section(report: Report, figure: str) -> str:
    """Show how many answers count, and how many were left out."""
    rows = [
        [rater_cell(report, row), GROUP_NAMES[row["group"]]]
        + [number(row[name], 0) for name in ("n_used", "n_older_revisions", "n_repeats")]
        + [number(row["n_patients"], 0)]
        + [number(row["median_volume_mm3"], 1), number(row["median_active_s"], 1)]
        for row in records(report.tables["answer_counts"])
    ]
    header = ["Rater", "Group", "Answers", "Changed later", "Repeats", "Patients"]
    header += ["Median volume (mm³)", "Median time (s)"]
    body = table("Answers that count, and answers left out", header, rows, n_row_heads=2)
    used, came = number(report.n_used, 0), number(report.n_answers, 0)
    older, repeats = number(report.n_older_revisions, 0), number(report.n_repeats, 0)
    text = (
        f"{used} of {came} answers count: the newest of each rater’s first showing of an ROI. Left "
        f"out: {older} that the rater changed later, {repeats} to repeats."
    )
    return section("answers", "Answers", f"<p>{text}</p>\n{body}{figure}{_sizes(report)}")


def _sizes(report: Report) -> str:
    rows = [
        [
            GROUP_NAMES[row["group"]],
            number(row["n_rois"], 0),
            number(row["n_patients"], 0),
            *(number(row[name], 1) for name in ("q1_mm3", "median_mm3", "q3_mm3")),
            number(row["smd"]),
            number(row["ks"]),
            why(row),
        ]
        for row in records(report.tables["sizes"])
    ]
    header = ["Group", "ROIs", "Patients", "Lower quartile (mm³)", "Median (mm³)"]
    header += ["Upper quartile (mm³)", "SMD of log volume", "KS distance"]
    caption = "Sizes of the ROIs, and their balance against FPL (MS)"
    return table_with_reasons(caption, header, rows, n_row_heads=1)


def classes_section(report: Report, figure: str) -> str:
    """Show H1 and H2: what the raters call the ROIs of each group."""
    families = {
        (row["rater"], row["group"], row["family"]): row
        for row in records(report.tables["families"])
    }
    rows = [
        [GROUP_NAMES[group], escape(report.rater_name(rater))]
        + [share_cell(families[rater, group, verdict]) for verdict in VERDICTS]
        for group in GROUPS
        for rater in report.raters
    ]
    header = ["Group", "Rater", "MS lesion", "CL", "WML", "Unclear", "No MS lesion"]
    caption = "Share of answers (%), count; below, Wilson interval and interval over patients"
    body = _lead(report, "FPL_MS", "H1", "false positives of patients with MS")
    body += _lead(report, "FPL_mimic", "H2", "false positives of patients with a mimic")
    body += _lead(report, "FNL", "FNL", "missed lesions", "OTHER")
    body += figure + table(caption, header, rows, n_row_heads=2) + _INTERVALS
    body += rules_part(report) + _combinations(report)
    return section("classes", "H1, H2: what the raters see", body)


def confidence_section(report: Report, figures: Mapping[str, str]) -> str:
    """Show H3: confidence per group, and the comparisons with TPL."""
    levels = len(report.questionnaire.confidence_levels)
    rows = [
        [GROUP_NAMES[row["group"]], rater_cell(report, row), number(row["n"], 0)]
        + [number(row[name]) for name in ("mean", "sd")]
        + [number(row["median"], 1), *(number(int(n), 0) for n in row["level_counts"])]
        for row in by_group(report.tables["confidence"], tuple(GROUPS))
    ]
    header = ["Group", "Rater", "n", "Mean", "SD", "Median"]
    header += [f"Level {level}" for level in range(1, levels + 1)]
    body = figures["figure_confidence"] + figures["figure_likert"]
    body += table("Confidence in the classification", header, rows, n_row_heads=2)
    tests = [_confidence_test(report, row) for row in _by_comparison(report)]
    header = ["Comparison", "Rater", "n", "U", "p", "p exact", "p Holm", "p clustered"]
    header += ["P(below TPL) (%)", "Cliff’s delta", "AD p, table", "AD p, exact"]
    caption = (
        "Mann-Whitney, one-sided (lower than TPL), and Anderson-Darling (AD), two-sided; "
        "P(below TPL) and delta with Cliff’s interval, below it that over patients"
    )
    body += table_with_reasons(caption, header, tests, n_row_heads=2)
    body += (
        '<p class="report-note">* Not a comparison of the paper. The p-values take all ROIs as '
        "independent, though those of one patient are alike; the interval over patients does "
        f"not. SciPy’s Anderson-Darling table ends at {shown(AD_FLOOR, str(AD_FLOOR))} and "
        f"{shown(AD_CAP, str(AD_CAP))} and is too liberal on few "
        "levels: read the exact p. p Holm adjusts the exact p over all rows. p clustered is Datta "
        "and Satten’s rank-sum test, which allows for patients.</p>\n"
    )
    body += models_part(report) + figures.get("figure_forest", "") + figures["figure_reasons"]
    body += figures.get("figure_upset", "") + reasons_part(report)
    return section("confidence", "H3: confidence", body)


def correction_section(report: Report) -> str:
    """Show H4: how many delineations need correction, and the tests."""
    shares = {(row["rater"], row["group"]): row for row in records(report.tables["correction"])}
    rows = [
        [escape(report.rater_name(rater))]
        + [share_cell(shares[rater, group]) for group in GROUPS_H4]
        for rater in report.raters
    ]
    header = ["Rater", *(GROUP_NAMES[group] for group in GROUPS_H4)]
    caption = "Needs correction (%), count; below, Wilson interval and interval over patients"
    body = table(caption, header, rows) + _INTERVALS
    tests = [_overall_test(report, row) for row in records(report.tables["correction_tests"])]
    header = ["Rater", "Groups", "χ²", "df", "p", "Smallest expected", "p exact", "Cramér’s V"]
    caption = "All groups: chi-square, and the Fisher-Freeman-Halton exact test beside it"
    body += table_with_reasons(caption, header, tests, n_row_heads=2)
    body += _pairs_table(report)
    return section("correction", "H4: delineations that need correction", body)


def _overall_test(report: Report, row: Row) -> list[str]:
    return [
        rater_cell(report, row),
        ", ".join(GROUP_NAMES[group] for group in row["groups"]),
        number(row["chi2"]),
        number(row["df"], 0),
        p_value(row["p_chi2"]),
        number(row["min_expected"], 1),
        p_value(row["p_exact"]),
        number(row["cramers_v"]) + _ends(row["v_low"], row["v_high"], number),
        why(row),
    ]


def _pairs_table(report: Report) -> str:
    order = {pair: i for i, pair in enumerate(combinations(GROUPS_H4, 2))}
    rows = [
        [
            f"{GROUP_NAMES[row['group_a']]} – {GROUP_NAMES[row['group_b']]}",
            rater_cell(report, row),
            of(row["n_yes_a"], row["n_a"]),
            of(row["n_yes_b"], row["n_b"]),
            percent(row["difference"]) + _ends(row["low"], row["high"], percent),
            *(p_value(row[f"{kind}_{name}"]) for name in PAIR_TESTS for kind in "pq"),
            why(row),
        ]
        for row in sorted(
            records(report.tables["correction_pairs"]),
            key=lambda row: order[row["group_a"], row["group_b"]],
        )
    ]
    header = ["Groups", "Rater", "First", "Second", "Difference (%)", "Yates p", "q"]
    header += ["Uncorrected p", "q", "Fisher p", "q"]
    caption = (
        "Pairs: difference with Newcombe’s interval, and three tests; q is p after "
        "Benjamini-Hochberg over the rater’s pairs that could be tested"
    )
    return table_with_reasons(caption, header, rows, n_row_heads=2)


def _ends(low: float | None, high: float | None, show: Callable[[Any], str]) -> str:
    if pd.isna(low):
        return ""
    return f'<span class="report-interval">{show(low)} to {show(high)}</span>'


def _lead(report: Report, group: str, hypothesis: str, noun: str, verdict: str = "MS") -> str:
    """Give one sentence: how many of a group each rater calls MS lesions, or not."""
    families = report.tables["families"]
    own = families[(families["group"] == group) & (families["family"] == verdict)]
    called = "Called an MS lesion" if verdict == "MS" else "Called no MS lesion"
    parts = [
        f"{rater_cell(report, row)} {number(row['n'], 0)} of {number(row['n_answers'], 0)} "
        f"({percent(row['share'])} %)"
        if row["n_answers"]
        else f"{rater_cell(report, row)}: no answers"
        for row in records(own)
    ]
    return (
        f"<p><strong>{escape(hypothesis)}.</strong> {called} among the {escape(noun)}: "
        f"{', '.join(parts)}.</p>\n"
    )


def _combinations(report: Report) -> str:
    rows = [
        [
            GROUP_NAMES[row["group"]],
            rater_cell(report, row),
            escape(" › ".join(row["classes"])),
            escape(row["family"]),
            of(row["n"], row["n_answers"]),
            percent(row["share"]),
        ]
        for row in by_group(report.tables["combinations"], tuple(GROUPS))
    ]
    header = ["Group", "Rater", "Classes, most certain first", "Counts as", "n", "%"]
    title = "Every combination of classes, and the raters’ own words"
    body = table("Combinations", header, rows, n_row_heads=2, text_columns=[2, 3])
    words = [
        [
            GROUP_NAMES[row["group"]],
            rater_cell(report, row),
            escape(row["question"]),
            escape(row["words"]),
            number(row["n"], 0),
        ]
        for row in by_group(report.tables["own_words"], tuple(GROUPS))
    ]
    if words:
        header = ["Group", "Rater", "Question", "Words", "n"]
        body += table("Raters’ own words", header, words, n_row_heads=2, text_columns=[2, 3])
    return f"<details><summary>{title}</summary>\n{body}</details>\n"


def _confidence_test(report: Report, row: Row) -> list[str]:
    star = "" if row["in_paper"] == "yes" else " *"
    end = {"floor": f"≤{AD_FLOOR}", "cap": f"≥{AD_CAP}"}.get(row["p_ad_clipped"])
    tabulated = row["p_ad_tabulated"]
    p_table = shown(tabulated, end) if end else p_value(tabulated)
    delta = number(row["cliffs_delta"]) + _ends(row["delta_low"], row["delta_high"], number)
    delta += _ends(row["patient_low"], row["patient_high"], number)
    chance = percent(row["chance_lower"]) + _ends(row["chance_low"], row["chance_high"], percent)
    return [
        f"{GROUP_NAMES[row['group']]} – TPL{star}",
        rater_cell(report, row),
        f"{number(row['n'], 0)}, {number(row['n_tpl'], 0)}",
        number(row["u"], 1),
        p_value(row["p_mann_whitney"]),
        p_value(row["p_mann_whitney_exact"]),
        p_value(row["p_holm"]),
        p_value(row["p_clustered"]),
        chance,
        delta,
        p_table,
        p_value(row["p_ad_exact"]),
        why(row),
    ]


def _by_comparison(report: Report) -> list[Row]:
    return by_group(report.tables["confidence_tests"], tuple(COMPARED))
