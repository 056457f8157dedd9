"""cc3d used well: the foreground's box, binary input, statistics on the foreground."""

from pathlib import Path
from typing import Any

import cc3d
import nibabel
import numpy as np
import numpy.typing as npt
from isal import igzip

#: From this share of foreground on, cc3d.statistics (one pass over the box) is the faster way.
DENSE_SHARE = 0.05
_HEADER_BYTES = 352


def read_by_nibabel(path: Path) -> npt.NDArray[np.uint8]:
    """Read a uint8 mask as most programs do."""
    return np.asanyarray(nibabel.load(path).dataobj)  # type: ignore[attr-defined]


def read_by_isal(path: Path) -> npt.NDArray[np.uint8]:
    """Read a uint8 mask of ours as fast as a volume can be read: one inflate, no copy."""
    shape = nibabel.load(path).shape  # type: ignore[attr-defined]
    with igzip.open(path) as file:  # type: ignore[no-untyped-call]
        file.read(_HEADER_BYTES)
        voxels = bytearray(int(np.prod(shape)))
        done = 0
        while done < len(voxels):
            piece = file.read(min(2**19, len(voxels) - done))
            voxels[done : done + len(piece)] = piece
            done += len(piece)
    return np.frombuffer(voxels, np.uint8).reshape(shape, order="F")


def match(reference: npt.NDArray[np.uint8], prediction: npt.NDArray[np.uint8]) -> dict[str, Any]:
    """Give counts, volumes, centroids, boxes and overlaps of both masks."""
    box = _box(reference, prediction)
    labels_a, a = _components(reference[box])
    labels_b, b = _components(prediction[box])
    both = (labels_a > 0) & (labels_b > 0)
    pair = labels_a[both].astype(np.int64) * (len(b[0]) + 1) + labels_b[both]
    pairs, shared = np.unique(pair, return_counts=True)
    hit_a, hit_b = np.unique(pairs // (len(b[0]) + 1)), np.unique(pairs % (len(b[0]) + 1))
    return {
        "n_reference": len(a[0]) - 1,
        "n_prediction": len(b[0]) - 1,
        "n_tpl": len(hit_b),
        "n_fnl": len(a[0]) - 1 - len(hit_a),
        "n_shared_voxels": int(shared.sum()),
        "tables": (a, b, box),
    }


def _box(*masks: npt.NDArray[np.uint8]) -> tuple[slice, ...]:
    """Find the box around the foreground of both masks, one axis after the other."""
    box = [slice(None)] * 3
    for axis in (2, 1, 0):
        others = tuple(a for a in range(3) if a != axis)
        hit = np.logical_or.reduce([m[tuple(box)].any(axis=others) for m in masks])
        where = np.flatnonzero(hit)
        box[axis] = slice(where[0], where[-1] + 1) if len(where) else slice(0, 1)
    return tuple(box)


def _components(mask: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[Any], tuple[Any, ...]]:
    labels, n = cc3d.connected_components(mask, connectivity=26, binary_image=True, return_N=True)
    flat = labels.ravel(order="F")
    where = np.flatnonzero(flat)
    if len(where) > DENSE_SHARE * flat.size:
        found = cc3d.statistics(labels, no_slice_conversion=True)
        return labels, (found["voxel_counts"], found["centroids"], found["bounding_boxes"])
    at = flat[where]
    ijk = np.unravel_index(where, labels.shape, order="F")
    counts = np.bincount(at, minlength=n + 1)
    centroids = [np.bincount(at, x, minlength=n + 1)[1:] / counts[1:] for x in ijk]
    low, high = np.full((3, n + 1), 2**31), np.zeros((3, n + 1), int)
    for axis, x in enumerate(ijk):
        np.minimum.at(low[axis], at, x)
        np.maximum.at(high[axis], at, x)
    return labels, (counts, centroids, (low, high))
