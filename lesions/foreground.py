"""Find the lesion voxels of a mask without building its volume.

A lesion mask is almost all zeros. What stays of it is the runs: stretches of foreground along the
first axis.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lesions.foreground_pieces import DENSE_SHARE, WORD, Collector, MaskError, TooManyRunsError
from lesions.nifti_header import Header
from lesions.nifti_stream import CHUNK_BYTES, open_image
from lesions.runs import Runs, expand_runs, runs_of_indices

__all__ = [
    "MaskError",
    "TooManyRunsError",
    "as_volume",
    "find_foreground",
    "read_foreground",
    "read_volume",
]


def read_foreground(
    path: Path | str, *, label_map: bool = False, stop_at_noise: bool = False
) -> tuple[Header, Runs]:
    """Read the foreground of a mask file; the volume is never in memory.

    Parameters
    ----------
    path : path of a .nii or .nii.gz file
    label_map : bool
        Take any whole positive numbers for foreground, not only one value.
    stop_at_noise : bool
        Stop early where dense pieces have too many runs (`are_too_many`), seen over at least a
        quarter of the grid.

    Returns
    -------
    header : Header
    runs : Runs

    Raises
    ------
    TooManyRunsError
        Only with `stop_at_noise`.
    ImageError
        The file can't be read, or is not one 3-D volume.
    MaskError
        Values other than 0 and one positive number (NaN is none), or no background at all where
        scl_inter is not 0.
    """
    with open_image(path) as stream:
        header = stream.header
        collector = Collector(stream.name, header.slope, header.inter, label_map=label_map)
        collector.stop_at_noise, collector.n_voxels = stop_at_noise, header.n_voxels
        for piece in stream.chunks():
            collector.add(piece)
            del piece  # so that the next one takes its memory
    runs = collector.runs(header.shape)
    stream.check_packing(runs.n_voxels)
    if header.inter != 0 and runs.n_voxels == header.n_voxels:
        raise _no_background(path, header, collector.value)
    return header, runs


def read_volume(path: Path | str) -> tuple[Header, npt.NDArray[np.uint8]]:
    """Read a binary mask as a volume, (I, J, K) array of 0 and 1 in Fortran order.

    For masks of noise; what raises is as in `read_foreground`, but for the one about runs.
    """
    with open_image(path) as stream:
        header = stream.header
        stream.check_packing(header.n_voxels)
        collector = Collector(stream.name, header.slope, header.inter, label_map=False)
        flat = np.empty(header.n_voxels, np.bool_)
        done = 0
        for piece in stream.chunks():
            scaled = header.inter != 0
            values = piece * header.slope + header.inter if scaled else piece
            flat[done : done + len(piece)] = collector.inside(values, scaled=scaled)
            done += len(piece)
    if header.inter != 0 and flat.all():
        raise _no_background(path, header, collector.value)
    return header, flat.view(np.uint8).reshape(header.shape, order="F")


def find_foreground(
    mask: npt.ArrayLike, what: str = "mask", *, stop_at_noise: bool = False
) -> Runs:
    """Find the foreground of a mask in memory.

    Parameters
    ----------
    mask : (I, J, K) array of bool, or of 0 and one positive value
        Any memory order; Fortran order is the fastest.
    what : str
        Name of the mask, for messages.
    stop_at_noise : bool
        As in `read_foreground`.

    Raises
    ------
    TooManyRunsError
        Only with `stop_at_noise`.
    MaskError
        Not 3-D, or not binary.

    >>> runs = find_foreground(np.array([[[0]], [[1]], [[1]]], dtype=bool))
    >>> runs.start.tolist(), runs.stop.tolist()
    ([1], [3])
    """
    array = _checked(mask, what)
    shape = (array.shape[0], array.shape[1], array.shape[2])
    if not array.flags.f_contiguous and array.flags.c_contiguous:
        turned = _search(
            array.reshape(-1), what, (shape[2], shape[1], shape[0]), stop_at_noise=stop_at_noise
        )
        if turned.n_voxels < array.size * DENSE_SHARE:
            return _in_file_order(turned, shape)
    # A flipped array of one line flattens to a view that runs backwards: words need it in order.
    flat = np.ascontiguousarray(array.reshape(-1, order="F"))
    return _search(flat, what, shape, stop_at_noise=stop_at_noise)


def as_volume(mask: npt.ArrayLike, what: str = "mask") -> npt.NDArray[np.uint8]:
    """Give a mask in memory as `read_volume` gives that of a file.

    >>> as_volume([[[0.0], [2.0]]]).ravel().tolist()
    [0, 1]
    """
    array = _checked(mask, what)
    collector = Collector(what, 1.0, 0.0, label_map=False)
    inside = collector.inside(array.reshape(-1, order="F"))
    return inside.view(np.uint8).reshape(array.shape, order="F")


def _checked(mask: npt.ArrayLike, what: str) -> npt.NDArray[Any]:
    array = np.asarray(mask)
    if array.ndim != 3 or 0 in array.shape:
        raise MaskError(f"{what}: must be 3-D and not empty, not of shape {array.shape}")
    if array.dtype.kind not in "biuf" or array.itemsize > WORD:
        raise MaskError(f"{what}: must be an array of bool, not {array.dtype}")
    return array


def _search(
    flat: npt.NDArray[Any], what: str, shape: tuple[int, int, int], *, stop_at_noise: bool
) -> Runs:
    collector = Collector(what, 1.0, 0.0, label_map=False)
    collector.stop_at_noise, collector.n_voxels = stop_at_noise, len(flat)
    if flat.dtype == np.bool_:
        flat = flat.view(np.uint8)
    for piece in _pieces(flat):
        collector.add(piece)
    return collector.runs(shape)


def _pieces(flat: npt.NDArray[Any]) -> Iterable[npt.NDArray[Any]]:
    step = CHUNK_BYTES // flat.itemsize
    return (flat[at : at + step] for at in range(0, len(flat), step))


def _in_file_order(turned: Runs, shape: tuple[int, int, int]) -> Runs:
    """Turn runs along the last axis into runs along the first."""
    n_i, n_j, n_k = shape
    line, k = np.divmod(expand_runs(turned.start, turned.stop), n_k)
    i, j = np.divmod(line, n_j)
    return runs_of_indices(np.sort(i + n_i * (j + n_j * k)), shape)


def _no_background(path: Path | str, header: Header, value: float | None) -> MaskError:
    return MaskError(
        f"{path}: a mask must have background, but scl_inter {header.inter:g} makes every voxel "
        f"{value}"
    )
