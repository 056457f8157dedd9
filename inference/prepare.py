"""Lay out scans as `nnUNetv2_predict` takes them: a folder of `<case>_0000.nii.gz`."""

from collections.abc import Sequence
from pathlib import Path

from lesions.atomic import build_folder
from lesions.cases import CHANNEL_ENDING, FILE_ENDING, case_id, read_case_image, write_channel
from lesions.progress import progress_bar
from lesions.scans import Scan


def prepare_images(scans: Sequence[Scan], out: Path, *, link: bool = False) -> tuple[str, ...]:
    """Write each scan as the input of one case; the folder appears whole or not at all.

    Parameters
    ----------
    scans : sequence of Scan
    out : path
        A folder that doesn't exist yet.
    link : bool
        Write a symbolic link to an image that is compressed already, not a copy of it.

    Returns
    -------
    tuple of str
        The case ids, in the order of the scans.

    Raises
    ------
    FileExistsError
        There is something at `out`.
    CaseError, ImageError
        nnU-Net could not read an image.
    """
    with build_folder(out) as folder, progress_bar(scans, desc="scans", unit="scan") as bar:
        for scan in bar:
            read_case_image(scan)
            channel = folder / (case_id(scan.name) + CHANNEL_ENDING)
            if link and scan.image.name.endswith(FILE_ENDING):
                channel.symlink_to(scan.image.resolve())
            else:
                write_channel(scan.image, channel)
    return tuple(case_id(scan.name) for scan in scans)
