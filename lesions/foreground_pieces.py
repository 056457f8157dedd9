"""Gather the foreground of a mask from pieces of its voxels, and watch that it is a mask.

The bytes are searched as 64-bit words, and only where a word is not zero are the voxels looked at.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from lesions.nifti_header import ImageError
from lesions.runs import MAX_RUNS, BoolArray, IntArray, Runs, are_too_many, runs_of_indices

#: Share of words with foreground above which a piece is searched voxel by voxel: picking single
#: words costs about as much for one word as comparing 32 of them in order.
DENSE_SHARE = 1 / 32
#: Values named in the message about a mask that is not binary.
_N_NAMED = 5
#: Bytes of a word.
WORD = 8


class MaskError(ImageError):
    """A mask is not binary, or not a mask at all; the message says which values came."""


class TooManyRunsError(Exception):
    """A mask is no stretch of lesions but noise: not an error, a sign to build its volume."""


class Collector:
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
        per_word = WORD // piece.itemsize
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
        hits *= WORD // piece.itemsize
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
            if self.n_runs > MAX_RUNS:
                raise MaskError(f"{self.name}: expected lesions, came noise of {self.n_runs} runs")

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
            found = named(np.append(values.astype(np.float64) * factor, self.value))
            raise MaskError(f"{self.name}: a mask must hold 0 and one value above it, came {found}")

    def _check_labels(self, values: npt.NDArray[np.float64]) -> None:
        whole = np.isfinite(values) & (values > 0) & (values == np.trunc(values))
        if not whole.all():
            came = named(values[~whole])
            raise MaskError(f"{self.name}: labels must be whole numbers of at least 0, came {came}")

    def runs(self, shape: tuple[int, int, int]) -> Runs:
        """Give all runs; those that a border between pieces cut are joined."""
        if self.words:
            values = np.concatenate(self.words).view(self.dtype)
            per_word = WORD // self.dtype.itemsize
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


def named(values: npt.NDArray[np.float64]) -> str:
    """Give the first few different values, for a message."""
    unique = np.unique(values)
    text = ", ".join(f"{value:g}" for value in unique[:_N_NAMED])
    return text + (", …" if len(unique) > _N_NAMED else "")
