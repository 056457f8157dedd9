"""The columns of the tables for the design of the next study."""

from collections.abc import Mapping

from analysis.tables.columns import count, positive
from lesions.columns import Column, Format

_N_PATIENTS = count("n_patients", "patients of the simulated study")
_N_ROIS = count("n_rois", "ROIs in each group")
_N_STUDIES = count("n_studies", "studies simulated")

POWER = Format(
    "power.tsv",
    "How often a simulated study finds confidence lower; each patient has ROIs in both groups.",
    (
        _N_PATIENTS,
        _N_ROIS,
        positive("odds_ratio", "odds of a higher answer in the group; 1 is no difference"),
        positive("power", "share of studies whose clustered rank test is below alpha"),
        positive("low", "lower end of its Wilson interval"),
        positive("high", "upper end of its Wilson interval"),
        positive("power_naive", "the same by Mann-Whitney, which takes ROIs as independent"),
        _N_STUDIES,
    ),
    ("n_patients", "n_rois", "odds_ratio"),
)

DETECTABLE = Format(
    "detectable.tsv",
    "The effect that a study of this size finds with the power asked for.",
    (
        _N_PATIENTS,
        _N_ROIS,
        positive("odds_ratio", "largest odds ratio below 1 that is found, between those simulated"),
        Column("not_available", "text", "why there is none", nullable=True),
    ),
    ("n_patients", "n_rois"),
)

WIDTHS = Format(
    "widths.tsv",
    "Width of a share's interval against the number of ROIs.",
    (
        _N_PATIENTS,
        _N_ROIS,
        positive("share", "mean share of answers that hit"),
        positive("width_wilson", "mean width of Wilson's interval, ROIs taken as independent"),
        positive("width_true", "width that holds 95 % of the simulated shares"),
        _N_STUDIES,
    ),
    ("n_patients", "n_rois"),
)

DESIGN_FORMATS: Mapping[str, Format] = {
    fmt.filename.removesuffix(".tsv"): fmt for fmt in (POWER, DETECTABLE, WIDTHS)
}
