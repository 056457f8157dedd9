"""Write a study's records: every revision with its checksums, the steps, the accesses."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from lesions.atomic import build_folder
from lesions.columns import Format
from lesions.formats import ACCESSES, RECORDS, STEPS
from lesions.tsv import write_table
from reviewapp import chain
from reviewapp.canonical import moment
from reviewapp.exports import check_unblinded, provenance
from reviewapp.models import AccessLog, AnswerRevision, Study
from reviewapp.redrawn import correction_of
from reviewapp.steps import StudyError

BATCH = 2000
_RELATED = ("assignment__membership", "assignment__roi", "correction")


def export_records(
    study: Study, folder: Path | str, *, interim: bool = False, n_accesses: int | None = None
) -> int:
    """Write records.tsv, steps.tsv and accesses.tsv; give how many revisions there are.

    The same answers give the same records.tsv, byte for byte. An export is an access itself, so
    an older accesses.tsv is the start of a newer one; `n_accesses` gives the older one again.

    Parameters
    ----------
    study : Study
        An unblinded one: names of ROIs tell who drew them.
    folder : path
        Appears whole or not at all; nothing may stand there.
    interim : bool
        Take a study that is not unblinded; the caller has logged the look.
    n_accesses : int, optional
        Write the first so many accesses, and not all.

    Raises
    ------
    BlindedError
        The study is blinded, and this is no interim look.
    StudyError
        There are fewer accesses.
    FileExistsError
        Something stands at `folder`.
    """
    if not interim:
        check_unblinded(study)
    n_logged = study.accesses.count()
    if n_accesses is not None and not 0 <= n_accesses <= n_logged:
        raise StudyError(f"accesses must be 0 to {n_logged}, as the log has, not {n_accesses}")
    with build_folder(folder) as work:
        n_revisions = _write(study, work, RECORDS, _revisions(study))
        _write(study, work, STEPS, _numbered(_steps(study)))
        _write(study, work, ACCESSES, islice(_numbered(_accesses(study)), n_accesses))
    return n_revisions


def _write(study: Study, folder: Path, fmt: Format, rows: Iterator[dict[str, Any]]) -> int:
    frame = pd.DataFrame(list(rows), columns=[column.name for column in fmt.columns], dtype=object)
    told = provenance(study)
    write_table(frame, folder / fmt.filename, fmt, told, synthetic=study.synthetic)
    return len(frame)


def _revisions(study: Study) -> Iterator[dict[str, Any]]:
    rows = study.revisions.order_by("place").select_related(*_RELATED)
    return map(_revision, rows.iterator(BATCH))


def _revision(revision: AnswerRevision) -> dict[str, Any]:
    """Give a row: what the checksum covers, the checksum, and the name of the ROI."""
    told = chain.content(revision, correction_of(revision))
    drawn = told.pop("correction") or {}
    row = {name: value for name, value in told.items() if name in RECORDS.by_name}
    return {
        **row,
        "sha256": revision.sha256,
        "roi_id": revision.assignment.roi.lesion_id,
        "chained_later": _yes_no(revision.chained_later),
        "needs_correction": _yes_no(revision.needs_correction),
        "guessed_source": revision.guessed_source,
        "comment": revision.comment or None,
        "client_version": revision.client_version or None,
        "correction_sha256": drawn.get("mask_sha256"),
        **{
            f"correction_{name}": drawn.get(name)
            for name in ("n_voxels", "volume_mm3", "tools", "confirmed")
        },
    }


def _steps(study: Study) -> Iterator[dict[str, Any]]:
    for step in study.steps.select_related("by", "rater"):
        yield {
            "step": step.kind,
            "by": step.by.username,
            "at": moment(step.at),
            "reason": step.reason or None,
            "rater": None if step.rater is None else step.rater.username,
            "n_answers": step.n_answers,
            "protocol_sha256": step.protocol_sha256,
        }


def _accesses(study: Study) -> Iterator[dict[str, Any]]:
    for access in AccessLog.objects.filter(study=study).order_by("pk").iterator(BATCH):
        shown = access.assignment_id
        yield {
            "at": moment(access.at),
            "who": access.who,
            "kind": access.kind,
            "what": access.what,
            "assignment": None if shown is None else str(shown),
            "not_modified": _yes_no(access.not_modified),
        }


def _numbered(rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return ({"number": number, **row} for number, row in enumerate(rows, start=1))


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
