"""Cut the vendored brain out of Colin27's head: how the files in phantom/anatomy/ were made."""

import argparse
import gzip
import hashlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from lesions.nifti import encode_nifti, read_image, read_mask

#: Voxels kept around the brain mask: what the warps and the interpolation reach.
RIM_VOXELS = 4
#: Closes the notches that the brain extraction left at sulci, in voxels.
CLOSING_VOXELS = 3


def cut_brain(
    head: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], tuple[slice, ...]]:
    """Crop a head to its brain and empty what lies further than `RIM_VOXELS` outside.

    Parameters
    ----------
    head : (I, J, K) array of uint8
    mask : (I, J, K) array of bool
        The brain. Its notches are closed and its holes filled.

    Returns
    -------
    image, mask : (I', J', K') arrays
    box : three slices, where the crop lies in the head
    """
    ball = ndimage.generate_binary_structure(3, 1)
    mask = ndimage.binary_closing(mask, ball, iterations=CLOSING_VOXELS)
    mask = ndimage.binary_fill_holes(mask)
    rim = ndimage.binary_dilation(mask, ball, iterations=RIM_VOXELS)
    box = ndimage.find_objects(rim.astype(np.uint8))[0]
    return np.where(rim, head, np.uint8(0))[box], mask[box], box


def write_packed(path: Path, array: npt.NDArray[Any], affine: npt.NDArray[np.float64]) -> str:
    """Write a .nii.gz as small as gzip makes it; give its SHA-256."""
    data = gzip.compress(encode_nifti(array, affine, description="Colin27"), 9, mtime=0)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def main(argv: list[str] | None = None) -> int:
    """Read ch2.nii.gz and its brain mask; write the two crops and print their sums."""
    parser = argparse.ArgumentParser(prog="python -m phantom.prepare", description=__doc__)
    parser.add_argument("head", type=Path, help="ch2.nii.gz of mricron-data")
    parser.add_argument("mask", type=Path, help="its brain mask")
    parser.add_argument("out", type=Path, help="folder that gets the two files")
    args = parser.parse_args(argv)
    head = read_image(args.head)
    image, brain, box = cut_brain(head.array, read_mask(args.mask).array)
    affine = head.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ [s.start for s in box]
    for name, array in (("colin27_brain", image), ("colin27_brain_mask", brain.view(np.uint8))):
        print(write_packed(args.out / f"{name}.nii.gz", array, affine), f"{name}.nii.gz")
    return 0


if __name__ == "__main__":
    sys.exit(main())
