"""Compare the lesions of a prediction with those of a reference."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lesions.connectivity import label_runs, overlapping_runs, split_at_lines
from lesions.dense import describe_volume, shared_labels
from lesions.foreground import (
    TooManyRunsError,
    as_volume,
    find_foreground,
    read_foreground,
    read_volume,
)
from lesions.geometry import FloatArray, GridError, check_affine, check_same_grid
from lesions.measures import Components, describe_runs
from lesions.nifti_header import Header
from lesions.runs import IntArray, Runs

OutcomeArray = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Match:
    """Two masks of one scan, lesion by lesion (the paper, 3.3.1).

    A predicted lesion that shares at least one voxel with the reference is a TPL, else an FPL; a
    reference lesion that shares none with the prediction is an FNL. Predicted lesions are
    counted: one that bridges two reference lesions is one TPL, and neither of the two is missed.

    `overlaps` is (P, 3) int, sorted: reference label, prediction label, shared voxels.
    """

    reference: Components
    prediction: Components
    overlaps: IntArray
    shape: tuple[int, int, int]
    affine: FloatArray
    n_shared_voxels: int

    @property
    def n_reference(self) -> int:
        """Reference lesions."""
        return len(self.reference)

    @property
    def n_prediction(self) -> int:
        """Predicted lesions."""
        return len(self.prediction)

    @property
    def n_tpl(self) -> int:
        """Predicted lesions that touch the reference."""
        return _n_distinct(self.overlaps[:, 1])

    @property
    def n_fpl(self) -> int:
        """Predicted lesions that don't."""
        return self.n_prediction - self.n_tpl

    @property
    def n_detected_reference(self) -> int:
        """Reference lesions that the prediction touches."""
        return _n_distinct(self.overlaps[:, 0])

    @property
    def n_fnl(self) -> int:
        """Reference lesions that it misses."""
        return self.n_reference - self.n_detected_reference

    @property
    def prediction_outcomes(self) -> OutcomeArray:
        """TPL or FPL for each predicted lesion, label 1 first."""
        return _outcomes(self.n_prediction, self.overlaps[:, 1], "FPL")

    @property
    def reference_outcomes(self) -> OutcomeArray:
        """TPL or FNL for each reference lesion, label 1 first."""
        return _outcomes(self.n_reference, self.overlaps[:, 0], "FNL")


def match_lesions(
    reference: npt.ArrayLike, prediction: npt.ArrayLike, affine: npt.ArrayLike
) -> Match:
    """Match two masks in memory.

    Parameters
    ----------
    reference, prediction : (I, J, K) array of bool, or of 0 and one positive value
        Masks on one grid; either may be empty.
    affine : (4, 4) array of float
        Voxel indices to RAS mm, of both.

    Raises
    ------
    MaskError
        A mask is not 3-D, or not binary.
    GridError
        The shapes differ, or no usable affine.

    Examples
    --------
    >>> mask = np.zeros((6, 1, 1), bool); mask[:2] = mask[4:] = True
    >>> bridge = np.zeros((6, 1, 1), bool); bridge[1:5] = True
    >>> match = match_lesions(mask, bridge, np.eye(4))
    >>> match.n_tpl, match.n_fpl, match.n_fnl, match.overlaps.tolist()
    (1, 0, 0, [[1, 1, 1], [2, 1, 1]])
    """
    matrix = check_affine(affine, "affine")
    try:
        runs_a = find_foreground(reference, "reference", stop_at_noise=True)
        runs_b = find_foreground(prediction, "prediction", stop_at_noise=True)
    except TooManyRunsError:
        volumes = as_volume(reference, "reference"), as_volume(prediction, "prediction")
        _check_shapes(volumes[0].shape, volumes[1].shape)
        return _match_volumes(*volumes, matrix)
    _check_shapes(runs_a.shape, runs_b.shape)
    return _match_runs(runs_a, runs_b, matrix)


