"""Match the two masks of one scan of a cohort."""

from lesions.geometry import check_same_grid
from lesions.nifti import read_header
from lesions.outcomes import Match, match_files
from lesions.scans import Scan
from lesions.tsv import MISSING


class ScanMatchError(ValueError):
    """A scan has not what matching needs."""


def match_scan(scan: Scan) -> Match:
    """Match the scan's prediction with its reference, all on the image's grid.

    Raises
    ------
    ScanMatchError
        A mask is n/a.
    ImageError, MaskError, GridError
        A file can't be read, is no binary mask, or lies on another grid than the image.
    """
    for column in ("reference_mask", "prediction_mask"):
        if getattr(scan, column) is None:
            raise ScanMatchError(
                f"{column} must be a file (an empty mask where there is no lesion), not {MISSING}"
            )
    match = match_files(str(scan.reference_mask), str(scan.prediction_mask))
    header = read_header(scan.image)
    check_same_grid(
        header.shape,
        header.affine,
        match.shape,
        match.affine,
        str(scan.image),
        str(scan.reference_mask),
    )
    return match
