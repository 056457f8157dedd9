"""Write a study's answers as answers.tsv."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lesions.formats import ANSWERS
from lesions.tsv import write_table
from reviewapp import chain, seals
from reviewapp.models import LOOKS, AnswerRevision, Membership, ProtocolVersion, Study, StudyStep
from reviewapp.protocol import changes_between
from reviewapp.querysets import AnswerRevisionQuerySet
from reviewapp.redrawn import correction_of
from reviewapp.sittings import Worked, work_of
from reviewapp.storable import in_order

#: Where the other answers aren't at hand.
UNKNOWN = Worked(None, None)
NO_WORK: Mapping[int, Worked] = {}


class BlindedError(ValueError):
    """The study is blinded: a table with its groups would unblind it."""


def export_answers(
    study: Study, path: Path | str, *, all_revisions: bool = False, interim: bool = False
) -> int:
    """Write the study's answers, and give how many rows there are.

    The same answers give the same bytes.

    Parameters
    ----------
    study : Study
        An unblinded one.
    path : path ending in .tsv
    all_revisions : bool
        One row a revision; else the newest of each answer.
    interim : bool
        Take a study that is not unblinded; the caller has logged the look.

    Raises
    ------
    BlindedError
        The study is blinded, and this is no interim look.
    """
    if not interim:
        check_unblinded(study)
    rows = AnswerRevision.objects.all() if all_revisions else AnswerRevision.objects.current()
    frame = answers_frame(rows.filter(assignment__roi__study=study), work_of(study))
    write_table(frame, path, ANSWERS, provenance(study), synthetic=study.synthetic)
    return len(frame)


def check_unblinded(study: Study) -> None:
    """Refuse a blinded study.

    Raises
    ------
    BlindedError
        No researcher has unblinded it.
    """
    if not study.is_unblinded:
        raise BlindedError(
            f"{study.name} is blinded, and the export tells groups; run `manage.py unblind` first, "
            "or pass --interim to log an interim look"
        )


def answers_frame(
    revisions: AnswerRevisionQuerySet, work: Mapping[int, Worked] = NO_WORK
) -> pd.DataFrame:
    """Give revisions as a table of the format ANSWERS, by rater, ROI, repeat and revision.

    `work` has the block and the sitting of each; without it they are missing.
    """
    ordered = with_rows(revisions).order_by(
        "assignment__membership__user__username",
        "assignment__roi__row",
        "assignment__repeat",
        "number",
    )
    names = [column.name for column in ANSWERS.columns]
    rows = [answer_row(revision) | work.get(revision.pk, UNKNOWN)._asdict() for revision in ordered]
    return pd.DataFrame(rows, columns=names)


def provenance(study: Study) -> dict[str, Any]:
    """Say what an export came from: nothing in it changes unless the study does."""
    raters = (
        study.memberships.filter(role="rater")
        .select_related("user", "tally")
        .order_by("user__username")
    )
    steps = study.steps.select_related("by", "rater")
    head, seal = chain.head_of(study), seals.head_of(study, lasting=True)
    return {
        "study": study.name,
        "study_id": str(study.pk),
        "protocol_sha256": study.protocol_sha256,
        "protocol": in_order(study.protocol),
        "protocol_versions": _versions(study),
        "state": study.state,
        "records": {
            "n_revisions": head.n,
            "head_sha256": head.sha256,
            "n_seals": seal.n,
            "seal_sha256": seal.sha256,
        },
        "interim": not study.is_unblinded,
        "orders": {m.user.username: _order(m) for m in raters.exclude(tally=None)},
        "simulated_raters": [m.user.username for m in raters.filter(simulated=True)],
        "added_raters": _raters_of(steps, "rater added"),
        "withdrawn_raters": _raters_of(steps, "rater withdrawn"),
        "unblindings": [_look(step) for step in steps if step.kind in LOOKS],
        "interim_looks": [_look(step) for step in steps if step.interim],
        "steps": [
            {"step": step.kind, **_told(step), "protocol_sha256": step.protocol_sha256}
            for step in steps
        ],
    }


def _order(member: Membership) -> dict[str, int | None]:
    """Give what a rater's stored order is like, in showings; None where nothing comes twice."""
    names = ("n_showings", "least_distance_patient", "least_distance_repeat")
    return {name: getattr(member.tally, name) for name in names}


def _versions(study: Study) -> list[dict[str, Any]]:
    """Give each version of the protocol, with what an amendment changed."""
    told = []
    before: ProtocolVersion | None = None
    for version in study.protocol_versions.select_related("by"):
        changes = {} if before is None else changes_between(before.protocol, version.protocol)
        told.append(
            {
                "version": version.number,
                "protocol_sha256": version.sha256,
                "at": iso(version.at),
                "by": version.by.username,
                "reason": version.reason,
                "changes": in_order(changes),
            }
        )
        before = version
    return told


def _raters_of(steps: Iterable[StudyStep], kind: str) -> list[str]:
    return sorted(step.rater.username for step in steps if step.kind == kind and step.rater)


def _look(step: StudyStep) -> dict[str, Any]:
    told = _told(step)
    del told["rater"]
    return {**told, "interim": step.interim}


def _told(step: StudyStep) -> dict[str, Any]:
    return {
        "at": iso(step.at),
        "by": step.by.username,
        "reason": step.reason,
        "rater": None if step.rater is None else step.rater.username,
        "n_answers": step.n_answers,
    }


def iso(moment: Any) -> str:
    """Give a UTC time as ISO 8601 with a Z."""
    return str(moment.isoformat()).replace("+00:00", "Z")


def redrawn_volume_mm3(revision: AnswerRevision) -> float | None:
    """Give the volume that the rater drew, None where nothing was redrawn."""
    correction = correction_of(revision)
    return None if correction is None else correction.volume_mm3


def with_rows(revisions: AnswerRevisionQuerySet) -> AnswerRevisionQuerySet:
    """Read in one query all that `answer_row` needs."""
    return revisions.select_related(
        "assignment__roi__scan", "assignment__membership__user", "correction"
    )


def answer_row(revision: AnswerRevision) -> dict[str, Any]:
    """Give what one revision alone makes of its row of answers.tsv; it tells the group."""
    assignment = revision.assignment
    roi, scan = assignment.roi, assignment.roi.scan
    return {
        "rater": assignment.membership.user.username,
        "roi_id": roi.lesion_id,
        "participant_id": scan.participant_id,
        "session_id": scan.session_id or None,
        "acquisition": scan.acquisition,
        "group": roi.group,
        "volume_mm3": roi.volume_mm3,
        "classes": tuple(revision.classes),
        "confidence": revision.confidence,
        "reasons": tuple(revision.reasons),
        "needs_correction": "yes" if revision.needs_correction else "no",
        "redrawn_volume_mm3": redrawn_volume_mm3(revision),
        "guessed_source": revision.guessed_source,
        "drawn_in": roi.drawn_in,
        "sampling_weight": roi.sampling_weight,
        "comment": revision.comment or None,
        "active_s": revision.active_s,
        "total_s": revision.total_s,
        "repeat": assignment.repeat,
        "answered_at": iso(revision.created_at),
        "revision": revision.number,
        "protocol_sha256": revision.protocol_sha256,
    }
