"""The sections of the report on reasons, on corrected metrics and on time."""

from html import escape

import pandas as pd

from analysis.contents import GROUP_NAMES, Report
from analysis.page.markup import number, p_value, percent, words
from analysis.page.parts import Row, rater_cell, records, section, table_with_reasons, why

_PARTS = {"all": "All", "group": "Group", "quarter": "Quarter", "confidence": "Confidence"}


def reasons_part(report: Report) -> str:
    """Show which reasons go with which confidence."""
    levels = len(report.questionnaire.confidence_levels)
    rows = [
        [
            words(row["reason"]),
            rater_cell(report, row),
            number(row["n_with"], 0),
            *(number(int(n), 0) for n in row["level_counts"]),
            number(row["mean_with"]),
            number(row["mean_without"]),
            number(row["cliffs_delta"]) + _ends(row, "delta_low", "delta_high"),
            why(row),
        ]
        for row in records(report.tables["reason_confidence"])
    ]
    header = ["Reason", "Rater", "n", *(f"Level {level}" for level in range(1, levels + 1))]
    header += ["Mean with", "Mean without", "Cliff’s delta"]
    caption = "Confidence of answers that give a reason, against those that don’t"
    return table_with_reasons(caption, header, rows, n_row_heads=2)


def metrics_section(report: Report) -> str:
    """Show precision, recall and F1 before and after the review."""
    rows = [
        [
            escape(_judge(report, row)),
            row["counts_as"],
            row["metric"],
            *(
                percent(row[name]) + _ends(row, f"{name}_low", f"{name}_high", share=True)
                for name in ("plain", "corrected", "change")
            ),
            why(row),
        ]
        for row in records(report.tables["corrected_metrics"])
    ]
    header = ["Judge", "Lesions are", "Metric", "Before (%)", "After (%)", "Change (%)"]
    caption = "Lesion-wise metrics before and after the review, with intervals over patients"
    body = (
        "<p>After the review, false positives that are called lesions count as true, and missed "
        "lesions that are called no MS lesion are left out. Sampled ROIs count by their sampling "
        "weight. True positives stay as they are, whatever the raters call them.</p>\n"
    )
    body += table_with_reasons(caption, header, rows, n_row_heads=3)
    return section("metrics", "What the review does to the metrics", body)


def time_section(report: Report) -> str:
    """Show the time that raters worked on an ROI."""
    rows = [
        [
            _part(row),
            rater_cell(report, row),
            number(row["n"], 0),
            number(row["median_s"], 1) + _ends(row, "low_s", "high_s", digits=1),
            number(row["q1_s"], 1),
            number(row["q3_s"], 1),
            why(row),
        ]
        for row in records(report.tables["time"])
    ]
    header = ["Answers", "Rater", "n", "Median (s)", "Lower quartile", "Upper quartile"]
    body = table_with_reasons("Active time per ROI", header, rows, n_row_heads=2)
    trends = [
        [
            row["variable"].capitalize(),
            rater_cell(report, row),
            number(row["n"], 0),
            number(row["spearman"]) + _ends(row, "low", "high"),
            p_value(row["p_spearman"]),
            why(row),
        ]
        for row in records(report.tables["time_trends"])
    ]
    header = ["Active time and", "Rater", "n", "Spearman’s ρ", "p"]
    body += table_with_reasons("What goes with active time", header, trends, n_row_heads=2)
    return section("time", "Time", body)


def _judge(report: Report, row: Row) -> str:
    if row["judge"] == "rater":
        return report.rater_name(row["raters"][0])
    return str(row["judge"]).capitalize()


def _part(row: Row) -> str:
    if row["part"] == "all":
        return _PARTS["all"]
    value = row["value"]
    shown = GROUP_NAMES[value] if row["part"] == "group" else number(int(value), 0)
    return f"{_PARTS[row['part']]} {shown}"


def _ends(row: Row, low: str, high: str, *, share: bool = False, digits: int = 2) -> str:
    if pd.isna(row[low]):
        return ""
    ends = [percent(row[end]) if share else number(row[end], digits) for end in (low, high)]
    return f'<span class="report-interval">{" to ".join(ends)}</span>'
