"""The life of a study: created from a sample, closed, unblinded."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from lesions.columns import DRAWN_IN
from lesions.questionnaire import Questionnaire, paper_questionnaire
from lesions.scans import Scan
from reviewapp import crops, order, volumes
from reviewapp.freezing import FrozenScan, Sample, file_sha256, freeze_scan, read_sample
from reviewapp.models import (
    NAME_LENGTH,
    AnswerRevision,
    Assignment,
    Membership,
    Roi,
    Study,
    Unblinding,
    Volume,
)
from reviewapp.models import Scan as ScanRow

#: Columns of rois.tsv that a row of `Roi` holds as they are.
_PLAIN_COLUMNS = (
    "lesion_id",
    "outcome",
    "drawn_in",
    "label",
    "n_voxels",
    "volume_mm3",
    "centroid_r_mm",
    "centroid_a_mm",
    "centroid_s_mm",
    "group",
    "stratum",
    "sampling_weight",
)

Progress = Callable[[Sequence[Scan]], Iterable[Scan]]


class StudyError(ValueError):
    """A study can't be created, found or changed."""


@dataclass(frozen=True)
class StudySettings:
    """What a study's protocol fixes beside its sample.

    `seed`, `repeat_share` and `repeat_distance` settle the orders (`order.draw_order`);
    `radiological` shows the patient's left on the right.
    """

    seed: int = 42
    repeat_share: float = 0.1
    repeat_distance: int = 40
    radiological: bool = True


@dataclass(frozen=True)
class People:
    """The accounts of a study; `simulated` raters are computers."""

    raters: tuple[User, ...]
    researcher: User
    simulated: bool = False


def create_study(
    name: str,
    rois_path: Path | str,
    scans_path: Path | str,
    people: People,
    settings: StudySettings = StudySettings(),
    *,
    questionnaire: Questionnaire | None = None,
    progress: Progress = iter,
) -> Study:
    """Freeze a sample as a study, and draw and store each rater's order.

    Parameters
    ----------
    name : str
        Unique; shown to the raters.
    rois_path, scans_path : paths of the sample and its cohort
    people : People
    settings : StudySettings
    questionnaire : Questionnaire, optional
        The paper's where not given.
    progress : function
        Goes over the scans, one step each, such as a tqdm bar.

    Raises
    ------
    StudyError, SampleError, OrderError, TableError, ImageError, GridError, CropError, VolumeError
        Nothing is left behind: rows are written in one transaction, and new volumes are removed.
    """
    _check_name(name)
    _check_people(people)
    # Refuses bad settings before the long work.
    _draw_order([], "", settings)
    sample = read_sample(rois_path, scans_path)
    scans = tuple(dict.fromkeys(sample.scans))
    with volumes.adding() as store:
        # Before the transaction: raters of other studies answer meanwhile.
        frozen = [freeze_scan(sample, scan, store) for scan in progress(scans)]
        with transaction.atomic():
            study = _add_study(
                name, sample, people, settings, questionnaire or paper_questionnaire()
            )
            for scan in frozen:
                _add_scan(study, sample, scan)
            rois = list(study.rois.order_by("row").select_related("scan"))
            for member in _add_people(study, people):
                _draw(member, rois, settings)
    return study


def close(study: Study) -> None:
    """Take no more answers; nothing happens to a closed study."""
    with transaction.atomic():
        row = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if row.is_open:
            row.state, row.closed_at = "closed", timezone.now()
            row.save(update_fields=["state", "closed_at"])
    study.refresh_from_db()


def unblind(study: Study, by: User, reason: str, *, interim: bool = False) -> Unblinding:
    """Log that the groups are opened, and close the study to answers; an interim look does not.

    Raises
    ------
    StudyError
        The account is no researcher of the study, or there is no reason.
    """
    if not Study.objects.led_by(by).filter(pk=study.pk).exists():
        raise StudyError(f"{by} must be a researcher of {study.name} to see its groups")
    if not reason.strip():
        raise StudyError(f"say why {study.name} is unblinded")
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        n_answers = AnswerRevision.objects.current().filter(assignment__roi__study=study).count()
        if not interim:
            close(study)
        return Unblinding.objects.create(
            study=study, by=by, reason=reason.strip(), interim=interim, n_answers=n_answers
        )


