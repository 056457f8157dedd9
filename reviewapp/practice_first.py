"""The practice comes first: before it is done a rater sees and answers no ROI of the study."""

from typing import TypeVar

from django.db.models import Exists, OuterRef

from reviewapp.answer_errors import PracticeFirstError
from reviewapp.models import Assignment, Membership, PracticeAnswer, PracticeRoi

#: What `practice_left` is called in the rows of a query that asks it.
PRACTICE_LEFT = "practice_left"

Asked = TypeVar("Asked", Assignment, Membership)


def practice_left(member: str = "") -> Exists:
    """Ask, within a query, whether a rater has practice ROIs to answer.

    `member` leads from the query's rows to the membership, with `__` at its end; empty where the
    rows are memberships.
    """
    practised = PracticeAnswer.objects.filter(
        membership=OuterRef(OuterRef(f"{member}pk")), roi=OuterRef("pk")
    )
    rois = PracticeRoi.objects.filter(study=OuterRef(f"{member}study"))
    return Exists(rois.exclude(Exists(practised)))


def practised(row: Asked) -> Asked:
    """Give a row back that was read with `practice_left`, once its rater has done the practice.

    Raises
    ------
    PracticeFirstError
        The rater has practice ROIs to answer.
    """
    if vars(row)[PRACTICE_LEFT]:
        raise PracticeFirstError("practice ROIs come first")
    return row
