"""The steps of a study's life: which act is possible when, who may do it, and the log of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from reviewapp import seals, tallies
from reviewapp.models import Study, StudyStep

#: Act -> the states in which it is possible, in the order of a study's life.
ACTS: dict[str, tuple[str, ...]] = {
    "change": ("draft",),
    "delete": ("draft",),
    "freeze": ("draft",),
    "open": ("frozen",),
    "close": ("open",),
    "reopen": ("closed",),
    "look": ("open", "closed"),
    "unblind": ("open", "closed"),
    "amend": ("frozen", "open", "closed"),
    "invite": ("draft", "frozen", "open"),
    "add a rater": ("draft", "frozen", "open"),
    "withdraw a rater": ("frozen", "open", "closed"),
    "add a researcher": ("draft", "frozen", "open", "closed", "unblinded"),
    "withdraw a researcher": ("frozen", "open", "closed", "unblinded"),
}
#: How a sentence names an act.
_WORDS = {"look": "be looked at by group", "add a rater": "get another rater"} | {
    "withdraw a rater": "lose a rater",
    "add a researcher": "get another researcher",
    "withdraw a researcher": "lose a researcher",
    "invite": "invite raters",
}
_PARTICIPLES = {
    "change": "changed",
    "delete": "deleted",
    "freeze": "frozen",
    "open": "opened",
    "close": "closed",
    "reopen": "opened again",
    "unblind": "unblinded",
    "amend": "amended",
}


class StudyError(ValueError):
    """A study can't be created, found or changed."""


def possible(study: Study, act: str) -> bool:
    """Say whether an act is possible in the study's state."""
    return study.state in ACTS[act]


@contextmanager
def acting(study: Study, by: User, act: str) -> Iterator[Study]:
    """Lock the study for an act of one of its researchers, and give the row as it is now.

    Answers wait meanwhile. `study` has the new state afterwards.

    Raises
    ------
    StudyError
        The account is no researcher of the study, or the act isn't possible in its state.
    """
    with transaction.atomic():
        row = Study.objects.select_for_update(no_key=True).filter(pk=study.pk).first()
        if row is None:
            raise StudyError(f"{study.name} is not there any more")
        if not Study.objects.led_by(by).filter(pk=study.pk).exists():
            raise StudyError(f"{by} must be a researcher of {study.name} for that")
        if row.state not in ACTS[act]:
            raise StudyError(refusal(row, act))
        yield row
    if act != "delete":
        study.refresh_from_db()


def refusal(study: Study, act: str) -> str:
    """Say why an act isn't possible now, and when it is."""
    word = _WORDS.get(act) or f"be {_PARTICIPLES[act]}"
    states = ACTS[act]
    asked = states[0] if len(states) == 1 else f"{', '.join(states[:-1])} or {states[-1]}"
    return f"{study.name} is {study.state}: only a study that is {asked} can {word}"


def given_reason(study: Study, reason: str, participle: str) -> str:
    """Give the reason without spaces around it.

    Raises
    ------
    StudyError
        There is none.
    """
    if not reason.strip():
        raise StudyError(f"say why {study.name} is {participle}")
    return reason.strip()


def log(
    study: Study,
    kind: str,
    by: User,
    reason: str = "",
    *,
    rater: User | None = None,
    at: datetime | None = None,
    orders: Mapping[int, str] = {},
) -> StudyStep:
    """Write a step into the study's log, and seal it with what it fixed.

    The caller has locked the study, and written all that the step is about; `orders` are the
    SHA-256s of orders that it knows already, by membership.
    """
    when = {} if at is None else {"at": at}
    step = StudyStep.objects.create(
        study=study,
        kind=kind,
        by=by,
        reason=reason.strip(),
        rater=rater,
        n_answers=tallies.n_answers(study),
        protocol_sha256=study.protocol_sha256,
        **when,
    )
    seals.seal_step(step, orders)
    return step