def _check_name(name: str) -> None:
    if not name.strip() or not name.isprintable() or len(name) > NAME_LENGTH:
        raise StudyError(f"a study's name must have 1 to {NAME_LENGTH} printable characters")
    if Study.objects.filter(name=name).exists():
        raise StudyError(f'there is a study "{name}" already; give this one another name')


def _check_people(people: People) -> None:
    names = [user.username for user in people.raters]
    if not names:
        raise StudyError("expected at least one rater, came none")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError(f"expected each rater once, came {twice[0]} twice")
    taken = sorted({*names} & {*DRAWN_IN})
    if taken:
        raise StudyError(
            f'"{taken[0]}" names a mask in corrections.tsv: the rater needs another account name'
        )
    if people.researcher.username in names:
        raise StudyError(f"{people.researcher} can't rate and lead a study: groups would be known")


def _add_study(
    name: str,
    sample: Sample,
    people: People,
    settings: StudySettings,
    questionnaire: Questionnaire,
) -> Study:
    protocol: dict[str, Any] = {
        "questionnaire": questionnaire.as_dict(),
        "settings": asdict(settings),
        "crop_mm": crops.CROP_MM,
        "margin_mm": crops.MARGIN_MM,
        "raters": sorted(user.username for user in people.raters),
        "simulated_raters": people.simulated,
        "synthetic": sample.synthetic,
        "rois_sha256": file_sha256(sample.path),
        "scans_sha256": file_sha256(sample.cohort.path),
    }
    canonical = json.dumps(protocol, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Study.objects.create(
        name=name,
        synthetic=sample.synthetic,
        radiological=settings.radiological,
        questionnaire=questionnaire.as_dict(),
        protocol=protocol,
        protocol_sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        rois_provenance=dict(sample.provenance),
        seed=settings.seed,
        created_by=people.researcher,
    )


def _add_people(study: Study, people: People) -> list[Membership]:
    Membership.objects.create(study=study, user=people.researcher, role="researcher")
    return [
        Membership.objects.create(study=study, user=user, role="rater", simulated=people.simulated)
        for user in people.raters
    ]


def _add_scan(study: Study, sample: Sample, frozen: FrozenScan) -> None:
    kinds = {frozen.sha256: ("scan", frozen.n_bytes)}
    for roi in frozen.rois:
        kinds[roi.crop] = ("crop", roi.n_bytes["crop"])
        kinds[roi.mask] = ("mask", roi.n_bytes["mask"])
    rows = [Volume(sha256=key, kind=kind, n_bytes=n) for key, (kind, n) in kinds.items()]
    Volume.objects.bulk_create(rows, ignore_conflicts=True)
    scan = ScanRow.objects.create(
        study=study,
        participant_id=frozen.scan.participant_id,
        session_id=frozen.scan.session_id or "",
        acquisition=frozen.scan.acquisition,
        diagnosis=frozen.scan.diagnosis,
        site=frozen.scan.site or "",
        name=frozen.scan.name,
        volume_id=frozen.sha256,
        shape=frozen.shape,
        affine=frozen.affine,
        source_sha256=dict(frozen.source_sha256),
    )
    for roi in frozen.rois:
        row = sample.rows[roi.index]
        Roi.objects.create(
            study=study,
            scan=scan,
            row=roi.index,
            crop_id=roi.crop,
            mask_id=roi.mask,
            crop_offset_ijk=roi.box.offset,
            crop_shape=roi.box.shape,
            focus_ras_mm=roi.focus_ras_mm,
            overlaps=list(row["overlaps"] or ()),
            lesion_type=row["lesion_type"] or "",
            mean_probability=_number(row["mean_probability"]),
            uncertainty=_number(row["uncertainty"]),
            **{name: row[name] for name in _PLAIN_COLUMNS},
        )


def _draw(member: Membership, rois: Sequence[Roi], settings: StudySettings) -> None:
    patients = [roi.scan.participant_id for roi in rois]
    drawn = _draw_order(patients, member.user.username, settings)
    Assignment.objects.bulk_create(
        Assignment(membership=member, roi=rois[s.roi], repeat=s.repeat, position=position)
        for position, s in enumerate(drawn, start=1)
    )


def _draw_order(
    patients: Sequence[str], rater: str, settings: StudySettings
) -> tuple[order.Showing, ...]:
    return order.draw_order(
        patients,
        seed=settings.seed,
        rater=rater,
        repeat_share=settings.repeat_share,
        repeat_distance=settings.repeat_distance,
    )


def _number(value: float) -> float | None:
    return None if value != value else float(value)
