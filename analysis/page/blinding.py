"""What the report says of the guesses who drew a delineation; nothing where nobody was asked."""

from collections.abc import Iterator

from analysis.contents import GROUP_NAMES, Report
from analysis.page.markup import number
from analysis.page.parts import Row, of, rater_cell, records, section, table_with_reasons, why
from analysis.page.sentences import Sentence, decimal, joined, sentence, whole
from analysis.tables.columns import ALL_GROUPS

_SOURCES = {"prediction": "the model", "reference": "a person"}


def blinding_section(report: Report) -> str:
    """Show the guesses and Bang's index."""
    if "blinding" not in report.tables:
        return ""
    rows = [
        [
            rater_cell(report, row),
            "All" if row["group"] == ALL_GROUPS else GROUP_NAMES[row["group"]],
            _SOURCES[row["drawn_in"]].capitalize(),
            *(of(row[name], row["n"]) for name in ("n_model", "n_hand", "n_unknown")),
            number(row["bang"]),
            number(row["low"]),
            number(row["high"]),
            why(row),
        ]
        for row in records(report.tables["blinding"])
    ]
    header = ["Rater", "Group", "Drawn by", "“Model”", "“Hand”", "“Don’t know”"]
    header += ["Bang’s index", "From", "To"]
    body = (
        "<p>Raters were asked whether the model or a person drew each delineation. The index is "
        "the share of right guesses less that of wrong ones: near zero the raters didn’t know, "
        "above they knew, below they guessed the other. The interval takes answers as "
        "independent.</p>\n"
    )
    caption = "Guesses who drew a delineation, and Bang’s blinding index"
    body += table_with_reasons(caption, header, rows, n_row_heads=3)
    return section("blinding", "Blinding", body)


def blinding_sentences(report: Report) -> Iterator[Sentence]:
    """Give the index of each rater in words."""
    if "blinding" not in report.tables:
        return
    table = report.tables["blinding"]
    for row in records(table[table["group"] == ALL_GROUPS]):
        if row["n"]:
            yield _index_of(report, row)


def _index_of(report: Report, row: Row) -> Sentence:
    value = sentence(
        "{}’s blinding index (Bang) for delineations by {} was {}",
        report.rater_name(row["rater"]),
        _SOURCES[row["drawn_in"]],
        decimal(row["bang"]),
    )
    answers = sentence(" in {} answers.", whole(row["n"]))
    if why(row):
        return joined([value, answers], "")
    return joined(
        [value, sentence(" ({} to {})", decimal(row["low"]), decimal(row["high"])), answers], ""
    )
