"""Write what a study says about labels: the sample, the answers and each ROI's mask."""

import json
from collections.abc import Callable, Iterable, Sequence
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
from reviewapp.exports import check_unblinded, export_answers, provenance
from reviewapp.models import Roi, Study

#: Columns of rois.tsv that are the scan's.
_SCAN_COLUMNS = ("participant_id", "session_id", "acquisition", "diagnosis", "site")


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
        write_table(sample, work / "rois.tsv", ROIS, study.rois_provenance, synthetic=synthetic)
        export_answers(study, work / "answers.tsv", interim=interim)
        rows = [_write_mask(study, roi, work) for roi in progress(rois)]
        write_table(
            pd.DataFrame(rows),
            work / CORRECTIONS.filename,
            CORRECTIONS,
            provenance(study),
            synthetic=synthetic,
        )
    return len(rows)


def rois_frame(rois: list[Roi]) -> pd.DataFrame:
    """Give ROIs as a table of the format ROIS, as they came."""
    rows = []
    for roi in rois:
        row = {column.name: getattr(roi, column.name, None) for column in ROIS.columns}
        row |= {name: getattr(roi.scan, name) or None for name in _SCAN_COLUMNS}
        rows.append(row | {"overlaps": tuple(roi.overlaps), "lesion_type": roi.lesion_type or None})
    return pd.DataFrame(rows, columns=[column.name for column in ROIS.columns])


def stored_mask(roi: Roi) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Give an ROI's mask on its scan's own grid: (I, J, K) array of uint8, 0 and 1.

    Raises
    ------
    VolumeError, CropError
        The stored mask is missing, damaged or of another size than the crop.
    """
    content = volumes.read(roi.mask_id)
    part = np.frombuffer(content, np.uint8, offset=DATA_OFFSET)
    i, j, k = roi.crop_shape
    if part.size != i * j * k:
        raise CropError(f"{roi.lesion_id}: expected a mask of {i * j * k} voxels, came {part.size}")
    box = Box(tuple(roi.crop_offset_ijk), (i, j, k))
    return paste(part.reshape((i, j, k), order="F"), box, tuple(roi.scan.shape)).astype(np.uint8)


def mask_name(roi: Roi) -> str:
    """Give the path of an ROI's exported mask, relative to the export's folder.

    `desc` has the entity's letters and digits only: the mask that it was drawn in and its number
    there (BIDS 1.10, derivatives: `label`, `desc`).
    """
    scan = roi.scan
    folder = "/".join(part for part in (scan.participant_id, scan.session_id, "anat") if part)
    return f"{folder}/{scan.name}_label-lesion_desc-{roi.drawn_in}{roi.label}_mask.nii.gz"


def _write_mask(study: Study, roi: Roi, folder: Path) -> dict[str, Any]:
    name = mask_name(roi)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    mask = stored_mask(roi)
    if int(mask.sum()) != roi.n_voxels:
        raise CropError(
            f"{roi.lesion_id}: expected {roi.n_voxels} voxels in the stored mask, came {mask.sum()}"
        )
    write_nifti(path, mask, np.asarray(roi.scan.affine, np.float64))
    with write_atomically(path.with_name(path.name.replace(".nii.gz", ".json"))) as temporary:
        temporary.write_text(json.dumps(_sidecar(study, roi), indent=2) + "\n", "utf-8")
    return {
        "roi_id": roi.lesion_id,
        "participant_id": roi.scan.participant_id,
        "session_id": roi.scan.session_id or None,
        "acquisition": roi.scan.acquisition,
        "group": roi.group,
        "drawn_in": roi.drawn_in,
        "mask": name,
        "drawn_by": roi.drawn_in,
        "n_voxels": roi.n_voxels,
        "volume_mm3": roi.volume_mm3,
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
        "SourceSHA256": roi.scan.source_sha256,
        "Study": study.name,
        "StudyId": str(study.pk),
        "ProtocolSHA256": study.protocol_sha256,
    }
