"""Put a study of any size beside one that is there: its ROIs again and again, rows in bulk."""

import random
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from reviewapp import chain, steps, tallies
from reviewapp.models import (
    AnswerRevision,
    Assignment,
    Membership,
    PracticeRoi,
    Roi,
    Scan,
    Study,
    Tally,
)
from reviewapp.order import spacing
from reviewapp.protocol import add_version, fill_in, settings_of
from reviewapp.showings import Showing
from tests.reviewapp.cohort import ANSWER

BATCH = 2000
#: ROIs of a patient, about.
PER_PATIENT = 25

Row = Mapping[Any, Any]
#: Goes over the raters, one step each, such as a tqdm bar.
Progress = Callable[[Sequence[int]], Iterable[int]]
#: A rater's name, and for each place of the order the number of the ROI and the answer or None.
Order = tuple[str, Iterable[tuple[int, Row | None]]]


def add_plain_study(
    pattern: Study,
    name: str,
    *,
    n_rois: int,
    answered: Sequence[int],
    practice: int = 0,
    progress: Progress = iter,
) -> Study:
    """Add a study of whose ROIs each rater has answered so many, from the first on, all alike."""

    def orders() -> Iterator[Order]:
        for i, n_answered in enumerate(progress(answered)):
            drawn = random.Random(i).sample(range(n_rois), n_rois)
            given = [ANSWER if at < n_answered else None for at in range(n_rois)]
            yield f"{name}-{i:02d}", zip(drawn, given, strict=True)

    return add_study(pattern, name, _plain_rows(n_rois), orders(), practice)


def add_plain_draft(pattern: Study, name: str, *, n_rois: int) -> Study:
    """Add a draft without raters, all ROIs alike, for `studies.freeze`."""
    with transaction.atomic():
        study, _ = _add_sample(pattern, name, _plain_rows(n_rois))
        fill_in(study, replace(settings_of(pattern), n_raters=None), pattern.protocol)
        study.save()
    return study


def _plain_rows(n_rois: int) -> list[Row]:
    return [
        {"lesion_id": f"roi-{i:06d}", "participant_id": f"sub-{i // PER_PATIENT:05d}"}
        for i in range(n_rois)
    ]


def add_study(
    pattern: Study, name: str, rows: Sequence[Row], orders: Iterable[Order], practice: int = 0
) -> Study:
    """Add an open study with the images of another one, and what its raters have answered.

    Parameters
    ----------
    pattern : Study
        Of its ROIs each one here is a copy.
    name : str
    rows : sequence of mapping
        For each ROI `participant_id`, and columns of `Roi` that differ from the copied one.
    orders : iterable of Order
        Written one after the other, each in a transaction of its own.
    practice : int
        Practice ROIs; nobody has answered them.
    """
    with transaction.atomic():
        study, rois = _add_sample(pattern, name, rows, practice)
        # Not `studies.freeze`, which would draw orders of its own.
        for state, step in (("frozen", "frozen"), ("open", "opened")):
            study.state = state
            study.save(update_fields=["state"])
            if step == "frozen":
                add_version(study, study.created_by)
            steps.log(study, step, study.created_by)
    for rater, places in orders:
        user, _ = User.objects.get_or_create(username=rater)
        with transaction.atomic():
            member = Membership.objects.create(study=study, user=user, role="rater", simulated=True)
            _add_showings(member, rois, list(places))
    return study


def _add_sample(
    pattern: Study, name: str, rows: Sequence[Row], practice: int = 0
) -> tuple[Study, list[Roi]]:
    study = Study(**_fields(pattern) | {"id": uuid.uuid4(), "name": name, "state": "draft"})
    study.synthetic, study.closed_at = True, None
    study.save(force_insert=True)
    leader = pattern.memberships.get(role="researcher").user
    Membership.objects.create(study=study, user=leader, role="researcher")
    patients = dict.fromkeys(row["participant_id"] for row in rows)
    scans = {
        patient: Scan(
            **_fields(scan)
            | {"id": uuid.uuid4(), "study_id": study.pk, "session_id": ""}
            | {"participant_id": patient}
        )
        for patient, scan in zip(patients, cycle(pattern.scans.all()), strict=False)
    }
    Scan.objects.bulk_create(scans.values(), batch_size=BATCH)
    rois = []
    for number, (row, roi) in enumerate(zip(rows, cycle(list(pattern.rois.all())), strict=False)):
        changed = {key: row[key] for key in row if key != "participant_id"}
        own = {"id": uuid.uuid4(), "study_id": study.pk, "row": number, "label": number + 1}
        own |= {"scan_id": scans[row["participant_id"]].pk} | changed
        rois.append(Roi(**_fields(roi) | own))
    Roi.objects.bulk_create(rois, batch_size=BATCH)
    for roi in rois:  # what an answer's checksum reads
        roi.study = study
    by_pk = {scan.pk: scan for scan in scans.values()}
    for roi in rois:
        roi.scan = by_pk[roi.scan_id]
    PracticeRoi.objects.bulk_create(_practice_of(rois[:practice]))
    return study, rois


def _practice_of(rois: Sequence[Roi]) -> Iterator[PracticeRoi]:
    """Give practice ROIs that look like these."""
    for position, roi in enumerate(rois, start=1):
        alike = ("study_id", "crop_id", "mask_id", "crop_offset_ijk", "crop_shape", "focus_ras_mm")
        yield PracticeRoi(
            **{name: getattr(roi, name) for name in alike},
            position=position,
            lesion_id=f"practice-{position}",
            scan_id=roi.scan.volume_id,
            scan_shape=roi.scan.shape,
            key_classes=list(ANSWER["classes"]),
        )


def add_answers(member: Membership, given: Iterable[tuple[Assignment, Row]]) -> None:
    """Write answers of a rater in their order, as if each had been recorded."""
    tally = Tally.objects.get(pk=member.pk)
    head = chain.head_of(member.study)
    revisions = []
    for showing, answer in given:
        revision = _revision(showing, answer)
        head = chain.seal(revision, None, head)
        showing.answered_at = revision.created_at
        tallies.count_in(tally, tallies.given(revision))
        revisions.append(revision)
    AnswerRevision.objects.bulk_create(revisions, batch_size=BATCH)
    Assignment.objects.bulk_update([one.assignment for one in revisions], ["answered_at"], BATCH)
    tally.save()


def _add_showings(
    member: Membership, rois: Sequence[Roi], places: Sequence[tuple[int, Row | None]]
) -> None:
    showings = [
        Assignment(membership=member, roi=rois[number], position=position)
        for position, (number, _) in enumerate(places, start=1)
    ]
    Assignment.objects.bulk_create(showings, batch_size=BATCH)
    shown = [Showing(number, 0) for number, _ in places]
    tallies.begin(member, len(places), spacing(shown, [roi.scan.participant_id for roi in rois]))
    answers = (answer for _, answer in places)
    add_answers(member, [(s, a) for s, a in zip(showings, answers, strict=True) if a is not None])


def _revision(showing: Assignment, answer: Row) -> AnswerRevision:
    roi, study = showing.roi, showing.membership.study
    kept = ("confidence", "needs_correction", "comment", "active_s")
    return AnswerRevision(
        study=study,
        assignment=showing,
        number=1,
        classes=list(answer["classes"]),
        reasons=list(answer["reasons"]),
        **{name: answer[name] for name in kept},
        total_s=answer["active_s"],
        created_at=timezone.now(),
        idempotency_key=uuid.uuid4(),
        image_sha256=roi.crop_id,
        mask_sha256=roi.mask_id,
        protocol_sha256=study.protocol_sha256,
    )


def _fields(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
