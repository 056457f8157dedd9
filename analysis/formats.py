"""The columns of the report's tables; docs/formats.md describes them for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lesions.columns import GROUPS, Column, Format
from lesions.questionnaire import CollapseRule

RULES: Mapping[CollapseRule, str] = {
    "set": "all classes in one family: that family; several MS families: UNCLEAR; any class that "
    "is no MS lesion: OTHER",
    "primary": "the family of the class that was ranked first",
    "any_ms": "as set, of the MS lesion classes alone; OTHER where there is none",
}
VERDICTS = {
    "MS": "an MS lesion: CL, WML or UNCLEAR",
    "CL": "cortical lesion: intracortical or leukocortical",
    "WML": "white matter lesion: juxtacortical or deep",
    "UNCLEAR": "cortical or white matter lesion",
    "OTHER": "not called an MS lesion",
}

_RATER = Column("rater", "text", "name of the rater's account")
_GROUP = Column("group", "text", "group of the ROIs", levels=GROUPS)
_N = Column("n", "integer", "answers that count", minimum=0)
_WHY = Column("not_available", "text", "why a number of the row is n/a", nullable=True)


def _count(name: str, description: str) -> Column:
    return Column(name, "integer", description, minimum=0)


def _number(name: str, description: str, units: str | None = None) -> Column:
    return Column(name, "number", description, units, nullable=True)


def _p(name: str, description: str) -> Column:
    return Column(name, "number", description, nullable=True, minimum=0)


_SHARE = (
    _p("share", "n over n_answers"),
    _p("low", "lower end of the Wilson interval of the share"),
    _p("high", "upper end of the Wilson interval of the share"),
)
_CLUSTER = (
    _p("patient_low", "lower end of the interval that resamples patients"),
    _p("patient_high", "upper end of the interval that resamples patients"),
)
_N_ANSWERS = _count("n_answers", "answers of the rater in the group")

ANSWER_COUNTS = Format(
    "answer_counts.tsv",
    "Which answers the statistics read: one row a rater and group.",
    (
        _RATER,
        _GROUP,
        _count("n_used", "answers that count: newest revision of the first showing"),
        _count("n_older_revisions", "answers left out since the rater changed them"),
        _count("n_repeats", "answers to hidden repeats, left out of the hypotheses"),
        _count("n_patients", "patients whose ROIs were answered"),
        _number("median_volume_mm3", "median volume of the ROIs answered", "mm3"),
        _number("median_active_s", "median time that the rater worked on an ROI", "s"),
    ),
    ("rater", "group"),
)

FAMILIES = Format(
    "families.tsv",
    "H1, H2: what the raters call the ROIs of each group, by family of classes.",
    (
        _RATER,
        _GROUP,
        Column("family", "text", "what the classes collapse to", levels=VERDICTS),
        _count("n", "answers of this family"),
        _N_ANSWERS,
        *_SHARE,
        *_CLUSTER,
        _WHY,
    ),
    ("rater", "group", "family"),
)

CLASSES = Format(
    "classes.tsv",
    "Data of the figure of classes: the class, or the kind of combination, of every answer.",
    (
        _RATER,
        _GROUP,
        Column("category", "text", "the only class of an answer, or what several classes are"),
        Column("family", "text", "family of the category", levels=VERDICTS, nullable=True),
        _count("n", "answers of this category"),
        _N_ANSWERS,
        _p("share", "n over n_answers"),
    ),
    ("rater", "group", "category"),
)

COMBINATIONS = Format(
    "combinations.tsv",
    "Every list of classes that was given, in the raters' order of certainty.",
    (
        _RATER,
        _GROUP,
        Column("classes", "list", "class names, most certain first; custom words left out"),
        Column("family", "text", "what they collapse to by the rule", levels=VERDICTS),
        _count("n", "answers with this list"),
        _N_ANSWERS,
        _p("share", "n over n_answers"),
    ),
    ("rater", "group", "classes"),
)

OWN_WORDS = Format(
    "own_words.tsv",
    "What raters wrote for a custom class or reason.",
    (
        _RATER,
        _GROUP,
        Column(
            "question",
            "text",
            "where they wrote it",
            levels={"classes": "question 1", "reasons": "question 3"},
        ),
        Column("words", "text", "the rater's own words", free=True),
        _count("n", "answers with these words"),
    ),
    ("rater", "group", "question", "words"),
)

CONFIDENCE = Format(
    "confidence.tsv",
    "H3: confidence per rater and group; data of the figure of confidence.",
    (
        _RATER,
        _GROUP,
        _N,
        _number("mean", "mean confidence"),
        _number("sd", "standard deviation, ddof = 1"),
        _number("median", "median confidence"),
        Column("level_counts", "list", "answers at each level, lowest first"),
        _WHY,
    ),
    ("rater", "group"),
)

CONFIDENCE_TESTS = Format(
    "confidence_tests.tsv",
    "H3: is the confidence of a group lower than that of TPL?",
    (
        _RATER,
        _GROUP,
        Column(
            "in_paper",
            "text",
            "whether the paper makes this comparison",
            levels={"yes": "yes", "no": "no, it is beside the paper's"},
        ),
        _N,
        _count("n_tpl", "answers of the rater in TPL"),
        _p("u", "Mann-Whitney U of the group: pairs in which it is higher, ties as one half"),
        _p("p_mann_whitney", "one-sided p, normal approximation with ties and continuity"),
        _p("p_mann_whitney_exact", "one-sided p, all permutations"),
        _number("cliffs_delta", "2 U / (n n_tpl) - 1: below 0 where the group is lower"),
        _number("patient_low", "lower end of the interval of delta that resamples patients"),
        _number("patient_high", "upper end of the interval of delta that resamples patients"),
        _number("ad_statistic", "two-sample Anderson-Darling statistic with midranks, normalised"),
        _p("p_ad_tabulated", "two-sided p from SciPy's table, as the paper's"),
        Column(
            "p_ad_clipped",
            "text",
            "whether the table ends there",
            levels={
                "no": "within the table",
                "floor": "0.001 or less",
                "cap": "0.25 or more",
            },
            nullable=True,
        ),
        _p("p_ad_exact", "two-sided p, all permutations"),
        _WHY,
    ),
    ("rater", "group"),
)

REASONS = Format(
    "reasons.tsv",
    "Why raters were less confident. An answer may give several reasons.",
    (
        _RATER,
        _GROUP,
        Column("reason", "text", "a reason of question 3; `None` is an answer"),
        _count("n", "answers that give this reason"),
        _N_ANSWERS,
        *_SHARE,
        _WHY,
    ),
    ("rater", "group", "reason"),
)

CORRECTION = Format(
    "correction.tsv",
    "H4: how many delineations need correction.",
    (
        _RATER,
        _GROUP,
        _count("n", "answers that say yes"),
        _N_ANSWERS,
        *_SHARE,
        *_CLUSTER,
        _WHY,
    ),
    ("rater", "group"),
)

CORRECTION_TESTS = Format(
    "correction_tests.tsv",
    "H4: does the share that needs correction differ between the groups?",
    (
        _RATER,
        Column("groups", "list", "groups that were compared: those with answers"),
        _N,
        _p("chi2", "Pearson's chi-square, no continuity correction"),
        Column("df", "integer", "degrees of freedom", nullable=True, minimum=1),
        _p("p_chi2", "p of chi-square"),
        _p("min_expected", "smallest expected count; chi-square is doubtful below 5"),
        _p("p_exact", "Fisher-Freeman-Halton exact p"),
        _WHY,
    ),
    ("rater",),
)

CORRECTION_PAIRS = Format(
    "correction_pairs.tsv",
    "H4: the groups two by two.",
    (
        _RATER,
        Column("group_a", "text", "first group", levels=GROUPS),
        Column("group_b", "text", "second group", levels=GROUPS),
        _count("n_yes_a", "needs correction in the first"),
        _count("n_a", "answers in the first"),
        _count("n_yes_b", "needs correction in the second"),
        _count("n_b", "answers in the second"),
        _p("chi2_yates", "chi-square with Yates' continuity correction"),
        _p("p_yates", "p of chi2_yates"),
        _p("q_yates", "p_yates after Benjamini-Hochberg over the rater's pairs"),
        _p("p_fisher", "Fisher's exact p, two-sided"),
        _p("q_fisher", "p_fisher after Benjamini-Hochberg over the rater's pairs"),
        _WHY,
    ),
    ("rater", "group_a", "group_b"),
)

REPORT_FORMATS: Mapping[str, Format] = {
    fmt.filename.removesuffix(".tsv"): fmt
    for fmt in (
        ANSWER_COUNTS,
        FAMILIES,
        CLASSES,
        COMBINATIONS,
        OWN_WORDS,
        CONFIDENCE,
        CONFIDENCE_TESTS,
        REASONS,
        CORRECTION,
        CORRECTION_TESTS,
        CORRECTION_PAIRS,
    )
}


def as_table(rows: Sequence[Mapping[str, Any]], fmt: Format) -> pd.DataFrame:
    """Give rows as a table with the format's columns; what a row leaves out is missing."""
    columns = {
        c.name: pd.Series([r.get(c.name) for r in rows], dtype="object") for c in fmt.columns
    }
    frame = pd.DataFrame(columns)
    for column in fmt.columns:
        if column.kind in ("integer", "number"):
            whole = column.kind == "integer" and not column.nullable
            frame[column.name] = frame[column.name].astype("int64" if whole else "float64")
    return frame
