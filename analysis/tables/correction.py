"""The columns of the tables of H4: which delineations need correction."""

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
from lesions.columns import GROUPS, Column, Format

CORRECTION = Format(
    "correction.tsv",
    "H4: how many delineations need correction.",
    (
        RATER,
        GROUP,
        count("n", "answers that say yes"),
        N_ANSWERS,
        *SHARE,
        *CLUSTER,
        WHY,
    ),
    ("rater", "group"),
)

CORRECTION_TESTS = Format(
    "correction_tests.tsv",
    "H4: does the share that needs correction differ between the groups?",
    (
        RATER,
        Column("groups", "list", "groups that were compared: those with answers"),
        N_USED,
        positive("chi2", "Pearson's chi-square, no continuity correction"),
        Column("df", "integer", "degrees of freedom", nullable=True, minimum=1),
        positive("p_chi2", "p of chi-square"),
        positive("min_expected", "smallest expected count; chi-square is doubtful below 5"),
        positive("p_exact", "Fisher-Freeman-Halton exact p"),
        positive("cramers_v", "Cramér's V: 0 no association, 1 complete"),
        positive("v_low", "lower end of the interval of Cramér's V"),
        positive("v_high", "upper end of the interval of Cramér's V"),
        WHY,
    ),
    ("rater",),
)

CORRECTION_PAIRS = Format(
    "correction_pairs.tsv",
    "H4: the groups two by two.",
    (
        RATER,
        Column("group_a", "text", "first group", levels=GROUPS),
        Column("group_b", "text", "second group", levels=GROUPS),
        count("n_yes_a", "needs correction in the first"),
        count("n_a", "answers in the first"),
        count("n_yes_b", "needs correction in the second"),
        count("n_b", "answers in the second"),
        positive("chi2_yates", "chi-square with Yates' continuity correction"),
        positive("p_yates", "p of chi2_yates"),
        positive("q_yates", "p_yates after Benjamini-Hochberg over the rater's pairs"),
        positive("p_plain", "p of chi-square without continuity correction"),
        positive("q_plain", "p_plain after Benjamini-Hochberg over the rater's pairs"),
        positive("p_fisher", "Fisher's exact p, two-sided"),
        positive("q_fisher", "p_fisher after Benjamini-Hochberg over the rater's pairs"),
        real("difference", "share of the first less share of the second"),
        real("low", "lower end of Newcombe's interval of the difference"),
        real("high", "upper end of Newcombe's interval of the difference"),
        WHY,
    ),
    ("rater", "group_a", "group_b"),
)

CORRECTION_FORMATS = (CORRECTION, CORRECTION_TESTS, CORRECTION_PAIRS)