def match_files(reference_path: Path | str, prediction_path: Path | str) -> Match:
    """Match two mask files, without ever building a volume.

    Parameters
    ----------
    reference_path, prediction_path : paths of .nii or .nii.gz files
        Binary masks on one grid.

    Returns
    -------
    Match
        With the reference's affine.

    Raises
    ------
    ImageError, MaskError
        A file can't be read, is not one 3-D volume, or not binary.
    GridError
        The grids differ; one grid stored in two orientations is refused as well.
    """
    paths = reference_path, prediction_path
    try:
        (header, reference), (header_b, prediction) = (
            read_foreground(path, stop_at_noise=True) for path in paths
        )
    except TooManyRunsError:
        (header, volume), (header_b, volume_b) = (read_volume(path) for path in paths)
        _check_headers(header, header_b, *paths)
        return _match_volumes(volume, volume_b, header.affine)
    _check_headers(header, header_b, *paths)
    return _match_runs(reference, prediction, header.affine)


def _check_headers(a: Header, b: Header, path_a: Path | str, path_b: Path | str) -> None:
    check_same_grid(a.shape, a.affine, b.shape, b.affine, str(path_a), str(path_b))


def _check_shapes(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    if a != b:
        raise GridError(f"prediction must have the shape of reference, {a}, not {b}")


def _match_volumes(
    reference: npt.NDArray[np.uint8], prediction: npt.NDArray[np.uint8], affine: FloatArray
) -> Match:
    """Match masks of noise, (I, J, K) in Fortran order."""
    a, b = describe_volume(reference, affine), describe_volume(prediction, affine)
    labels_a, labels_b = shared_labels(a, reference, b, prediction)
    n_i, n_j, n_k = reference.shape
    return Match(
        a.components,
        b.components,
        _count_pairs(labels_a, labels_b, np.ones_like(labels_a)),
        (n_i, n_j, n_k),
        affine,
        len(labels_a),
    )


def _match_runs(reference: Runs, prediction: Runs, affine: FloatArray) -> Match:
    reference, prediction = split_at_lines(reference), split_at_lines(prediction)
    labels_a, labels_b = label_runs(reference), label_runs(prediction)
    overlaps = _overlaps(reference, labels_a, prediction, labels_b)
    return Match(
        describe_runs(reference, labels_a, affine),
        describe_runs(prediction, labels_b, affine),
        overlaps,
        reference.shape,
        affine,
        int(overlaps[:, 2].sum()),
    )


def _overlaps(runs_a: Runs, labels_a: IntArray, runs_b: Runs, labels_b: IntArray) -> IntArray:
    one, other = overlapping_runs(runs_a.start, runs_a.stop, runs_b.start, runs_b.stop)
    shared = np.minimum(runs_a.stop[one], runs_b.stop[other]) - np.maximum(
        runs_a.start[one], runs_b.start[other]
    )
    return _count_pairs(labels_a[one], labels_b[other], shared)


def _count_pairs(labels_a: IntArray, labels_b: IntArray, shared: IntArray) -> IntArray:
    """Sum the voxels that each pair of labels shares."""
    n_b = int(labels_b.max(initial=0)) + 1
    pair = labels_a * n_b + labels_b
    # np.unique would do, but loads numpy.ma on its first call: 10 ms of a command's start.
    order = np.argsort(pair, kind="stable")
    pair, shared = pair[order], shared[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    voxels = np.add.reduceat(shared, first) if len(first) else shared
    return np.stack([pair[first] // n_b, pair[first] % n_b, voxels], axis=1)


def _n_distinct(labels: IntArray) -> int:
    return int(np.count_nonzero(np.bincount(labels)))


def _outcomes(n: int, touching: IntArray, otherwise: str) -> OutcomeArray:
    outcomes = np.full(n, otherwise, "<U3")
    outcomes[touching - 1] = "TPL"
    return outcomes
