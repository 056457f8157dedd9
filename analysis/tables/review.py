"""The columns of the tables of reasons, corrected metrics and time."""

from analysis.tables.columns import GROUP_OR_ALL, RATER, WHY, count, positive, real
from lesions.columns import Column, Format

REASON_SETS = Format(
    "reason_sets.tsv",
    "Every set of reasons that was given together; data of the UpSet figure.",
    (
        RATER,
        GROUP_OR_ALL,
        Column("reasons", "list", "reasons in the order of the questionnaire; `None` is an answer"),
        count("n", "answers with this set"),
        count("n_answers", "answers of the rater in the group"),
        positive("share", "n over n_answers"),
    ),
    ("rater", "group", "reasons"),
)

REASON_CONFIDENCE = Format(
    "reason_confidence.tsv",
    "Which reasons go with which confidence.",
    (
        RATER,
        Column("reason", "text", "a reason of question 3"),
        count("n_with", "answers that give the reason"),
        count("n_without", "answers that don't"),
        Column("level_counts", "list", "answers that give it at each level, lowest first"),
        positive("mean_with", "mean confidence of those that give it"),
        positive("mean_without", "mean confidence of those that don't"),
        real("cliffs_delta", "below 0 where confidence is lower with the reason"),
        real("delta_low", "lower end of Cliff's interval of delta"),
        real("delta_high", "upper end of Cliff's interval of delta"),
        WHY,
    ),
    ("rater", "reason"),
)

COUNTS_AS = {"MS": "CL, WML and UNCLEAR are lesions", "CL": "CL alone is a lesion"}
METRIC_NAMES = {
    "precision": "TPL / (TPL + FPL)",
    "recall": "TPL / (TPL + FNL)",
    "F1": "2 TPL / (2 TPL + FPL + FNL)",
}
JUDGES = {
    "rater": "one rater",
    "any rater": "at least one of the raters who answered",
    "majority": "more than half of the raters who answered",
    "all raters": "every rater who answered",
}

CORRECTED_METRICS = Format(
    "corrected_metrics.tsv",
    "What the review does to the metrics: over all MS patients, ROIs weighted by their sampling.",
    (
        Column("judge", "text", "whose answers count", levels=JUDGES),
        Column("raters", "list", "names of the raters"),
        Column("counts_as", "text", "which families are lesions", levels=COUNTS_AS),
        Column("metric", "text", "lesion-wise metric", levels=METRIC_NAMES),
        positive("plain", "the metric before the review"),
        positive("plain_low", "lower end of its interval over patients"),
        positive("plain_high", "upper end of its interval over patients"),
        positive("corrected", "FPL called lesions are true, FNL called no MS lesion are left out"),
        positive("corrected_low", "lower end of its interval over patients"),
        positive("corrected_high", "upper end of its interval over patients"),
        real("change", "corrected less plain"),
        real("change_low", "lower end of its interval over patients"),
        real("change_high", "upper end of its interval over patients"),
        positive("tpl", "TPL, weighted"),
        positive("fpl", "FPL of MS patients, weighted"),
        positive("fnl", "FNL, weighted"),
        positive("fpl_lesions", "FPL that are called lesions, weighted"),
        positive("fnl_rejected", "FNL that are called no MS lesion, weighted"),
        WHY,
    ),
    ("judge", "raters", "counts_as", "metric"),
)

PARTS = {
    "all": "all answers",
    "group": "answers in a group",
    "quarter": "answers in a quarter of the rater's order, the first is 1",
    "confidence": "answers with a confidence",
}

TIME = Format(
    "time.tsv",
    "Active time per ROI, first showings.",
    (
        RATER,
        Column("part", "text", "how answers are divided", levels=PARTS),
        Column("value", "text", "which part"),
        count("n", "answers in the part"),
        positive("median_s", "median active time (s)"),
        positive("q1_s", "lower quartile (s)"),
        positive("q3_s", "upper quartile (s)"),
        positive("low_s", "lower end of the interval of the median (s)"),
        positive("high_s", "upper end of the interval of the median (s)"),
        WHY,
    ),
    ("rater", "part", "value"),
)

TRENDS = {
    "position": "place in the rater's order: below 0 means faster later",
    "confidence": "confidence: below 0 means faster where more confident",
    "volume": "volume of the ROI",
}

TIME_TRENDS = Format(
    "time_trends.tsv",
    "What goes with active time.",
    (
        RATER,
        Column("variable", "text", "what goes with active time", levels=TRENDS),
        count("n", "answers"),
        real("spearman", "Spearman's rank correlation of active time with it"),
        real("low", "lower end of the interval"),
        real("high", "upper end of the interval"),
        positive("p_spearman", "two-sided p"),
        WHY,
    ),
    ("rater", "variable"),
)

REVIEW_FORMATS = (REASON_SETS, REASON_CONFIDENCE, CORRECTED_METRICS, TIME, TIME_TRENDS)
