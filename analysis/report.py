"""From answers to a report: tables, figures, one page, one file of results."""

import hashlib
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import scipy

from analysis.answers import Selection, select_answers
from analysis.contents import Report, Source
from analysis.figures.canvas import pdf_bytes, png_bytes, sign, svg_bytes
from analysis.figures.drawing import DATA, draw
from analysis.measures.proportions import LEVEL
from analysis.page.html import render_page, render_sections
from analysis.page.pdf import render_pdf
from analysis.questions.agreement import agreement_table, confusion_table
from analysis.questions.blinding import blinding_table, was_asked
from analysis.questions.classes import (
    class_table,
    combination_table,
    family_table,
    own_word_table,
    reason_table,
)
from analysis.questions.confidence import confidence_table, confidence_tests
from analysis.questions.confidence_models import confidence_models
from analysis.questions.corrected import corrected_table
from analysis.questions.correction import correction_pairs, correction_table, correction_tests
from analysis.questions.counts import answer_counts, protocol_counts
from analysis.questions.mcnemar import mcnemar_table
from analysis.questions.reasons import reason_confidence_table, reason_set_table
from analysis.questions.rules import changed_table, rule_table
from analysis.questions.sizes import size_table
from analysis.questions.time_spent import time_table, trend_table
from analysis.results import provenance, results_json
from analysis.tables.formats import REPORT_FORMATS
from lesions.atomic import fill_folder
from lesions.formats import ANSWERS
from lesions.questionnaire import CollapseRule, Questionnaire, paper_questionnaire
from lesions.tsv import read_table, write_table


