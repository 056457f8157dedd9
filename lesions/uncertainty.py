"""Structural uncertainty: how far the members of an ensemble disagree with what it predicts.

Molchanova et al. 2025, doi:10.1016/j.combiomed.2024.109336; the paper, Appendix A, for the scan's.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lesions.geometry import check_same_grid
from lesions.nifti import read_image, read_mask
from lesions.outcomes import Match, match_files
from lesions.runs import BoolArray
from lesions.scans import Scan
from lesions.sidecars import member_masks

FloatArray = npt.NDArray[np.float64]
#: The ensemble's own lesions are where its mean probability is above this.
THRESHOLD = 0.5


def scan_uncertainty(ensemble: BoolArray, members: Sequence[BoolArray]) -> float:
    """Give the uncertainty of a scan (PSU): 1 less the mean IoU of the ensemble with its members.

    Parameters
    ----------
    ensemble : (I, J, K) array of bool
        Where the mean of the members' probabilities is above .5.
    members : sequence of (I, J, K) arrays of bool
        At least one.

    Returns
    -------
    float in [0, 1]
        0 where all are alike; the IoU of two empty masks is 1.

    Examples
    --------
    >>> mask = np.zeros((2, 1, 1), bool); mask[0] = True
    >>> scan_uncertainty(mask, [mask, ~mask])
    0.5
    """
    n = int(np.count_nonzero(ensemble))
    ious = []
    for member in members:
        n_shared = int(np.count_nonzero(ensemble & member))
        n_either = n + int(np.count_nonzero(member)) - n_shared
        ious.append(n_shared / n_either if n_either else 1.0)
    return 1 - float(np.mean(ious))


def lesion_uncertainty(matches: Sequence[Match]) -> FloatArray:
    """Give the uncertainty of each lesion (LSU).

    1 less the mean, over members, of the largest IoU of the lesion with a component of the member
    that shares a voxel with it; 0 where no component does.

    Parameters
    ----------
    matches : sequence of Match
        The ensemble's mask as reference with each member's as prediction; at least one.

    Returns
    -------
    (L,) array of float64 in [0, 1]
        Label 1 of the ensemble's mask first; empty where it has no lesion.
    """
    best = np.zeros((len(matches), matches[0].n_reference))
    for row, match in zip(best, matches, strict=True):
        own, other, n_shared = match.overlaps.T
        n_own = match.reference.n_voxels[own - 1]
        n_other = match.prediction.n_voxels[other - 1]
        np.maximum.at(row, own - 1, n_shared / (n_own + n_other - n_shared))
    uncertainty: FloatArray = 1 - best.mean(axis=0)
    return uncertainty


def read_scan_uncertainty(scan: Scan) -> float:
    """Compute the PSU of a scan from its files.

    The ensemble is where probability_map is above .5; prediction_mask where there is no map.

    Returns
    -------
    float
        NaN where the scan's prediction_mask has no members beside it (`lesions.sidecars`).

    Raises
    ------
    SidecarError, ImageError, MaskError, GridError
        A file is broken, isn't there, or lies on another grid.
    """
    paths = _members(scan)
    if not paths:
        return float("nan")
    if scan.probability_map is None:
        mask = read_mask(str(scan.prediction_mask))
        ensemble, affine, name = mask.array, mask.affine, scan.prediction_mask
    else:
        image = read_image(scan.probability_map)
        ensemble, affine, name = image.array > THRESHOLD, image.affine, scan.probability_map
    members = []
    for path in paths:
        member = read_mask(path)
        check_same_grid(
            ensemble.shape, affine, member.array.shape, member.affine, str(name), str(path)
        )
        members.append(member.array)
    return scan_uncertainty(ensemble, members)


def read_lesion_uncertainty(scan: Scan) -> FloatArray | None:
    """Compute the LSU of a scan's predicted lesions from its files; None as PSU is NaN.

    Raises
    ------
    SidecarError, ImageError, MaskError, GridError
    """
    paths = _members(scan)
    if not paths:
        return None
    return lesion_uncertainty([match_files(str(scan.prediction_mask), path) for path in paths])


def _members(scan: Scan) -> tuple[str, ...]:
    if scan.prediction_mask is None:
        return ()
    return tuple(str(path) for path in member_masks(scan.prediction_mask))
