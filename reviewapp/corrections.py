"""Write what a study says about labels: the sample, the answers, each mask shown or redrawn."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lesions.atomic import build_folder, write_atomically
from lesions.formats import CORRECTIONS, ROIS
from lesions.nifti import write_nifti
from lesions.nifti_header import DATA_OFFSET
from lesions.tsv import write_table
from reviewapp import volumes
from reviewapp.crops import Box, CropError, paste
from reviewapp.exports import check_unblinded, export_answers, iso, provenance
from reviewapp.models import AnswerRevision, Correction, Roi, Study
from reviewapp.roi_rows import row_of
from reviewapp.storable import in_order


def export_corrections(
    study: Study,
    folder: Path | str,
    *,
    interim: bool = False,
    progress: Callable[[Sequence[Roi]], Iterable[Roi]] = iter,
) -> int:
    """Write rois.tsv, answers.tsv, corrections.tsv and the masks; give how many masks there are.

    Parameters
    ----------
    study : Study
        An unblinded one.
    folder : path
        Appears whole or not at all; nothing may stand there.
    interim : bool
        Take a study that is not unblinded; the caller has logged the look.
    progress : function
        Goes over the ROIs, one step each.

    Raises
    ------
    BlindedError
        The study is blinded, and this is no interim look.
    FileExistsError
        Something stands at `folder`.
    VolumeError, CropError
        A stored mask is missing or damaged.
    """
    if not interim:
        check_unblinded(study)
    rois = list(study.rois.order_by("row").select_related("scan"))
    with build_folder(folder) as work:
        sample, synthetic = rois_frame(rois), study.synthetic
        came_from = {**in_order(study.rois_provenance), "ReviewedIn": _reviewed_in(study)}
        write_table(sample, work / "rois.tsv", ROIS, came_from, synthetic=synthetic)
        export_answers(study, work / "answers.tsv", interim=interim)
        redrawn = redrawn_of(study)
        rows = [row for roi in progress(rois) for row in _write_roi(study, roi, redrawn, work)]
        write_table(
            pd.DataFrame(rows),
            work / CORRECTIONS.filename,
            CORRECTIONS,
            provenance(study),
            synthetic=synthetic,
        )
    return len(rows)


def _reviewed_in(study: Study) -> dict[str, Any]:
    """Say of the sample in which study it was reviewed; answers.tsv tells all of that study."""
    told = provenance(study)
    names = ("study", "study_id", "protocol_sha256", "interim", "interim_looks")
    return {name: told[name] for name in names}


def _write_roi(
    study: Study, roi: Roi, redrawn: Mapping[Any, Sequence[Correction]], folder: Path
) -> list[dict[str, Any]]:
    """Write the masks of one ROI, and give its rows: as it was shown first."""
    return [
        _write_shown(study, roi, folder),
        *(_write_redrawn(study, roi, one, folder) for one in redrawn.get(roi.pk, ())),
    ]


def rois_frame(rois: list[Roi]) -> pd.DataFrame:
    """Give ROIs as a table of the format ROIS, as they came."""
    names = [column.name for column in ROIS.columns]
    return pd.DataFrame([row_of(roi) for roi in rois], columns=names)


def stored_mask(roi: Roi, sha256: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Give a mask of an ROI's crop on its scan's own grid: (I, J, K) array of uint8, 0 and 1.

    Raises
    ------
    VolumeError, CropError
        The stored mask is missing, damaged or of another size than the crop.
    """
    content = volumes.read(sha256)
    part = np.frombuffer(content, np.uint8, offset=DATA_OFFSET)
    i, j, k = roi.crop_shape
    if part.size != i * j * k:
        raise CropError(f"{roi.lesion_id}: expected a mask of {i * j * k} voxels, came {part.size}")
    box = Box(tuple(roi.crop_offset_ijk), (i, j, k))
    return paste(part.reshape((i, j, k), order="F"), box, tuple(roi.scan.shape)).astype(np.uint8)


def mask_name(roi: Roi, rater: str = "", repeat: int = 0) -> str:
    """Give the path of an exported mask, relative to the export's folder.

    `desc` has the entity's letters and digits only (BIDS 1.10, derivatives: `label`, `desc`): the
    mask that the ROI was drawn in, its number there, and who redrew it in which showing.
    """
    scan = roi.scan
    folder = "/".join(part for part in (scan.participant_id, scan.session_id, "anat") if part)
    who = f"By{rater_tag(rater)}" if rater else ""
    again = f"Rep{repeat}" if repeat else ""
    desc = f"{roi.drawn_in}{roi.label}{who}{again}"
    return f"{folder}/{scan.name}_label-lesion_desc-{desc}_mask.nii.gz"


