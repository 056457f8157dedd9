"""Number the lesions of a training patch, and the space around each, in the loader's worker."""

from typing import Any

import cc3d
import numpy as np
import numpy.typing as npt
import torch
from batchgeneratorsv2.transforms.base.basic_transform import BasicTransform, SegOnlyTransform
from batchgeneratorsv2.transforms.utils.compose import ComposeTransforms
from batchgeneratorsv2.transforms.utils.deep_supervision_downsampling import (
    DownsampleSegForDSTransform,
)
from scipy.ndimage import distance_transform_edt

#: Numbers travel as 16-bit integers; a patch with more lesions is noise.
MAX_INSTANCES = int(np.iinfo(np.int16).max)
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int16]


class InstanceError(ValueError):
    """A patch can't be numbered; the message says why."""


def label_blobs(mask: BoolArray) -> IntArray:
    """Number the lesions of a mask; they touch by faces, edges and corners (the paper, 3.3.1).

    Parameters
    ----------
    mask : (I, J) or (I, J, K) array of bool

    Returns
    -------
    array of int16, as `mask`
        0 outside, 1 to N in the lesions; all 0 where the mask is empty.

    Raises
    ------
    InstanceError
        There are more than MAX_INSTANCES lesions.

    Examples
    --------
    >>> label_blobs(np.array([[1, 0, 0, 1], [0, 1, 0, 1]], bool)).tolist()
    [[1, 0, 0, 2], [0, 1, 0, 2]]
    """
    # No `binary_image`: with 8 neighbours it labels background (cc3d 4.1.1). 0 and 1 are binary.
    labels, n = cc3d.connected_components(
        np.ascontiguousarray(mask, np.uint8),
        connectivity=8 if mask.ndim == 2 else 26,
        return_N=True,
    )
    if n > MAX_INSTANCES:
        raise InstanceError(f"expected at most {MAX_INSTANCES} lesions in a patch, came {n}")
    return np.asarray(labels, np.int16)


def label_cells(mask: BoolArray) -> IntArray:
    """Number the lesions, and give the background to the nearest of them as minus its number.

    Voronoi cells of the components by Euclidean distance in voxels, as CC-Metrics has them
    (Jaus et al. 2024, arXiv 2410.18684). A voxel equally near to several goes to one of them.

    Parameters and errors as `label_blobs`; all 0 where the mask is empty.

    Examples
    --------
    >>> label_cells(np.array([[1, 0, 0, 0, 0, 1]], bool)).tolist()
    [[1, -1, -1, -2, -2, 2]]
    """
    labels = label_blobs(mask)
    if not labels.any():
        return labels
    nearest = distance_transform_edt(labels == 0, return_distances=False, return_indices=True)
    cells = labels[tuple(nearest)]
    return np.where(labels > 0, labels, -cells).astype(np.int16)


class LabelInstances(SegOnlyTransform):  # type: ignore[misc]
    """Turn the region channels of an augmented patch into numbered lesions.

    Parameters
    ----------
    n_regions : int
        Leading channels that are regions; a further one is nnU-Net's ignore mask and stays as is.
    cells : bool
        Also number the background, as `label_cells` does.
    """

    def __init__(self, n_regions: int, *, cells: bool) -> None:
        super().__init__()
        self.n_regions = n_regions
        self.label = label_cells if cells else label_blobs

    def _apply_to_segmentation(self, segmentation: torch.Tensor, **params: Any) -> torch.Tensor:
        numbered = segmentation.to(torch.int16)
        for channel in range(self.n_regions):
            mask = segmentation[channel].numpy().astype(bool)
            numbered[channel] = torch.from_numpy(self.label(mask))
        return numbered


def insert_before_downsampling(transforms: ComposeTransforms, label: BasicTransform) -> None:
    """Put a transform after all augmentation and before targets of lower resolution are made."""
    steps = transforms.transforms
    last = len(steps)
    if steps and isinstance(steps[-1], DownsampleSegForDSTransform):
        last -= 1
    steps.insert(last, label)
