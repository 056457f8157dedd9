"""Find the lesion voxels of a mask without building its volume.

A lesion mask is almost all zeros. Its bytes are searched as 64-bit words, and only where a word
is not zero are the voxels looked at. What stays is the runs: stretches of foreground along the
first axis.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lesions.nifti_header import Header, ImageError
from lesions.nifti_stream import CHUNK_BYTES, open_image
from lesions.runs import BoolArray, IntArray, Runs, are_too_many, expand_runs, runs_of_indices

#: Share of words with foreground above which a piece is searched voxel by voxel: picking single
#: words costs about as much for one word as comparing 32 of them in order.
DENSE_SHARE = 1 / 32
#: Values named in the message about a mask that is not binary.
_N_NAMED = 5
_WORD = 8


class MaskError(ImageError):
    """A mask is not binary, or not a mask at all; the message says which values came."""


class TooManyRunsError(Exception):
    """A mask is no stretch of lesions but noise: not an error, a sign to build its volume."""


class _Collector:
    """Gather the foreground of a mask piece by piece and watch that it is binary.

    Words that hold foreground are set aside and taken apart once, at the end; pieces with much
    foreground give their runs at once.
    """

    def __init__(self, name: str, slope: float, inter: float, *, label_map: bool) -> None:
        self.name, self.slope, self.inter, self.label_map = name, slope, inter, label_map
        self.value: float | None = None
        self.stop_at_noise, self.n_voxels = False, 0
        self.n_runs = self.n_read = 0
        self.words: list[npt.NDArray[np.uint64]] = []
        self.firsts: list[IntArray] = []
        self.bounds: list[IntArray] = []
        self.dtype: np.dtype[Any] = np.dtype(np.uint8)

    def add(self, piece: npt.NDArray[Any]) -> None:
        """Search the next piece, a flat array of stored values."""
        if self.inter != 0:  # rare: what is stored as 0 is not background
            self._add_dense(piece.astype(np.float64) * self.slope + self.inter, scaled=True)
            self.n_read += len(piece)
            return
        per_word = _WORD // piece.itemsize
        n_rest = len(piece) % per_word
        n_whole = len(piece) - n_rest
        self._add_words(piece[:n_whole])
        self.n_read += n_whole
        if n_rest:  # the end of the file: fill the last word with background
            last = np.zeros(per_word, piece.dtype)
            last[:n_rest] = piece[n_whole:]
            self._add_words(last)
            self.n_read += n_rest

    def _add_words(self, piece: npt.NDArray[Any]) -> None:
        if not piece.view(np.uint8).max(initial=0):  # twice as fast as looking for the words
            return
        words = piece.view(np.uint64)
        hits = np.flatnonzero(words != 0)
        if not hits.size:
            return
        if hits.size > len(words) * DENSE_SHARE:
            self._add_dense(piece)
            return
        self.dtype = piece.dtype
        self.words.append(words[hits])
        hits *= _WORD // piece.itemsize
        hits += self.n_read
        self.firsts.append(hits)

    def _add_dense(self, piece: npt.NDArray[Any], *, scaled: bool = False) -> None:
        inside = self.inside(piece, scaled=scaled)
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        bounds = [[0]] * bool(inside[0]) + [edges] + [[len(piece)]] * bool(inside[-1])
        where = np.concatenate(bounds).astype(np.int64) + self.n_read
        if where.size:
            self.bounds.append(where)
            self.n_runs += len(where) // 2
            seen = max(self.n_read + len(piece), self.n_voxels / 4)
            if self.stop_at_noise and are_too_many(self.n_runs, seen):
                raise TooManyRunsError

    def inside(self, piece: npt.NDArray[Any], *, scaled: bool = False) -> BoolArray:
        """Say which values of a piece are foreground, and refuse those of no mask."""
        inside: BoolArray = piece != 0
        at = int(inside.argmax())
        if inside[at]:
            same = not self.label_map and np.array_equal(inside, piece == piece[at])
            self._check(piece[at : at + 1] if same else piece[inside], scaled=scaled)
        return inside

    def _check(self, values: npt.NDArray[Any], *, scaled: bool = False) -> None:
        """Refuse foreground values (none of them 0) that no mask has."""
        factor = 1.0 if scaled else self.slope
        if self.label_map:
            self._check_labels(values.astype(np.float64) * factor)
            return
        low, high = float(values.min()) * factor, float(values.max()) * factor
        if self.value is None:
            self.value = low
        if not low == high == self.value or not 0 < low < np.inf:
            found = _named(np.append(values.astype(np.float64) * factor, self.value))
            raise MaskError(f"{self.name}: a mask must hold 0 and one value above it, came {found}")

    def _check_labels(self, values: npt.NDArray[np.float64]) -> None:
        whole = np.isfinite(values) & (values > 0) & (values == np.trunc(values))
        if not whole.all():
            came = _named(values[~whole])
            raise MaskError(f"{self.name}: labels must be whole numbers of at least 0, came {came}")

    def runs(self, shape: tuple[int, int, int]) -> Runs:
        """Give all runs; those that a border between pieces cut are joined."""
        if self.words:
            values = np.concatenate(self.words).view(self.dtype)
            per_word = _WORD // self.dtype.itemsize
            which = np.flatnonzero(values != 0)  # a word of a float may be -0.0
            if which.size:
                self._check(values[which])
            first = np.concatenate(self.firsts)
            picked = runs_of_indices(first[which // per_word] + which % per_word, shape)
        else:
            picked = Runs(np.empty(0, np.int64), np.empty(0, np.int64), shape)
        if not self.bounds:
            return picked
        start = np.concatenate([picked.start, *(where[::2] for where in self.bounds)])
        stop = np.concatenate([picked.stop, *(where[1::2] for where in self.bounds)])
        order = np.argsort(start, kind="stable")
        start, stop = start[order], stop[order]
        apart = start[1:] != stop[:-1]
        return Runs(
            start[np.concatenate(([True], apart))], stop[np.concatenate((apart, [True]))], shape
        )


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
        collector = _Collector(stream.name, header.slope, header.inter, label_map=label_map)
        collector.stop_at_noise, collector.n_voxels = stop_at_noise, header.n_voxels
        for piece in stream.chunks():
            collector.add(piece)
            del piece  # so that the next one takes its memory
    runs = collector.runs(header.shape)
    if header.inter != 0 and runs.n_voxels == header.n_voxels:
        raise _no_background(path, header, collector.value)
    return header, runs


def read_volume(path: Path | str) -> tuple[Header, npt.NDArray[np.uint8]]:
    """Read a binary mask as a volume, (I, J, K) array of 0 and 1 in Fortran order.

    For masks of noise; what raises is as in `read_foreground`, but for the one about runs.
    """
    with open_image(path) as stream:
        header = stream.header
        collector = _Collector(stream.name, header.slope, header.inter, label_map=False)
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
    collector = _Collector(what, 1.0, 0.0, label_map=False)
    inside = collector.inside(array.reshape(-1, order="F"))
    return inside.view(np.uint8).reshape(array.shape, order="F")


def _checked(mask: npt.ArrayLike, what: str) -> npt.NDArray[Any]:
    array = np.asarray(mask)
    if array.ndim != 3 or 0 in array.shape:
        raise MaskError(f"{what}: must be 3-D and not empty, not of shape {array.shape}")
    if array.dtype.kind not in "biuf" or array.itemsize > _WORD:
        raise MaskError(f"{what}: must be an array of bool, not {array.dtype}")
    return array


def _search(
    flat: npt.NDArray[Any], what: str, shape: tuple[int, int, int], *, stop_at_noise: bool
) -> Runs:
    collector = _Collector(what, 1.0, 0.0, label_map=False)
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


def _named(values: npt.NDArray[np.float64]) -> str:
    unique = np.unique(values)
    text = ", ".join(f"{value:g}" for value in unique[:_N_NAMED])
    return text + (", …" if len(unique) > _N_NAMED else "")