def rater_tag(name: str) -> str:
    """Give a rater's name in lower-case letters and digits; another name gives another tag.

    >>> rater_tag("anna2"), rater_tag("Anna.K")
    ('anna2', 'annaka8cddf4f')
    """
    plain = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    return plain if plain == name else plain + hashlib.sha256(name.encode()).hexdigest()[:8]


def redrawn_of(study: Study) -> dict[Any, list[Correction]]:
    """Give the delineations of the newest answers, by ROI, then by rater and showing."""
    current = AnswerRevision.objects.current().filter(assignment__roi__study=study)
    found = Correction.objects.filter(revision__in=current).select_related(
        "revision__assignment__membership__user"
    )
    by_roi: dict[Any, list[Correction]] = defaultdict(list)
    for correction in found.order_by(
        "revision__assignment__membership__user__username", "revision__assignment__repeat"
    ):
        by_roi[correction.revision.assignment.roi_id].append(correction)
    return by_roi


def _write_shown(study: Study, roi: Roi, folder: Path) -> dict[str, Any]:
    mask = stored_mask(roi, roi.mask_id)
    if int(mask.sum()) != roi.n_voxels:
        raise CropError(
            f"{roi.lesion_id}: expected {roi.n_voxels} voxels in the stored mask, came {mask.sum()}"
        )
    name = mask_name(roi)
    _write_mask(folder / name, roi, mask, _sidecar(study, roi))
    return {
        **_roi_columns(roi),
        "mask": name,
        "drawn_by": roi.drawn_in,
        "repeat": 0,
        "revision": None,
        "n_voxels": roi.n_voxels,
        "volume_mm3": roi.volume_mm3,
    }


def _write_redrawn(study: Study, roi: Roi, correction: Correction, folder: Path) -> dict[str, Any]:
    mask = stored_mask(roi, correction.mask_id)
    if int(mask.sum()) != correction.n_voxels:
        raise CropError(
            f"{roi.lesion_id}: expected {correction.n_voxels} voxels in the redrawn mask, came "
            f"{mask.sum()}"
        )
    revision = correction.revision
    rater = revision.assignment.membership.user.get_username()
    repeat = revision.assignment.repeat
    name = mask_name(roi, rater, repeat)
    _write_mask(folder / name, roi, mask, _redrawn_sidecar(study, roi, correction))
    return {
        **_roi_columns(roi),
        "mask": name,
        "drawn_by": rater,
        "repeat": repeat,
        "revision": revision.number,
        "n_voxels": correction.n_voxels,
        "volume_mm3": correction.volume_mm3,
    }


def _write_mask(
    path: Path, roi: Roi, mask: np.ndarray[Any, np.dtype[np.uint8]], sidecar: dict[str, Any]
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_nifti(path, mask, np.asarray(roi.scan.affine, np.float64))
    with write_atomically(path.with_name(path.name.replace(".nii.gz", ".json"))) as temporary:
        temporary.write_text(json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _roi_columns(roi: Roi) -> dict[str, Any]:
    return {
        "roi_id": roi.lesion_id,
        "participant_id": roi.scan.participant_id,
        "session_id": roi.scan.session_id or None,
        "acquisition": roi.scan.acquisition,
        "group": roi.group,
        "drawn_in": roi.drawn_in,
    }


def _sidecar(study: Study, roi: Roi) -> dict[str, Any]:
    return {
        "Description": "One region of interest of the review, on its scan's own grid.",
        "Synthetic": study.synthetic,
        "Type": "Lesion",
        "RoiId": roi.lesion_id,
        "DrawnBy": roi.drawn_in,
        "DrawnFrom": f"{roi.drawn_in} mask, component {roi.label}, as it was shown",
        "Tools": [],
        "OverlaySHA256": roi.mask_id,
        "ImageSHA256": roi.scan.volume_id,
        "SourceSHA256": in_order(roi.scan.source_sha256),
        "Study": study.name,
        "StudyId": str(study.pk),
        "ProtocolSHA256": study.protocol_sha256,
    }


def _redrawn_sidecar(study: Study, roi: Roi, correction: Correction) -> dict[str, Any]:
    revision = correction.revision
    member = revision.assignment.membership
    return {
        **_sidecar(study, roi),
        "Description": "One region of interest as a rater redrew it, on its scan's own grid.",
        "DrawnBy": member.user.get_username(),
        "Simulated": member.simulated,
        "DrawnFrom": f"{roi.drawn_in} mask, component {roi.label}, redrawn from what was shown",
        "DrawnAt": iso(revision.created_at),
        "Revision": revision.number,
        "Repeat": revision.assignment.repeat,
        "Tools": correction.tools,
        "Confirmed": correction.confirmed,
        "OverlaySHA256": revision.mask_sha256,
        "CropSHA256": revision.image_sha256,
        "RedrawnSHA256": correction.mask_id,
        "ProtocolSHA256": revision.protocol_sha256,
    }
