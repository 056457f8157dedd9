"""Write a study's answers as answers.tsv."""

from pathlib import Path
from typing import Any

import pandas as pd

from lesions.formats import ANSWERS
from lesions.tsv import write_table
from reviewapp.models import AnswerRevision, Study
from reviewapp.querysets import AnswerRevisionQuerySet
from reviewapp.redrawn import correction_of


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
    frame = answers_frame(rows.filter(assignment__roi__study=study))
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


def answers_frame(revisions: "AnswerRevisionQuerySet") -> pd.DataFrame:
    """Give revisions as a table of the format ANSWERS, by rater, ROI, repeat and revision."""
    ordered = revisions.select_related(
        "assignment__roi__scan", "assignment__membership__user", "correction"
    ).order_by(
        "assignment__membership__user__username",
        "assignment__roi__row",
        "assignment__repeat",
        "number",
    )
    names = [column.name for column in ANSWERS.columns]
    return pd.DataFrame([_row(revision) for revision in ordered], columns=names)


def provenance(study: Study) -> dict[str, Any]:
    """Say what an export came from: nothing in it changes unless the study does."""
    raters = study.memberships.filter(role="rater").order_by("user__username")
    looks = study.unblindings.order_by("at", "pk").select_related("by")
    return {
        "study": study.name,
        "study_id": str(study.pk),
        "protocol_sha256": study.protocol_sha256,
        "protocol": study.protocol,
        "state": study.state,
        "simulated_raters": [m.user.username for m in raters.filter(simulated=True)],
        "unblindings": [
            {
                "at": iso(look.at),
                "by": look.by.username,
                "reason": look.reason,
                "interim": look.interim,
                "n_answers": look.n_answers,
            }
            for look in looks
        ],
    }


def iso(moment: Any) -> str:
    """Give a UTC time as ISO 8601 with a Z."""
    return str(moment.isoformat()).replace("+00:00", "Z")


def redrawn_volume_mm3(revision: AnswerRevision) -> float | None:
    """Give the volume that the rater drew, None where nothing was redrawn."""
    correction = correction_of(revision)
    return None if correction is None else correction.volume_mm3


def _row(revision: AnswerRevision) -> dict[str, Any]:
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
        "sampling_weight": roi.sampling_weight,
        "comment": revision.comment or None,
        "active_s": revision.active_s,
        "total_s": revision.total_s,
        "repeat": assignment.repeat,
        "answered_at": iso(revision.created_at),
        "revision": revision.number,
    }
