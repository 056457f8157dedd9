"""An ROI as its row of rois.tsv, and the checksum of all that an answer to it was about."""

from typing import Any

from lesions.formats import ROIS
from reviewapp.canonical import canonical_sha256, same_numbers
from reviewapp.models import Roi

#: Columns of rois.tsv that are the scan's.
_SCAN_COLUMNS = ("participant_id", "session_id", "acquisition", "diagnosis", "site")
#: What settles where a mask of the ROI lies, and what was shown first.
_GEOMETRY = ("crop_offset_ijk", "crop_shape", "focus_ras_mm")


def row_of(roi: Roi) -> dict[str, Any]:
    """Give the ROI's row of rois.tsv, as a table of the format ROIS holds it."""
    row = {column.name: getattr(roi, column.name, None) for column in ROIS.columns}
    row |= {name: getattr(roi.scan, name) or None for name in _SCAN_COLUMNS}
    return row | {"overlaps": tuple(roi.overlaps), "lesion_type": roi.lesion_type or None}


def roi_sha256(roi: Roi) -> str:
    """Give the SHA-256 of the ROI's row, its volumes and its geometry, as they are now.

    Each answer keeps it: a group, a weight or an offset that is changed later is found.
    """
    scan = roi.scan
    about = {
        "row": row_of(roi),
        **{name: getattr(roi, name) for name in _GEOMETRY},
        "crop": roi.crop_id,
        "mask": roi.mask_id,
        "scan": scan.volume_id,
        "scan_shape": scan.shape,
        "scan_affine": scan.affine,
        "source_sha256": scan.source_sha256,
    }
    return canonical_sha256(same_numbers(about))
