"""Write the rows of a frozen sample: volumes, scans and ROIs."""

from collections.abc import Iterable

from reviewapp.freezing import FrozenScan, Sample
from reviewapp.models import Roi, Study, Volume
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


def add_sample(study: Study, sample: Sample, frozen: Iterable[FrozenScan]) -> None:
    """Put a sample into a draft, in the place of one that is there; the caller saves the row."""
    study.rois.all().delete()
    study.scans.all().delete()
    study.synthetic, study.rois_provenance = sample.synthetic, dict(sample.provenance)
    for scan in frozen:
        _add_scan(study, sample, scan)


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


def _number(value: float) -> float | None:
    return None if value != value else float(value)
