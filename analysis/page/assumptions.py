"""Every assumption that a number of the report rests on, and what was looked at before."""

from html import escape

from analysis.contents import Report
from analysis.page.markup import number, table, words
from analysis.page.parts import records, section

#: What is assumed, for which numbers, and what stands beside them where it may not hold.
ASSUMPTIONS = (
    (
        "ROIs are independent",
        "Wilson and Newcombe intervals, Mann-Whitney, Anderson-Darling, chi-square, Fisher, "
        "McNemar, Cramér’s V, Cliff’s intervals, errors of agreement, Spearman",
        "not so: ROIs of one patient are alike. Intervals over patients, the clustered rank test "
        "and both models allow for it",
    ),
    (
        "Patients are independent",
        "intervals over patients, clustered rank test, both models",
        "holds where each patient is one row of the cohort; many patients are needed",
    ),
    (
        "Odds are proportional at every step of the scale",
        "both ordinal models",
        "not tested; the bars of confidence show each step",
    ),
    (
        "Patients’ intercepts are normal",
        "mixed model",
        "not tested; the plain model with errors over patients does without",
    ),
    (
        "The logarithm of volume acts linearly on the log odds",
        "both ordinal models",
        "groups are matched in size: see the table of sizes",
    ),
    (
        "The rule that collapses several classes",
        "families, H1, H2, agreement on families, metrics after the review",
        "every rule is shown beside the one chosen",
    ),
    (
        "Raters are those of interest",
        "all numbers",
        "raters are not a sample: intervals are over ROIs or patients, never over raters",
    ),
    (
        "Answers that are missing are missing at random",
        "agreement, metrics after the review",
        "the table of answers counts them; a judge’s share over the ROIs answered stands for all",
    ),
    (
        "Sampled FNL and TPL stand for their strata",
        "metrics after the review",
        "drawn by size, not at random: the weights correct for numbers, not for size",
    ),
)


def assumptions_section(report: Report) -> str:
    """Show the assumptions, the protocol and the looks at the results."""
    rows = [[escape(part) for part in assumption] for assumption in ASSUMPTIONS]
    header = ["Assumption", "Numbers that rest on it", "Where it may not hold"]
    body = table("Assumptions", header, rows, text_columns=[1, 2])
    body += _protocols(report)
    looks = "".join(f"<li>{words(look)}</li>\n" for look in report.looks)
    body += (
        f"<p>Looks at the results by group, in order:</p>\n<ul>{looks}</ul>\n"
        if looks
        else "<p>Looks at the results before this one: none are on record in the answers.</p>\n"
    )
    return section("assumptions", "What the numbers rest on", body)


def _protocols(report: Report) -> str:
    """Show the protocol, and the answers of each of its versions where there are several."""
    protocol = report.protocol_sha256 or "n/a: the answers’ data dictionary names none"
    text = f"<p>Protocol (SHA-256): {words(protocol)}</p>\n"
    if report.amendments:
        items = "".join(f"<li>{words(amendment)}</li>\n" for amendment in report.amendments)
        text += f"<p>Amendments of the protocol:</p>\n<ul>{items}</ul>\n"
    if report.added_raters:
        text += f"<p>Raters added after the start: {words(', '.join(report.added_raters))}</p>\n"
    versions = records(report.tables["protocols"])
    if len(versions) < 2:
        return text
    rows = [
        [words(row["protocol_sha256"])]
        + [number(row[name], 0) for name in ("n_used", "n_raters", "n_rois")]
        + [escape(row["first_answered_at"]), escape(row["last_answered_at"])]
        for row in versions
    ]
    header = ["Protocol (SHA-256)", "Answers that count", "Raters", "ROIs", "First", "Last"]
    text += (
        "<p>The answers were given under several versions of the protocol, and all of them count. "
        "Read what was amended, and why, before you pool them.</p>\n"
    )
    return text + table("Answers by version of the protocol", header, rows, text_columns=[4, 5])
