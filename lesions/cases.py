"""Name and choose the cases of nnU-Net: one scan is one case of one channel.

Training and inference meet here, so that a mask which a model predicted finds its scan again.
"""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import nibabel as nib
import numpy as np
from isal import igzip
from numpy.typing import NDArray

from lesions.atomic import write_atomically
from lesions.nifti import read_image
from lesions.scans import Cohort, Scan

#: What nnU-Net v2 puts between case and channel, and its file ending ("Dataset format").
FILE_ENDING = ".nii.gz"
CHANNEL_ENDING = "_0000" + FILE_ENDING
#: Begins the two hex digits of a byte that a case id can't hold as it is.
ESCAPE = "="
#: Bytes of a NIfTI-1 header; a NIfTI-2 header has 540.
SIZEOF_NIFTI1 = 348
#: Longest file name, in bytes, on the usual file systems.
MAX_FILENAME_BYTES = 255
#: Largest cosine between two axes; ITK's reader takes no more without a qform (1e-4, as measured
#: with SimpleITK 2.5: a shear of 1e-4 is read, one of 1e-3 is not).
MAX_AXIS_COSINE = 1e-4


class CaseError(ValueError):
    """A scan can't be a case of nnU-Net, or the choice of scans is not clear."""


def case_id(scan_name: str) -> str:
    """Give the case id of a scan: its name, with `=` and two hex digits for each other byte.

    Letters, digits, `-`, `_` and `+` stay, so a BIDS name stays as it is.

    >>> case_id("sub-01_ses-02_acq-MP2RAGE")
    'sub-01_ses-02_acq-MP2RAGE'
    >>> case_id("sub-01_acq-3D T1")
    'sub-01_acq-3D=20T1'

    Raises
    ------
    CaseError
        The name is empty, or too long for a file.
    """
    escaped = re.sub(
        rb"[^A-Za-z0-9_+-]",
        lambda byte: b"%s%02X" % (ESCAPE.encode(), byte[0][0]),
        scan_name.encode(),
    ).decode()
    n_bytes = len(escaped + CHANNEL_ENDING)
    if not escaped or n_bytes > MAX_FILENAME_BYTES:
        raise CaseError(
            f"expected a scan name that gives a file name of 1 to {MAX_FILENAME_BYTES} bytes, "
            f'"{scan_name}" gives {n_bytes}'
        )
    return escaped


def scan_name(case: str) -> str:
    """Give the name of the scan behind a case id: the inverse of `case_id`.

    >>> scan_name("sub-01_acq-3D=20T1")
    'sub-01_acq-3D T1'

    Raises
    ------
    CaseError
        `case_id` gives no such id.
    """
    try:
        name = re.sub(
            rb"=([0-9A-F]{2})", lambda code: bytes([int(code[1], 16)]), case.encode()
        ).decode()
    except UnicodeDecodeError:
        name = ""
    if not name or case_id(name) != case:
        raise CaseError(f'expected a case id such as sub-01_acq-MP2RAGE, came "{case}"')
    return name


def choose_scans(
    cohort: Cohort,
    *,
    acquisition: str | None = None,
    splits: Sequence[str] | None = None,
    mixed: bool = False,
) -> tuple[Scan, ...]:
    """Choose the scans of one contrast: nnU-Net gives all cases of a channel one treatment.

    Parameters
    ----------
    cohort : Cohort
    acquisition : str, optional
        Take the scans of this one alone.
    splits : sequence of str, optional
        Take the scans of these splits; all, those without a split too, where not given.
    mixed : bool
        Put several acquisitions into the one channel on purpose.

    Raises
    ------
    CaseError
        No scan is left, or several acquisitions are and neither option says what to do.
    """
    scans = [
        scan
        for scan in cohort.scans
        if acquisition in (None, scan.acquisition) and (splits is None or scan.split in splits)
    ]
    if not scans:
        asked = [f"acquisition {acquisition}"] if acquisition else []
        asked += [f"split {' or '.join(splits)}"] if splits else []
        raise CaseError(f"{cohort.path}: expected scans of {' and '.join(asked)}, came none")
    found = sorted({scan.acquisition for scan in scans})
    if len(found) > 1 and not mixed:
        raise CaseError(
            f"{cohort.path}: expected scans of one acquisition, came {', '.join(found)}; choose "
            "one with --acquisition, or say --mixed to put them into one channel"
        )
    return tuple(scans)


def read_case_image(scan: Scan) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """Check that nnU-Net can read the scan's image; give its shape and (4, 4) affine.

    Raises
    ------
    CaseError
        It is not 3-D, holds NaN or infinite voxels, or its axes are not perpendicular: SimpleITK,
        with which nnU-Net reads, takes no sheared grid.
    """
    image = read_image(scan.image)
    stored = open_header(scan.image).shape
    if len(stored) != 3:
        raise CaseError(f"expected a 3-D image, came one of shape {stored}: {scan.image}")
    n_bad = int(image.array.size - np.isfinite(image.array).sum())
    if n_bad:
        raise CaseError(
            f"expected finite intensities, came {n_bad} voxels that are NaN or infinite, which "
            f"nnU-Net refuses: {scan.image}"
        )
    axes = image.affine[:3, :3] / np.linalg.norm(image.affine[:3, :3], axis=0)
    cosine = float(np.abs(axes.T @ axes - np.eye(3)).max())
    if cosine > MAX_AXIS_COSINE:
        raise CaseError(
            f"expected perpendicular axes, came a largest cosine of {cosine:.2g} between two of "
            f"them, which nnU-Net's reader refuses: {scan.image}"
        )
    return image.array.shape, image.affine


def open_header(path: Path) -> nib.nifti1.Nifti1Image:
    """Open an image with all fields of its own header; no voxel is read.

    Raises
    ------
    CaseError
        It is no single NIfTI-1 file; SimpleITK, with which nnU-Net reads, takes no NIfTI-2.
    """
    try:
        loaded = nib.load(path)
    except nib.filebasedimages.ImageFileError:
        loaded = None
    if not isinstance(loaded, nib.nifti1.Nifti1Image) or loaded.header.sizeof_hdr != SIZEOF_NIFTI1:
        raise CaseError(f"expected NIfTI-1 in one file, which nnU-Net's reader takes: {path}")
    return loaded


def write_channel(image: Path, destination: Path) -> None:
    """Write an image as an nnU-Net channel: the same bytes, compressed if they were not.

    Parameters
    ----------
    image : path of a .nii or .nii.gz file
    destination : path ending in `_0000.nii.gz`
    """
    with write_atomically(destination) as temporary:
        if image.name.endswith(FILE_ENDING):
            shutil.copyfile(image, temporary)
        else:
            temporary.write_bytes(igzip.compress(image.read_bytes(), mtime=0))