def read_answers(path: Path | str) -> tuple[pd.DataFrame, Source]:
    """Read answers.tsv, and take the file's name and SHA-256 for the report."""
    path = Path(path)
    answers = read_table(path, ANSWERS)
    return answers, Source(path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def analyse(
    answers: pd.DataFrame,
    *,
    questionnaire: Questionnaire | None = None,
    rule: CollapseRule = "set",
    source: Source | None = None,
    level: float = LEVEL,
) -> Report:
    """Compute H1 to H4 per rater, as the paper does (sections 3.3.2 and 4.2.4).

    Parameters
    ----------
    answers : DataFrame
        In the format ANSWERS. `attrs["synthetic"]` says whether it is of phantoms;
        `attrs["provenance"]` may hold what `manage.py export_answers` tells of a study.
    questionnaire : Questionnaire
        The paper's by default.
    rule : how several classes collapse into one family
    source : where the answers come from
    level : coverage of the intervals, in (0, 1)

    Returns
    -------
    Report
        What can't be computed is missing, with the reason in `not_available`.

    Raises
    ------
    AnswersError
        There is no answer, or one breaks a rule.
    """
    questionnaire = questionnaire or paper_questionnaire()
    source = source or Source("answers")
    chosen = select_answers(answers, questionnaire, rule, source.name)
    tables = _tables(chosen, questionnaire, rule, level)
    made_of = answers.attrs.get("provenance") or {}
    simulated = tuple(sorted(map(str, made_of.get("simulated_raters", ()))))
    synthetic = bool(answers.attrs.get("synthetic", False))
    drawn = draw(
        tables,
        questionnaire,
        lambda rater: f"{rater} (simulated)" if rater in simulated else rater,
        synthetic=synthetic,
    )
    for one in drawn.values():
        sign(one.figure, _signature(source, made_of))
    return Report(
        tables=tables,
        figures={name: d.figure for name, d in drawn.items()},
        captions={name: d.caption for name, d in drawn.items()},
        questionnaire=questionnaire,
        source=source,
        rule=rule,
        level=level,
        raters=chosen.raters,
        synthetic=synthetic,
        interim=bool(made_of.get("interim", False)),
        simulated_raters=tuple(name for name in simulated if name in chosen.raters),
        n_answers=len(chosen.all),
        n_used=len(chosen.used),
        n_older_revisions=chosen.n_older_revisions,
        n_repeats=chosen.n_repeats,
        versions=_versions(),
        protocol_sha256=made_of.get("protocol_sha256"),
        looks=tuple(map(_look, made_of.get("unblindings", ()))),
        n_interim_looks=len(made_of.get("interim_looks", ())),
        amendments=tuple(map(_amendment, made_of.get("protocol_versions", ())[1:])),
        added_raters=tuple(map(str, made_of.get("added_raters", ()))),
        withdrawn_raters=tuple(map(str, made_of.get("withdrawn_raters", ()))),
    )


def write_report(report: Report, out: Path | str) -> list[Path]:
    """Write tables, figures, the page, the PDF and results.json into a folder; give their paths.

    All files appear together, when the last one is made; others in the folder stay.
    """
    out = Path(out)
    files: dict[str, bytes] = {}
    for name, figure in report.figures.items():
        files[f"figures/{name}.svg"] = svg_bytes(figure)
        files[f"figures/{name}.png"] = png_bytes(figure)
        files[f"figures/{name}.pdf"] = pdf_bytes(figure)
    files["results.json"] = results_json(report).encode()
    sections = render_sections(report)
    files["report.html"] = render_page(report, sections).encode()
    files["report.pdf"] = _pdf(report, sections, files)
    made_of = provenance(report)
    with fill_folder(out) as folder:
        for name in ("tables", "figures"):
            (folder / name).mkdir()
        for name, table in report.tables.items():
            path = folder / "tables" / REPORT_FORMATS[name].filename
            write_table(table, path, REPORT_FORMATS[name], made_of, synthetic=report.synthetic)
        for name in report.figures:
            data = report.tables[DATA[name]], folder / "figures" / f"{name}.tsv"
            write_table(*data, REPORT_FORMATS[DATA[name]], made_of, synthetic=report.synthetic)
        for filename, content in files.items():
            (folder / filename).write_bytes(content)
    return sorted(out / name for name in [*files, *(f"tables/{t}.tsv" for t in report.tables)])


def _pdf(report: Report, sections: str, files: Mapping[str, bytes]) -> bytes:
    images = {
        caption.alt: files[f"figures/{name}.png"] for name, caption in report.captions.items()
    }
    title = "Expert review of lesion segmentations"
    return render_pdf(sections, images, title)


def _tables(
    chosen: Selection, questionnaire: Questionnaire, rule: CollapseRule, level: float
) -> dict[str, pd.DataFrame]:
    n_levels = len(questionnaire.confidence_levels)
    correction = correction_table(chosen, level)
    asked = {"blinding": blinding_table(chosen, level)} if was_asked(chosen) else {}
    return {
        "answer_counts": answer_counts(chosen),
        "protocols": protocol_counts(chosen),
        "sizes": size_table(chosen),
        "families": family_table(chosen, level),
        "classes": class_table(chosen, questionnaire),
        "combinations": combination_table(chosen, questionnaire, rule),
        "own_words": own_word_table(chosen),
        "confidence": confidence_table(chosen, n_levels),
        "confidence_tests": confidence_tests(chosen, n_levels, level),
        "confidence_models": confidence_models(chosen, level),
        "reasons": reason_table(chosen, questionnaire, level),
        "correction": correction,
        "correction_tests": correction_tests(correction, level),
        "correction_pairs": correction_pairs(correction, level),
        "rules": rule_table(chosen, questionnaire, level),
        "changed": changed_table(chosen, questionnaire, rule),
        "agreement": agreement_table(chosen, questionnaire, level),
        "confusion": confusion_table(chosen, questionnaire),
        "mcnemar": mcnemar_table(chosen, level),
        "reason_sets": reason_set_table(chosen, questionnaire),
        "reason_confidence": reason_confidence_table(chosen, questionnaire, level),
        "corrected_metrics": corrected_table(chosen, level),
        "time": time_table(chosen, n_levels, level),
        "time_trends": trend_table(chosen, level),
        **asked,
    }


def _signature(source: Source, made_of: Mapping[str, Any]) -> str:
    """Say in a line for a figure's file which answers and which protocol it is of."""
    told = [f"answers {source.sha256 or source.name}"]
    if made_of.get("protocol_sha256"):
        told.append(f"protocol {made_of['protocol_sha256']}")
    if made_of.get("interim"):
        told.append("of a blinded study")
    if n_looks := len(made_of.get("interim_looks", ())):
        told.append(f"{n_looks} interim looks before")
    return "; ".join(told)


def _look(entry: Mapping[str, Any]) -> str:
    """Say in words who looked at results by group."""
    kind = "interim look" if entry.get("interim") else "unblinded"
    return (
        f"{entry.get('at')}: {kind} by {entry.get('by')} after {entry.get('n_answers')} answers "
        f"({entry.get('reason')})"
    )


def _amendment(entry: Mapping[str, Any]) -> str:
    """Say in words what a new version of the protocol changed."""
    changes = "; ".join(
        f"{name} from {before} to {after}" for name, (before, after) in entry["changes"].items()
    )
    return (
        f"{entry.get('at')}: version {entry.get('version')} by {entry.get('by')}, {changes} "
        f"({entry.get('reason')})"
    )


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "pandas": pd.__version__,
        "matplotlib": mpl.__version__,
    }
