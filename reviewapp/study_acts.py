"""The acts that the study page offers, in the order of a study's life, with their words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from reviewapp import studies
from reviewapp.models import Study
from reviewapp.study_drafts import delete_draft


@dataclass(frozen=True)
class PageAct:
    """An act that the study page offers: its words, and what it does."""

    title: str
    lead: str
    button: str
    confirm: str
    done: str
    reasoned: bool
    do: Callable[[Study, User, str], Any]


ACTS = {
    "freeze": PageAct(
        "Freeze the study",
        "Sample, questions, orders and settings are fixed under one hash, which every answer "
        "carries. From then on a change is an amendment with a reason.",
        "Freeze",
        "Nothing is to be changed any more",
        "The study is frozen.",
        False,
        studies.freeze,
    ),
    "open": PageAct(
        "Open the study",
        "The raters see it on their home page and can begin.",
        "Open",
        "Let the raters in",
        "The study is open.",
        False,
        studies.open_study,
    ),
    "close": PageAct(
        "Close the study",
        "Raters can still read their answers, but not add or change one. It can be opened again "
        "until it is unblinded.",
        "Close",
        "Take no more answers",
        "The study is closed.",
        True,
        studies.close,
    ),
    "reopen": PageAct(
        "Open the study again",
        "Raters can add and change answers again. Nobody has seen results for good yet.",
        "Open again",
        "Take answers again",
        "The study is open again.",
        True,
        studies.reopen,
    ),
    "delete": PageAct(
        "Delete the draft",
        "The draft goes with its sample. A study that was frozen once is never deleted.",
        "Delete the draft",
        "Delete it for good",
        "The draft is deleted.",
        False,
        lambda study, by, reason: delete_draft(study, by),
    ),
}
