"""Find the brain's bounding box on the network's grid."""

import numpy as np

from inference.cases import Case
from inference.features import Box
from inference.networks import Ensemble
from lesions.cases import CaseError
from lesions.geometry import check_same_grid
from lesions.nifti import read_mask
from lesions.scans import Scan


def brain_box(scan: Scan, case: Case, ensemble: Ensemble) -> Box:
    """Give the box of brain_mask; without one, that of the image's nonzero voxels.

    Returns
    -------
    (first, behind) along each axis of the network's grid, in its voxels

    Raises
    ------
    CaseError
        brain_mask is empty.
    GridError
        It lies on another grid than the image.
    """
    n_network = case.data.shape[1:]
    if scan.brain_mask is None:
        return tuple((0.0, float(n)) for n in n_network)
    mask = read_mask(scan.brain_mask)
    check_same_grid(
        case.shape,
        case.affine,
        mask.array.shape,
        mask.affine,
        str(scan.image),
        str(scan.brain_mask),
    )
    if not mask.array.any():
        raise CaseError(f"expected a brain, came an empty mask: {scan.brain_mask}")
    of_file = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        found = np.flatnonzero(mask.array.any(axis=others))
        of_file.append((int(found[0]), int(found[-1]) + 1))
    # nnU-Net's axes are those of the file backwards, then transposed as the plans say.
    turned = [of_file[::-1][axis] for axis in ensemble.plans.transpose_forward]
    box = []
    for (first, behind), (low, high), n in zip(turned, case.box, n_network, strict=True):
        scale = n / (high - low)
        box.append(((first - low) * scale, (behind - low) * scale))
    return tuple(box)
