"""What the report shows beside H1 and H2: the other rules, and classes that were changed."""

from html import escape

from analysis.contents import GROUP_NAMES, Report
from analysis.page.markup import number, table
from analysis.page.parts import by_group, rater_cell, records, share_cell
from analysis.tables.classes import RULE_NAMES
from lesions.columns import GROUPS


def rules_part(report: Report) -> str:
    """Show the share of MS lesions by each rule, and the answers whose classes changed."""
    shares = {(r["rater"], r["group"], r["rule"]): r for r in records(report.tables["rules"])}
    rows = [
        [GROUP_NAMES[group], escape(report.rater_name(rater))]
        + [share_cell(shares[rater, group, rule]) for rule in RULE_NAMES]
        for group in GROUPS
        for rater in report.raters
    ]
    caption = "Called an MS lesion (%), by each rule for answers of several classes"
    body = table(caption, ["Group", "Rater", *RULE_NAMES], rows, n_row_heads=2)
    changed = [
        [
            GROUP_NAMES[row["group"]],
            rater_cell(report, row),
            escape(" › ".join(row["classes_before"])),
            escape(" › ".join(row["classes_after"])),
            escape(f"{row['family_before']} → {row['family_after']}"),
            number(row["n"], 0),
        ]
        for row in by_group(report.tables["changed"], tuple(GROUPS))
    ]
    if not changed:
        return body + '<p class="report-note">No rater changed the classes of an answer.</p>\n'
    header = ["Group", "Rater", "Before", "After", "Counts as", "n"]
    return body + table(
        "Classes changed between revisions", header, changed, n_row_heads=2, text_columns=[2, 3, 4]
    )
