"""What the report shows of the ordinal models."""

import pandas as pd

from analysis.contents import GROUP_NAMES, Report
from analysis.page.markup import number, p_value
from analysis.page.parts import rater_cell, records, table_with_reasons, why

_NAMES = {"proportional odds": "Plain", "random patient intercept": "Mixed"}


def models_part(report: Report) -> str:
    """Show the odds ratios of both models side by side."""
    rows: list[list[str]] = []
    for row in records(report.tables["confidence_models"]):
        term = "Twice the volume"
        if row["term"] in GROUP_NAMES:
            term = f"{GROUP_NAMES[row['term']]} – TPL"
        ends = ""
        if not pd.isna(row["low"]):
            ends = (
                f'<span class="report-interval">{number(row["low"])} to {number(row["high"])}'
                "</span>"
            )
        rows.append(
            [
                term,
                rater_cell(report, row),
                _NAMES[row["model"]],
                number(row["odds_ratio"]) + ends,
                p_value(row["p_model"]),
                p_value(row["p_holm"]) if row["term"] in GROUP_NAMES else "–",
                number(row["patient_sd"]) if row["model"] != "proportional odds" else "–",
                why(row),
            ]
        )
    header = ["Comparison", "Rater", "Model", "Odds ratio", "p", "p Holm", "Patients’ SD"]
    caption = (
        "Odds of a higher confidence, adjusted for volume: plain model with errors over patients, "
        "mixed model with a random patient intercept"
    )
    return table_with_reasons(caption, header, rows, n_row_heads=3)
