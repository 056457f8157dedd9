"""The design of the next study as files, with the answers of a pilot as a start where there are."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.answers import Selection, select_answers
from analysis.design.study_size import Design, detectable_table, power_table, width_table
from analysis.figures.canvas import pdf_bytes, png_bytes, svg_bytes
from analysis.figures.design import power_figure, width_figure
from analysis.questions.confidence import BASELINE
from analysis.questions.confidence_models import confidence_models
from analysis.tables.design import DESIGN_FORMATS
from lesions.atomic import fill_folder
from lesions.questionnaire import MS_FAMILIES, paper_questionnaire
from lesions.tsv import write_table


def pilot_design(answers: pd.DataFrame, design: Design, source: str) -> Design:
    """Take the shares of levels, the spread of patients and H1's share from a pilot's answers.

    Levels are those of TPL, all raters together, each with half an answer more so that none is
    impossible; the spread is the largest of the raters' mixed models, that of `design` where no
    model can be fitted.
    """
    selection = select_answers(answers, paper_questionnaire(), "set", source)
    used = selection.used
    levels = used.loc[used["group"] == BASELINE, "confidence"].to_numpy(int)
    if len(levels):
        counts = np.bincount(levels, minlength=6)[1:] + 0.5
        design = replace(design, shares=tuple(float(c) for c in counts / counts.sum()))
    lesions = used.loc[used["group"] == "FPL_MS", "family"].isin(MS_FAMILIES)
    if len(lesions) and 0 < lesions.mean() < 1:
        design = replace(design, share=float(lesions.mean()))
    spread = _spread(selection)
    return design if spread is None else replace(design, patient_sd=spread)


def write_design(design: Design, out: Path | str, made_of: dict[str, Any]) -> list[Path]:
    """Write tables, figures and design.json into a folder; give their paths."""
    out = Path(out)
    power = power_table(design)
    tables = {
        "power": power,
        "detectable": detectable_table(power, design.power),
        "widths": width_table(design),
    }
    figures = {
        "figure_power": power_figure(power, design.power),
        "figure_widths": width_figure(tables["widths"]),
    }
    made_of = made_of | {"options": design.as_dict()}
    rows = {name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}
    files = {"design.json": json.dumps(made_of | {"results": rows}, indent=1) + "\n"}
    with fill_folder(out) as folder:
        for name in ("tables", "figures"):
            (folder / name).mkdir()
        for name, table in tables.items():
            fmt = DESIGN_FORMATS[name]
            write_table(table, folder / "tables" / fmt.filename, fmt, made_of, synthetic=True)
        for name, figure in figures.items():
            (folder / "figures" / f"{name}.svg").write_bytes(svg_bytes(figure))
            (folder / "figures" / f"{name}.pdf").write_bytes(pdf_bytes(figure))
            (folder / "figures" / f"{name}.png").write_bytes(png_bytes(figure))
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    return sorted(out / name for name in ("tables", "figures", "design.json"))


def _spread(selection: Selection) -> float | None:
    models = confidence_models(selection)
    values = models.loc[models["patient_sd"].notna(), "patient_sd"]
    return float(values.max()) if len(values) else None
