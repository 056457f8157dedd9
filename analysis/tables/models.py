"""The columns of the tables of ordinal models."""

from analysis.tables.columns import RATER, WHY, count, positive, real
from lesions.columns import Column, Format

MODELS = {
    "proportional odds": "plain model, errors by the sandwich over patients",
    "random patient intercept": "mixed model, adaptive Gauss-Hermite quadrature",
}
TERMS = {
    "FNL": "FNL against TPL",
    "FPL_MS": "FPL of patients with MS against TPL",
    "FPL_mimic": "FPL of mimics against TPL",
    "volume": "twice the volume",
}

CONFIDENCE_MODELS = Format(
    "confidence_models.tsv",
    "H3: odds ratios of a higher confidence, adjusted for the volume of the ROI.",
    (
        RATER,
        Column("model", "text", "which model", levels=MODELS),
        Column("term", "text", "what is compared", levels=TERMS),
        count("n", "answers in the model"),
        count("n_patients", "patients in the model"),
        positive("odds_ratio", "odds of a higher answer, against TPL or for twice the volume"),
        positive("low", "lower end of the interval of the odds ratio"),
        positive("high", "upper end of the interval of the odds ratio"),
        real("log_odds", "logarithm of the odds ratio"),
        positive("error", "standard error of log_odds"),
        positive("p_model", "two-sided p of Wald's test"),
        positive("p_holm", "p_model after Holm over the groups of all raters, model by model"),
        positive("patient_sd", "standard deviation of the patients' intercepts, in log odds"),
        real("log_likelihood", "of the model"),
        WHY,
    ),
    ("rater", "model", "term"),
)
