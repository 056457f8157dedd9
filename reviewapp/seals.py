"""Seals: a chain of what a study holds beside its answers.

A seal says what is new or changed since the one before it (`facts`): steps, people, orders, the
protocol, the sample, practice; how far the chain of answers was; and which accesses came since.
Whoever changes one of these rows later no longer matches it, and `verification` finds where.
Each step of a study writes a seal, each practice answer, each hundredth answer, and each export.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone

from reviewapp import chain, facts
from reviewapp.canonical import canonical_sha256, moment
from reviewapp.models import Seal, Study, StudyStep

#: Changes with the list of what is hashed.
FORMAT = 1
#: Answers after which accesses are sealed: images are logged one by one, and sealed together.
ANSWERS_APART = 100


def beginning(study_id: object) -> str:
    """Give what the first seal follows."""
    return canonical_sha256({"study": str(study_id), "seals": FORMAT})


def head_of(study: Study, *, lasting: bool = False) -> chain.Head:
    """Give the end of a study's chain of seals.

    Parameters
    ----------
    study : Study
    lasting : bool
        Leave out what was sealed for an access after everything else: an export is one itself, and
        has to tell the same head when it is made again.
    """
    rows = study.seals.exclude(cause="access") if lasting else study.seals.all()
    newest = rows.order_by("-place").values_list("place", "sha256").first()
    return chain.Head(0, beginning(study.pk)) if newest is None else chain.Head(*newest)


def seal_step(step: StudyStep, orders: Mapping[int, str]) -> Seal:
    """Seal a step that was logged just now, with what it fixed; the caller has locked the study.

    `orders` are the SHA-256s of orders that are known already, by membership.
    """
    return seal(step.study, "step", facts.fixed_by(step, orders))


def seal(study: Study, cause: str, told: Mapping[str, Any]) -> Seal:
    """Write the next seal of a study that is no draft; the caller has locked its row."""
    last = study.seals.order_by("-place").first()
    after = 0 if last is None else last.accesses_to
    _wait_for_accesses(study)
    accesses = study.accesses.filter(pk__gt=after)
    found = accesses.aggregate(n=Count("pk"), to=Max("pk"))
    head = chain.head_of(study)
    new: Seal = study.seals.model(
        study=study,
        place=1 if last is None else last.place + 1,
        at=timezone.now(),
        cause=cause,
        facts=dict(told),
        n_revisions=head.n,
        head_sha256=head.sha256,
        accesses_to=found["to"] or after,
        n_accesses=found["n"],
        accesses_sha256=facts.accesses_sha256(accesses),
        previous_sha256=beginning(study.pk) if last is None else last.sha256,
    )
    new.sha256 = sha256_of(new)
    new.save(force_insert=True)
    return new


def sha256_of(row: Seal) -> str:
    """Give the checksum of a seal as its row stands now; docs/integrity.md lists what it covers."""
    names = (
        "place", "cause", "facts", "n_revisions", "head_sha256", "accesses_to", "n_accesses",
        "accesses_sha256", "previous_sha256",
    )  # fmt: skip
    told = {name: getattr(row, name) for name in names}
    return canonical_sha256(
        {"format": FORMAT, "study": str(row.study_id), "at": moment(row.at), **told}
    )


def share_lock(study_id: Any) -> str:
    """Give SQL for PostgreSQL by which an access is not sealed before it is committed."""
    return f"pg_advisory_xact_lock_shared({_key(study_id)})"


def _wait_for_accesses(study: Study) -> None:
    """Let accesses that got their ids already be committed, and others wait until the seal is.

    Else a row could come in later with an id that was sealed as absent. SQLite has one writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({_key(study.pk)})")


def _key(study_id: Any) -> int:
    """Give the number of a study's lock: the start of its random id."""
    return int.from_bytes(study_id.bytes[:8], signed=True)
