"""Which figures a report has, with their captions and the tables that they show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from analysis.contents import Caption
from analysis.figures.agreement import confusion_figure, pairs_figure
from analysis.figures.bars import bar_figure, confidence_figure
from analysis.figures.captions import (
    agreement_caption,
    classes_caption,
    confidence_caption,
    forest_caption,
    likert_caption,
    reasons_caption,
    size_caption,
    upset_caption,
)
from analysis.figures.forest import forest_figure
from analysis.figures.likert import likert_figure
from analysis.figures.sizes import size_figure
from analysis.figures.upset import upset_figure
from analysis.questions.classes import SEVERAL_CLASSES, categories
from lesions.questionnaire import FAMILIES, Questionnaire

#: Figures -> the tables whose numbers they show.
DATA = {
    "figure_classes": "classes",
    "figure_confidence": "confidence",
    "figure_likert": "confidence",
    "figure_reasons": "reasons",
    "figure_upset": "reason_sets",
    "figure_agreement": "confusion",
    "figure_forest": "confidence_models",
    "figure_sizes": "sizes",
}
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Drawn:
    """A figure with its words."""

    figure: Figure
    caption: Caption


def draw(
    tables: Tables,
    questionnaire: Questionnaire,
    name_of: Callable[[str], str],
    *,
    synthetic: bool,
) -> dict[str, Drawn]:
    """Draw every figure that the answers allow."""
    levels = questionnaire.confidence_levels
    reasons = [option.name for option in questionnaire.reasons]
    confidence = tables["confidence"]
    drawn = {
        "figure_classes": Drawn(
            _classes(tables, questionnaire, name_of, synthetic=synthetic),
            classes_caption(tables["classes"]),
        ),
        "figure_confidence": Drawn(
            confidence_figure(confidence, levels, name_of, synthetic=synthetic),
            confidence_caption(confidence),
        ),
        "figure_likert": Drawn(
            likert_figure(confidence, levels, name_of, synthetic=synthetic),
            likert_caption(confidence),
        ),
        "figure_reasons": Drawn(
            bar_figure(tables["reasons"], reasons, "reason", name_of, synthetic=synthetic),
            reasons_caption(tables["reasons"]),
        ),
    }
    if tables["sizes"]["n_rois"].any():
        drawn["figure_sizes"] = Drawn(
            size_figure(tables["sizes"], synthetic=synthetic), size_caption(tables["sizes"])
        )
    if len(tables["reason_sets"]):
        drawn["figure_upset"] = Drawn(
            upset_figure(tables["reason_sets"], reasons, name_of, synthetic=synthetic),
            upset_caption(tables["reason_sets"]),
        )
    if tables["confidence_models"]["low"].notna().any():
        models = tables["confidence_models"]
        drawn["figure_forest"] = Drawn(
            forest_figure(models, name_of, synthetic=synthetic), forest_caption(models)
        )
    return drawn | _agreement(tables, questionnaire, name_of, synthetic=synthetic)


def _classes(
    tables: Tables,
    questionnaire: Questionnaire,
    name_of: Callable[[str], str],
    *,
    synthetic: bool,
) -> Figure:
    families = categories(questionnaire)
    counted = tables["classes"].groupby("category")["n"].sum()
    rows = [name for name in families if name not in SEVERAL_CLASSES or counted[name]]
    bands = [families[name] for name in rows]
    return bar_figure(
        tables["classes"], rows, "category", name_of, bands=bands, synthetic=synthetic
    )


def _agreement(
    tables: Tables,
    questionnaire: Questionnaire,
    name_of: Callable[[str], str],
    *,
    synthetic: bool,
) -> dict[str, Drawn]:
    """Draw the answers of two raters, or the coefficients of the pairs of more."""
    agreement = tables["agreement"]
    raters = agreement.loc[agreement["kind"] == "all raters", "raters"].iloc[0]
    measured = agreement["value"].notna() & (agreement["kind"] != "same rater")
    if len(raters) < 2 or not measured.any():
        return {}
    caption = agreement_caption(agreement, name_of)
    if len(raters) > 2:
        figure = pairs_figure(agreement, raters, name_of, synthetic=synthetic)
        return {"figure_agreement": Drawn(figure, caption)}
    n_levels = len(questionnaire.confidence_levels)
    orders = {"family": FAMILIES, "confidence": [str(k) for k in range(1, n_levels + 1)]}
    figure = confusion_figure(tables["confusion"], orders, name_of, synthetic=synthetic)
    return {"figure_agreement": Drawn(figure, caption)}
