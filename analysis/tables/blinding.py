"""The columns of the table of guesses who drew a delineation."""

from analysis.tables.columns import GROUP_OR_ALL, RATER, WHY, count, real
from lesions.columns import DRAWN_IN, Column, Format

BLINDING = Format(
    "blinding.tsv",
    "Whether raters knew who drew a delineation; there only where the study asked.",
    (
        RATER,
        GROUP_OR_ALL,
        Column("drawn_in", "text", "the mask that the ROIs were drawn from", levels=DRAWN_IN),
        count("n", "answers"),
        count("n_model", "answers that say that the model drew it"),
        count("n_hand", "answers that say that a person drew it"),
        count("n_unknown", "answers that say that the rater doesn't know"),
        real("bang", "Bang's index: 1 all guesses right, 0 as by chance, -1 all wrong"),
        real("low", "lower end of its interval"),
        real("high", "upper end of its interval"),
        WHY,
    ),
    ("rater", "group", "drawn_in"),
)
