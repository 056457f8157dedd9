"""A practice block: ROIs of their own with a key, answered before the first ROI of the study."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from lesions.formats import PRACTICE_KEY
from lesions.questionnaire import Questionnaire, QuestionnaireError
from lesions.tsv import read_table
from reviewapp import durations, facts, seals
from reviewapp.answer_errors import (
    ClosedStudyError,
    PractisedError,
    ReusedKeyError,
    WithdrawnRaterError,
)
from reviewapp.answers import validate
from reviewapp.freezing import FrozenScan, Sample, freeze_scan, read_sample
from reviewapp.models import Membership, PracticeAnswer, PracticeRoi, Study, Volume
from reviewapp.steps import StudyError

#: Of a checked answer what is about its sending and its times: practice keeps what was said.
_NOT_KEPT = ("revises", "client_version", *durations.FIELDS)


@dataclass(frozen=True)
class PracticePaths:
    """Where a practice block comes from; `n` ROIs of it are drawn, None for all."""

    rois: Path | str
    key: Path | str
    scans: Path | str
    n: int | None = None


@dataclass(frozen=True)
class Practice:
    """A practice block as read: its sample, the rows drawn in their order, the key of each row."""

    sample: Sample
    rows: tuple[int, ...]
    classes: tuple[tuple[str, ...], ...]
    feedback: tuple[str, ...]


def read_practice(paths: PracticePaths, questionnaire: Questionnaire, seed: int) -> Practice:
    """Read a practice block, and draw its ROIs by the study's seed: the same for all raters.

    Raises
    ------
    TableError, SampleError
        A table breaks its format, or a file is missing.
    StudyError
        An ROI has no key, the key has a class that isn't the study's, or n is out of range.
    """
    sample = read_sample(paths.rois, paths.scans)
    rows = read_table(paths.key, PRACTICE_KEY).to_dict("records")
    key: dict[str, Any] = {row["lesion_id"]: row for row in rows}
    names = [str(row["lesion_id"]) for row in sample.rows]
    missing = [name for name in names if name not in key]
    if missing:
        raise StudyError(f"{paths.key}: expected a row for {missing[0]}, came none")
    n = len(names) if paths.n is None else paths.n
    if not 1 <= n <= len(names):
        raise StudyError(f"practice ROIs must be 1 to {len(names)}, not {n}")
    classes = tuple(tuple(key[name]["classes"]) for name in names)
    for name, given in zip(names, classes, strict=True):
        try:
            questionnaire.family(given)
        except QuestionnaireError as error:
            raise StudyError(f"{paths.key} ({name}): {error}") from None
    feedback = tuple(str(key[name]["feedback"] or "") for name in names)
    drawn = np.random.default_rng([seed, len(names)]).permutation(len(names))[:n]
    return Practice(sample, tuple(drawn.tolist()), classes, feedback)


def freeze_practice(practice: Practice, store: Callable[[bytes], str]) -> list[FrozenScan]:
    """Make and store the volumes of the scans that have a practice ROI."""
    scans = dict.fromkeys(practice.sample.scans[row] for row in practice.rows)
    return [freeze_scan(practice.sample, scan, store) for scan in scans]


def add_practice(study: Study, practice: Practice, frozen: Iterable[FrozenScan]) -> None:
    """Put a practice block into a draft.

    Raises
    ------
    StudyError
        A practice ROI is one of the study's own.
    """
    names = [str(practice.sample.rows[row]["lesion_id"]) for row in practice.rows]
    known = study.rois.filter(lesion_id__in=names).first()
    if known is not None:
        raise StudyError(f"{known.lesion_id} is of the study: practise on another ROI")
    for scan in frozen:
        Volume.objects.get_or_create(
            sha256=scan.sha256, defaults={"kind": "scan", "n_bytes": scan.n_bytes}
        )
        for roi in scan.rois:
            if roi.index not in practice.rows:
                continue
            for kind, sha256 in (("crop", roi.crop), ("mask", roi.mask)):
                Volume.objects.get_or_create(
                    sha256=sha256, defaults={"kind": kind, "n_bytes": roi.n_bytes[kind]}
                )
            PracticeRoi.objects.create(
                study=study,
                position=practice.rows.index(roi.index) + 1,
                lesion_id=practice.sample.rows[roi.index]["lesion_id"],
                crop_id=roi.crop,
                mask_id=roi.mask,
                scan_id=scan.sha256,
                crop_offset_ijk=roi.box.offset,
                crop_shape=roi.box.shape,
                scan_shape=scan.shape,
                focus_ras_mm=roi.focus_ras_mm,
                key_classes=practice.classes[roi.index],
                key_feedback=practice.feedback[roi.index],
            )


def next_practice(member: Membership) -> PracticeRoi | None:
    """Give the first practice ROI that a rater hasn't answered; None after the last."""
    rois = PracticeRoi.objects.filter(study=member.study_id).order_by("position")
    return rois.exclude(answers__membership=member).first()


def next_practices(members: Sequence[Membership]) -> dict[int, UUID]:
    """Give the same for several raters, by the id of each who has one left, in two queries."""
    rois: dict[UUID, list[UUID]] = defaultdict(list)
    of_studies = PracticeRoi.objects.filter(study__in={member.study_id for member in members})
    for study_id, roi_id in of_studies.order_by("position").values_list("study_id", "pk"):
        rois[study_id].append(roi_id)
    given = PracticeAnswer.objects.filter(membership__in=members)
    answered = set(given.values_list("membership_id", "roi_id"))
    left = {
        member.pk: [roi for roi in rois[member.study_id] if (member.pk, roi) not in answered]
        for member in members
    }
    return {pk: found[0] for pk, found in left.items() if found}


def record_practice(
    member: Membership, roi: PracticeRoi, data: dict[str, Any], key: UUID
) -> tuple[PracticeAnswer, bool]:
    """Store a rater's answer to a practice ROI, and say whether it is new; the first one counts.

    Raises
    ------
    AnswerError
        Invalid, to a closed study, by a withdrawn rater, with a reused key, or a second one.
        Nothing was stored.
    """
    # A practice ROI is not redrawn.
    checked = validate(member.study, {**data, "correction": None})
    answer = {name: value for name, value in checked.items() if name not in _NOT_KEPT}
    with transaction.atomic():
        study = Study.objects.select_for_update(no_key=True).get(pk=member.study_id)
        known = PracticeAnswer.objects.filter(membership=member, roi=roi).first()
        if known is not None:
            return _given_again(known, answer, key), False
        if not study.is_open:
            raise ClosedStudyError(f"{study.name} is closed to answers")
        if not Membership.objects.filter(pk=member.pk, withdrawn_at=None).exists():
            raise WithdrawnRaterError(f"the rater was withdrawn from {study.name}")
        stored = PracticeAnswer.objects.create(
            membership=member, roi=roi, answer=answer, idempotency_key=key
        )
        seals.seal(study, "practice", facts.of_practice_answers(member, pk=stored.pk))
    return stored, True


def _given_again(known: PracticeAnswer, answer: dict[str, Any], key: UUID) -> PracticeAnswer:
    if known.idempotency_key != key:
        raise PractisedError("this practice ROI has its answer")
    if known.answer != answer:
        raise ReusedKeyError("this Idempotency-Key came before with another answer")
    return known
