"""The section of the report with sentences for a paper."""

from analysis.contents import Report
from analysis.page.parts import section
from analysis.page.report_text import report_text


def text_section(report: Report) -> str:
    """Show methods and results as sentences to copy."""
    text = report_text(report)
    methods = " ".join(one.html for one in text.methods)
    results = "".join(f"<p>{one.html}</p>\n" for one in text.results)
    body = (
        f"<h3>Methods</h3>\n<p>{methods}</p>\n<h3>Results</h3>\n{results}"
        '<p class="report-note">Numbers in parentheses after a value are the ends of its interval. '
        "Each sentence names its test; what a p-value doesn’t know is under H3.</p>\n"
    )
    return section("text", "In words, for a paper", body)
