"""The columns of the report's tables; docs/formats.md describes them for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.tables.agreement import AGREEMENT_FORMATS
from analysis.tables.blinding import BLINDING
from analysis.tables.classes import CLASS_FORMATS
from analysis.tables.columns import (
    CLUSTER,
    GROUP,
    N_ANSWERS,
    N_USED,
    RATER,
    SHARE,
    WHY,
    count,
    positive,
    real,
)
from analysis.tables.correction import CORRECTION_FORMATS
from analysis.tables.models import CONFIDENCE_MODELS
from analysis.tables.review import REVIEW_FORMATS
from analysis.tables.sizes import SIZES
from lesions.columns import Column, Format
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

ANSWER_COUNTS = Format(
    "answer_counts.tsv",
    "Which answers the statistics read: one row a rater and group.",
    (
        RATER,
        GROUP,
        count("n_used", "answers that count: newest revision of the first showing"),
        count("n_older_revisions", "answers left out since the rater changed them"),
        count("n_repeats", "answers to hidden repeats, left out of the hypotheses"),
        count("n_patients", "patients whose ROIs were answered"),
        real("median_volume_mm3", "median volume of the ROIs answered", "mm3"),
        real("median_active_s", "median time that the rater worked on an ROI", "s"),
    ),
    ("rater", "group"),
)

PROTOCOLS = Format(
    "protocols.tsv",
    "The versions of the protocol under which the answers that count were given.",
    (
        Column(
            "protocol_sha256",
            "text",
            "SHA-256 of the protocol; `not recorded` where the answers name none",
        ),
        count("n_used", "answers that count"),
        count("n_raters", "raters who gave them"),
        count("n_rois", "ROIs that they are of"),
        Column("first_answered_at", "text", "time of the first of them"),
        Column("last_answered_at", "text", "time of the last of them"),
    ),
    ("protocol_sha256",),
)

FAMILIES = Format(
    "families.tsv",
    "H1, H2: what the raters call the ROIs of each group, by family of classes.",
    (
        RATER,
        GROUP,
        Column("family", "text", "what the classes collapse to", levels=VERDICTS),
        count("n", "answers of this family"),
        N_ANSWERS,
        *SHARE,
        *CLUSTER,
        WHY,
    ),
    ("rater", "group", "family"),
)

CLASSES = Format(
    "classes.tsv",
    "Data of the figure of classes: the class, or the kind of combination, of every answer.",
    (
        RATER,
        GROUP,
        Column("category", "text", "the only class of an answer, or what several classes are"),
        Column("family", "text", "family of the category", levels=VERDICTS, nullable=True),
        count("n", "answers of this category"),
        N_ANSWERS,
        positive("share", "n over n_answers"),
    ),
    ("rater", "group", "category"),
)

COMBINATIONS = Format(
    "combinations.tsv",
    "Every list of classes that was given, in the raters' order of certainty.",
    (
        RATER,
        GROUP,
        Column("classes", "list", "class names, most certain first; custom words left out"),
        Column("family", "text", "what they collapse to by the rule", levels=VERDICTS),
        count("n", "answers with this list"),
        N_ANSWERS,
        positive("share", "n over n_answers"),
    ),
    ("rater", "group", "classes"),
)

OWN_WORDS = Format(
    "own_words.tsv",
    "What raters wrote for a custom class or reason.",
    (
        RATER,
        GROUP,
        Column(
            "question",
            "text",
            "where they wrote it",
            levels={"classes": "question 1", "reasons": "question 3"},
        ),
        Column("words", "text", "the rater's own words", free=True),
        count("n", "answers with these words"),
    ),
    ("rater", "group", "question", "words"),
)

CONFIDENCE = Format(
    "confidence.tsv",
    "H3: confidence per rater and group; data of the figure of confidence.",
    (
        RATER,
        GROUP,
        N_USED,
        real("mean", "mean confidence"),
        real("sd", "standard deviation, ddof = 1"),
        real("median", "median confidence"),
        Column("level_counts", "list", "answers at each level, lowest first"),
        WHY,
    ),
    ("rater", "group"),
)

CONFIDENCE_TESTS = Format(
    "confidence_tests.tsv",
    "H3: is the confidence of a group lower than that of TPL?",
    (
        RATER,
        GROUP,
        Column(
            "in_paper",
            "text",
            "whether the paper makes this comparison",
            levels={"yes": "yes", "no": "no, it is beside the paper's"},
        ),
        N_USED,
        count("n_tpl", "answers of the rater in TPL"),
        positive("u", "Mann-Whitney U of the group: pairs in which it is higher, ties as one half"),
        positive("p_mann_whitney", "one-sided p, normal approximation with ties and continuity"),
        positive("p_mann_whitney_exact", "one-sided p, all permutations"),
        positive("p_holm", "p_mann_whitney_exact after Holm over all comparisons of the table"),
        real("z_clustered", "Datta and Satten's rank-sum z; below 0 where the group is lower"),
        positive("p_clustered", "one-sided p of z_clustered"),
        positive("p_clustered_holm", "p_clustered after Holm over all comparisons of the table"),
        real("cliffs_delta", "2 U / (n n_tpl) - 1: below 0 where the group is lower"),
        real("delta_low", "lower end of Cliff's interval of delta"),
        real("delta_high", "upper end of Cliff's interval of delta"),
        positive("chance_lower", "P(group below TPL), ties as one half: (1 - delta) / 2"),
        positive("chance_low", "lower end of its interval, from that of delta"),
        positive("chance_high", "upper end of its interval, from that of delta"),
        real("patient_low", "lower end of the interval of delta that resamples patients"),
        real("patient_high", "upper end of the interval of delta that resamples patients"),
        real("ad_statistic", "two-sample Anderson-Darling statistic with midranks, normalised"),
        positive("p_ad_tabulated", "two-sided p from SciPy's table, as the paper's"),
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
        positive("p_ad_exact", "two-sided p, all permutations"),
        WHY,
    ),
    ("rater", "group"),
)

REASONS = Format(
    "reasons.tsv",
    "Why raters were less confident. An answer may give several reasons.",
    (
        RATER,
        GROUP,
        Column("reason", "text", "a reason of question 3; `None` is an answer"),
        count("n", "answers that give this reason"),
        N_ANSWERS,
        *SHARE,
        WHY,
    ),
    ("rater", "group", "reason"),
)

REPORT_FORMATS: Mapping[str, Format] = {
    fmt.filename.removesuffix(".tsv"): fmt
    for fmt in (
        ANSWER_COUNTS,
        PROTOCOLS,
        SIZES,
        FAMILIES,
        CLASSES,
        COMBINATIONS,
        OWN_WORDS,
        CONFIDENCE,
        CONFIDENCE_TESTS,
        CONFIDENCE_MODELS,
        REASONS,
        *CORRECTION_FORMATS,
        *CLASS_FORMATS,
        *AGREEMENT_FORMATS,
        *REVIEW_FORMATS,
        BLINDING,
    )
}
#: There only where the study asked.
OPTIONAL_TABLES = frozenset({"blinding"})


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
