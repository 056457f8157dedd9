"""Columns that several tables of the report share."""

from lesions.columns import GROUPS, Column

RATER = Column("rater", "text", "name of the rater's account")
GROUP = Column("group", "text", "group of the ROIs", levels=GROUPS)
N_USED = Column("n", "integer", "answers that count", minimum=0)
WHY = Column("not_available", "text", "why a number of the row is n/a", nullable=True)


def count(name: str, description: str) -> Column:
    """Give a column of whole numbers that are never missing."""
    return Column(name, "integer", description, minimum=0)


def real(name: str, description: str, units: str | None = None) -> Column:
    """Give a column of numbers of either sign."""
    return Column(name, "number", description, units, nullable=True)


def positive(name: str, description: str) -> Column:
    """Give a column of numbers from 0: shares, probabilities, statistics."""
    return Column(name, "number", description, nullable=True, minimum=0)


SHARE = (
    positive("share", "n over n_answers"),
    positive("low", "lower end of the Wilson interval of the share"),
    positive("high", "upper end of the Wilson interval of the share"),
)
CLUSTER = (
    positive("patient_low", "lower end of the interval that resamples patients"),
    positive("patient_high", "upper end of the interval that resamples patients"),
)
N_ANSWERS = count("n_answers", "answers of the rater in the group")


#: Stands for all groups together, beside each of them.
ALL_GROUPS = "all"
GROUP_OR_ALL = Column(
    "group", "text", "group of the ROIs", levels={ALL_GROUPS: "all groups together", **GROUPS}
)
