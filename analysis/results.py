"""Every number of a report in one JSON file, with the name of its test and its options."""

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.contents import Report
from analysis.measures.patients import MIN_PATIENTS, N_RESAMPLES, SEED
from analysis.methods.all_methods import METHODS
from analysis.page.report_text import report_text
from analysis.questions.confidence import AD_CAP, AD_FLOOR
from analysis.tables.formats import REPORT_FORMATS, RULES


def provenance(report: Report) -> dict[str, Any]:
    """Say what the report was made from and how; the same for every table of it."""
    return {
        "source": report.source.name,
        "source_sha256": report.source.sha256,
        "n_answers": report.n_answers,
        "n_used": report.n_used,
        "n_older_revisions_left_out": report.n_older_revisions,
        "n_repeats_left_out": report.n_repeats,
        "interim": report.interim,
        "simulated_raters": list(report.simulated_raters),
        "options": {
            "rule": report.rule,
            "rule_in_words": RULES[report.rule],
            "questionnaire_version": report.questionnaire.version,
            "level": report.level,
            "patient_resamples": N_RESAMPLES,
            "patient_seed": SEED,
            "patient_minimum": MIN_PATIENTS,
            "anderson_darling_table": [AD_FLOOR, AD_CAP],
        },
        "protocol_sha256": report.protocol_sha256,
        "looks": list(report.looks),
        "n_interim_looks": report.n_interim_looks,
        "amendments": list(report.amendments),
        "added_raters": list(report.added_raters),
        "withdrawn_raters": list(report.withdrawn_raters),
        "versions": dict(report.versions),
    }


def results_json(report: Report) -> str:
    """Give the content of results.json; what is not available is null."""
    content: dict[str, Any] = {
        "synthetic": report.synthetic,
        "provenance": provenance(report),
        "text": report_text(report).as_dict(),
        "results": {name: _result(name, table) for name, table in report.tables.items()},
        "figures": {
            name: {"caption": caption.text, "alt": caption.alt}
            for name, caption in report.captions.items()
        },
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _result(name: str, table: pd.DataFrame) -> dict[str, Any]:
    methods = [
        {"columns": list(m.columns), "test": m.name, "options": m.options, "source": m.source}
        for m in METHODS
        if m.table == name
    ]
    rows = [_plain(row) for row in table.to_dict("records")]
    return {"description": REPORT_FORMATS[name].description, "methods": methods, "rows": rows}


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name): None
        if isinstance(value, float) and math.isnan(value)
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in row.items()
    }
