"""Find the lesion voxels of a mask without building its volume.

A lesion mask is almost all zeros. Its bytes are searched as 64-bit words, and only where a word
is not zero are the voxels looked at. What stays is the runs: stretches of foreground along the
first axis.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lesions.nifti_header import Header, ImageError
from lesions.nifti_stream import CHUNK_BYTES, open_image

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: Share of words with foreground above which a piece is searched voxel by voxel: picking single
#: words costs about as much for one word as comparing 32 of them in order.
DENSE_SHARE = 1 / 32
#: Values named in the message about a mask that is not binary.
_N_NAMED = 5
_WORD = 8


class MaskError(ImageError):
    """A mask is not binary, or not a mask at all; the message says which values came."""


@dataclass(frozen=True)
class Runs:
    """The foreground of a mask as runs, in file order (first axis fastest).

    `start` and `stop` are (R,) arrays of int64: positions in the flattened volume, half-open,
    sorted, none empty. Two runs may touch; a run may go on from one line into the next.
    """

    start: IntArray
    stop: IntArray
    shape: tuple[int, int, int]

    @property
    def n_voxels(self) -> int:
        """Foreground voxels."""
        return int((self.stop - self.start).sum())


class _Collector:
    """Gather the foreground of a mask piece by piece and watch that it is binary.

    Words that hold foreground are set aside and taken apart once, at the end; pieces with much
    foreground give their runs at once.
    """

    def __init__(self, name: str, slope: float, inter: float, *, label_map: bool) -> None:
        self.name, self.slope, self.inter, self.label_map = name, slope, inter, label_map
        self.value: float | None = None
        self.n_read = 0
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
        inside = piece != 0
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        bounds = [[0]] * bool(inside[0]) + [edges] + [[len(piece)]] * bool(inside[-1])
        where = np.concatenate(bounds).astype(np.int64) + self.n_read
        if where.size:
            first = piece[where[0] - self.n_read]
            same = not self.label_map and np.array_equal(inside, piece == first)
            self._check(np.array([first]) if same else piece[inside], scaled=scaled)
            self.bounds.append(where)

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


def read_foreground(path: Path | str, *, label_map: bool = False) -> tuple[Header, Runs]:
    """Read the foreground of a mask file; the volume is never in memory.

    Parameters
    ----------
    path : path of a .nii or .nii.gz file
    label_map : bool
        Take any whole positive numbers for foreground, not only one value.

    Returns
    -------
    header : Header
    runs : Runs

    Raises
    ------
    ImageError
        The file can't be read, or is not one 3-D volume.
    MaskError
        Values other than 0 and one positive number (NaN is none), or no background at all where
        scl_inter is not 0.
    """
    with open_image(path) as stream:
        header = stream.header
        collector = _Collector(stream.name, header.slope, header.inter, label_map=label_map)
        for piece in stream.chunks():
            collector.add(piece)
            del piece  # so that the next one takes its memory
    runs = collector.runs(header.shape)
    if header.inter != 0 and runs.n_voxels == header.n_voxels:
        raise MaskError(
            f"{path}: a mask must have background, but scl_inter {header.inter:g} makes every "
            f"voxel {collector.value}"
        )
    return header, runs


def find_foreground(mask: npt.ArrayLike, what: str = "mask") -> Runs:
    """Find the foreground of a mask in memory.

    Parameters
    ----------
    mask : (I, J, K) array of bool, or of 0 and one positive value
        Any memory order; Fortran order is the fastest.
    what : str
        Name of the mask, for messages.

    Raises
    ------
    MaskError
        Not 3-D, or not binary.

    >>> runs = find_foreground(np.array([[[0]], [[1]], [[1]]], dtype=bool))
    >>> runs.start.tolist(), runs.stop.tolist()
    ([1], [3])
    """
    array = np.asarray(mask)
    if array.ndim != 3 or 0 in array.shape:
        raise MaskError(f"{what}: must be 3-D and not empty, not of shape {array.shape}")
    if array.dtype.kind not in "biuf" or array.itemsize > _WORD:
        raise MaskError(f"{what}: must be an array of bool, not {array.dtype}")
    shape = (array.shape[0], array.shape[1], array.shape[2])
    if not array.flags.f_contiguous and array.flags.c_contiguous:
        turned = _search(array.reshape(-1), what, (shape[2], shape[1], shape[0]))
        if turned.n_voxels < array.size * DENSE_SHARE:
            return _in_file_order(turned, shape)
    return _search(array.reshape(-1, order="F"), what, shape)


def expand_runs(start: IntArray, stop: IntArray) -> IntArray:
    """Give every position of some runs.

    >>> expand_runs(np.array([2, 7]), np.array([4, 8])).tolist()
    [2, 3, 7]
    """
    length = stop - start
    ends = np.cumsum(length)
    positions: IntArray = np.arange(int(ends[-1]) if len(ends) else 0)
    positions += np.repeat(start - (ends - length), length)
    return positions


def runs_of_indices(indices: IntArray, shape: tuple[int, int, int]) -> Runs:
    """Give the runs of some sorted positions.

    >>> runs_of_indices(np.array([2, 3, 7]), (8, 1, 1)).stop.tolist()
    [4, 8]
    """
    apart = np.diff(indices) != 1
    first, last = np.concatenate(([True], apart)), np.concatenate((apart, [True]))
    n = len(indices)
    return Runs(indices[first[:n]], indices[last[:n]] + 1, shape)


def _search(flat: npt.NDArray[Any], what: str, shape: tuple[int, int, int]) -> Runs:
    collector = _Collector(what, 1.0, 0.0, label_map=False)
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


def _named(values: npt.NDArray[np.float64]) -> str:
    unique = np.unique(values)
    text = ", ".join(f"{value:g}" for value in unique[:_N_NAMED])
    return text + (", …" if len(unique) > _N_NAMED else "")
