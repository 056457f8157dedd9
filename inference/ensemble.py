"""Predict one scan with every fold; what leaves the device are places and values, no volumes.

That is: the voxels of each mask, and every voxel whose probability is at least `FLOOR`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from inference.cases import Case
from inference.memory import Attempt, Ladder, enough_memory
from inference.networks import Ensemble, margin
from inference.resampling import to_scan_spacing
from inference.sliding_window import Forward, Shape, mirrors_of, plan_tiles, slide

#: How folds become one mask. logits: the mean of their logits is above 0, as nnU-Net does;
#: probabilities: the mean of their probabilities is above .5.
Average = Literal["logits", "probabilities"]
AVERAGES: tuple[Average, ...] = ("logits", "probabilities")
#: Probabilities below it are written as 0. Of a model that is sure of the background what crosses
#: from the device and into the files is then the lesions and their surroundings; of one that is
#: not, such as a network that has hardly learnt, it may be most of the head.
FLOOR = 1e-3
#: The least half above one half.
_ABOVE_HALF = float(np.nextafter(np.float16(0.5), np.float16(1)))
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sparse:
    """Probabilities of a volume, where they are at least `FLOOR`; 0 elsewhere.

    `index` is (N,), positions in the file's order (first axis fastest); `value` is (N,), float16.
    Above .5 stays above .5 in the rounding.
    """

    index: IntArray
    value: npt.NDArray[np.float16]


@dataclass(frozen=True)
class Member:
    """What one fold predicts: the voxels of its mask, (M,) positions, and its probabilities."""

    fold: str
    mask: IntArray
    probability: Sparse


@dataclass(frozen=True)
class Prediction:
    """What the ensemble predicts of one scan, on its own grid of `shape` (I, J, K).

    `probability` is the mean of the members'. `tile` is the size of tile that was used, in voxels
    of the network's grid: smaller than the plan's where the device had too little memory.
    """

    shape: tuple[int, ...]
    mask: IntArray
    probability: Sparse
    members: tuple[Member, ...]
    tile: Shape


def predict_case(
    case: Case,
    ensemble: Ensemble,
    *,
    mirror: bool = True,
    average: Average = "logits",
    ladder: Ladder | None = None,
    tick: Callable[[float], None] = lambda share: None,
) -> Prediction:
    """Run every fold over a scan.

    Parameters
    ----------
    case : Case
    mirror : bool
        Average over all flips along the model's mirror axes.
    average : "logits" or "probabilities"
        What the mask is made of; the probability map is always the mean of probabilities.
    ladder : Ladder, optional
        What to try when the device's memory is not enough; keeps what worked for the next scan.
    tick : function
        Called with the share of the scan's work that was done since the last call.

    Raises
    ------
    DeviceMemoryError
        The device has too little memory even for the smallest tiles, or for the whole scan's
        probabilities, of which no tiling needs less.
    """
    ladder = ladder or Ladder.of(ensemble.tile, ensemble.stride, ensemble.device)
    mirrors = mirrors_of(ensemble.model.mirror_axes if mirror else ())

    def attempt(step: Attempt) -> Prediction:
        return _predict(case, ensemble, mirrors, average, step, tick)

    return ladder.climb(attempt, case.name)


@torch.inference_mode()
def _predict(
    case: Case,
    ensemble: Ensemble,
    mirrors: tuple[tuple[int, ...], ...],
    average: Average,
    attempt: Attempt,
    tick: Callable[[float], None],
) -> Prediction:
    whole = partial(enough_memory, ensemble.device, _needs(case))
    with whole():
        volume = case.data.to(ensemble.device)
        a, b, c = volume.shape[1:]
        tiling = plan_tiles((a, b, c), attempt.tile, ensemble.device)
    done = partial(tick, 1 / (len(tiling.corners) * len(ensemble.networks)))
    members: list[Member] = []
    logits = probabilities = torch.zeros((), device=ensemble.device)
    for fold, network in zip(ensemble.model.folds, ensemble.networks, strict=True):
        with ensemble.precision():
            forward = margin_of(network, ensemble)
            out = slide(forward, volume, tiling, mirrors, batch=attempt.batch, tick=done)
        with whole():
            out = _resample(out, case, ensemble)
            probability = out.sigmoid()
            mask = _positions(out > 0, case, ensemble)
            members.append(Member(fold.name, mask, _sparse(probability, case, ensemble)))
            logits, probabilities = logits + out, probabilities + probability
    with whole():
        probabilities /= len(members)
        chosen = logits > 0 if average == "logits" else probabilities > 0.5
        mask, sparse = _positions(chosen, case, ensemble), _sparse(probabilities, case, ensemble)
    return Prediction(case.shape, mask, sparse, tuple(members), attempt.tile)


def _needs(case: Case) -> str:
    shape = " x ".join(map(str, case.shape))
    return f"{case.name}: expected memory for some maps of the whole scan, {shape} voxels each"


def margin_of(network: torch.nn.Module, ensemble: Ensemble) -> Forward:
    """Give a network's lesion logit as a function, (B, C, x, y, z) -> (B, x, y, z).

    It enters the ensemble's precision itself: a thread of its own wouldn't have it.
    """

    def forward(patches: Tensor) -> Tensor:
        with ensemble.precision():
            return margin(network(patches))

    return forward


def _resample(values: Tensor, case: Case, ensemble: Ensemble) -> Tensor:
    spacing = [case.properties["spacing"][axis] for axis in ensemble.plans.transpose_forward]
    return to_scan_spacing(
        values,
        case.properties["shape_after_cropping_and_before_resampling"],
        ensemble.configuration.spacing,
        spacing,
        ensemble.configuration,
    )


def _sparse(probability: Tensor, case: Case, ensemble: Ensemble) -> Sparse:
    chosen = probability >= FLOOR
    singles = probability[chosen]
    halves = singles.half()
    halves[(singles > 0.5) & (halves <= 0.5)] = _ABOVE_HALF
    return Sparse(_positions(chosen, case, ensemble), halves.cpu().numpy())


def _positions(chosen: Tensor, case: Case, ensemble: Ensemble) -> IntArray:
    """Give where a mask on the cropped, transposed grid lies in the file, in ITS order of voxels.

    Only these indices leave the device, four bytes each.
    """
    flat = chosen.flatten().nonzero()[:, 0].int().cpu().numpy()
    found = np.unravel_index(flat, tuple(chosen.shape))
    placed = [axis + low for axis, (low, _) in zip(found, case.box, strict=True)]
    z, y, x = (placed[axis] for axis in ensemble.plans.transpose_backward)
    n_i, n_j, _ = case.shape
    positions: IntArray = (z * n_j + y) * n_i + x
    return positions
