"""The columns of the tables of agreement."""

from analysis.tables.columns import GROUP_OR_ALL, WHY, count, positive, real
from lesions.columns import Column, Format

KINDS = {
    "all raters": "all raters together",
    "pair": "two raters",
    "same rater": "first showing and repeat of one rater",
}
QUESTIONS = {
    "family": "family of the classes, by the rule",
    "class": "class that was ranked first",
    "ranked classes": "the whole ranked list of classes",
    "confidence": "confidence, an ordered scale",
    "correction": "whether the delineation needs correction",
}
COEFFICIENTS = {
    "percent": "share of agreeing pairs of answers",
    "Cohen kappa": "kappa of two raters",
    "Cohen kappa, linear": "kappa, weights by distance",
    "Cohen kappa, quadratic": "kappa, weights by squared distance",
    "Gwet AC1": "AC1",
    "Gwet AC2, quadratic": "AC2, weights by squared distance",
    "Krippendorff alpha": "alpha, nominal",
    "Krippendorff alpha, ordinal": "alpha, ordinal",
    "overlap": "mean rank-biased overlap of the lists",
    "Krippendorff alpha, overlap": "alpha with 1 - rank-biased overlap as distance",
}
_RATERS = Column("raters", "list", "names of the raters compared")
_QUESTION = Column("question", "text", "what was answered", levels=QUESTIONS)

AGREEMENT = Format(
    "agreement.tsv",
    "Agreement between raters, and of raters with themselves.",
    (
        Column("kind", "text", "who is compared", levels=KINDS),
        _RATERS,
        GROUP_OR_ALL,
        _QUESTION,
        Column("coefficient", "text", "how agreement is measured", levels=COEFFICIENTS),
        count("n_items", "ROIs with two answers or more"),
        real("value", "the coefficient; 1 is full agreement, 0 what chance gives (percent: none)"),
        positive("error", "standard error, ROIs taken as independent"),
        real("low", "lower end of the interval by the standard error"),
        real("high", "upper end of the interval by the standard error"),
        real("patient_low", "lower end of the interval that resamples patients"),
        real("patient_high", "upper end of the interval that resamples patients"),
        positive("observed", "agreement observed"),
        positive("by_chance", "agreement by chance"),
        WHY,
    ),
    ("kind", "raters", "group", "question", "coefficient"),
)

CONFUSION = Format(
    "confusion.tsv",
    "Which answers two raters gave to the same ROIs; pairs of answers that occur.",
    (
        Column("kind", "text", "who is compared", levels=KINDS),
        _RATERS,
        _QUESTION,
        Column("answer_a", "text", "answer of the first (or to the first showing)"),
        Column("answer_b", "text", "answer of the second (or to the repeat)"),
        count("n", "ROIs with these two answers"),
    ),
    ("kind", "raters", "question", "answer_a", "answer_b"),
)

MCNEMAR = Format(
    "mcnemar.tsv",
    "Whether one of two raters says yes more often, on the ROIs that both answered.",
    (
        _RATERS,
        GROUP_OR_ALL,
        Column(
            "claim",
            "text",
            "what the raters say of an ROI",
            levels={"MS lesion": "any MS family", "needs correction": "yes to question 4"},
        ),
        count("n_both", "ROIs of which both say it"),
        count("n_first", "ROIs of which the first alone says it"),
        count("n_second", "ROIs of which the second alone says it"),
        count("n_neither", "ROIs of which neither says it"),
        real("difference", "share of the first less share of the second"),
        real("low", "lower end of Newcombe's interval of the difference"),
        real("high", "upper end of Newcombe's interval of the difference"),
        positive("p_mcnemar", "McNemar's exact p, two-sided"),
        positive("p_mid", "McNemar's mid-p, two-sided"),
        positive("p_holm", "p_mcnemar after Holm over all rows that could be tested"),
        WHY,
    ),
    ("raters", "group", "claim"),
)

AGREEMENT_FORMATS = (AGREEMENT, CONFUSION, MCNEMAR)
