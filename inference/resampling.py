"""Bring predictions back from the network's grid to the scan's, on the device where they are.

nnU-Net resamples logits linearly on the CPU (skimage.transform.resize); the same numbers come from
torch within rounding, at least ten times as fast. The image's own resampling is never touched.
"""

from collections.abc import Sequence
from typing import Any

import torch
from nnunetv2.preprocessing.resampling.default_resampling import determine_do_sep_z_and_axis
from torch import Tensor

#: nnU-Net's functions for probabilities, and the arguments with which they are linear in plane and
#: the nearest slice across: what `resample_linearly` does.
LINEAR: dict[str, dict[str, Any]] = {
    "resample_data_or_seg_to_shape": {"is_seg": False, "order": 1, "order_z": 0},
    "resample_torch_fornnunet": {"is_seg": False},
}
#: Arguments that don't change the numbers.
_NEUTRAL = {"num_threads", "device", "memefficient_seg_resampling", "force_separate_z"}


def to_scan_spacing(
    values: Tensor,
    shape: Sequence[int],
    current_mm: Sequence[float],
    wanted_mm: Sequence[float],
    configuration: Any,
) -> Tensor:
    """Resample as the plans say probabilities are.

    Parameters
    ----------
    values : (X, Y, Z) tensor of float32
    shape : voxels wanted
    current_mm, wanted_mm : voxel sides before and after, in mm
    configuration : nnU-Net's ConfigurationManager

    Returns
    -------
    tensor of `shape`, on the same device
        `values` itself where the shape is the same.
    """
    if tuple(values.shape) == tuple(shape):
        return values
    settings = configuration.configuration
    arguments = dict(settings["resampling_fn_probabilities_kwargs"])
    if is_linear(str(settings["resampling_fn_probabilities"]), arguments):
        separate = arguments.get("force_separate_z")
        return resample_linearly(values, shape, current_mm, wanted_mm, force_separate_z=separate)
    resampled = configuration.resampling_fn_probabilities(
        values[None].cpu(), list(shape), current_mm, wanted_mm
    )
    return torch.as_tensor(resampled)[0].to(values.device)


def resample_linearly(
    values: Tensor,
    shape: Sequence[int],
    current_mm: Sequence[float],
    wanted_mm: Sequence[float],
    *,
    force_separate_z: bool | None = None,
) -> Tensor:
    """Resample by trilinear interpolation; across thick slices take the nearest, as nnU-Net does.

    Parameters are those of `to_scan_spacing`; voxels' centres lie at half indices, and beyond the
    outermost ones values are kept (skimage's `edge`). Places are computed in double precision:
    torch's own interpolation rounds them to singles, and is up to 4e-5 off at 200 voxels a side.
    """
    apart, thick = determine_do_sep_z_and_axis(force_separate_z, list(current_mm), list(wanted_mm))
    steps = []
    for axis, n in enumerate(values.shape):
        places = (torch.arange(shape[axis], dtype=torch.float64) + 0.5) * (n / shape[axis])
        nearest = bool(apart) and axis == thick
        steps.append(_neighbours(places.floor() if nearest else places - 0.5, n, values))

    # Slice by slice: but for the result, all of it stays in the processor's cache.
    out = values.new_empty(tuple(shape))
    planes: dict[int, Tensor] = {}
    low, high, share = (x.tolist() for x in steps[0])
    for i, (a, b, weight) in enumerate(zip(low, high, share, strict=True)):
        planes = {k: planes[k] if k in planes else _plane(values[k], steps[1:]) for k in (a, b)}
        torch.lerp(planes[a], planes[b], weight, out=out[i])
    return out


def interpolate(values: Tensor, axis: int, places: Tensor) -> Tensor:
    """Interpolate linearly along one axis.

    Parameters
    ----------
    values : tensor of float32
    places : (N,) tensor of float64, on the CPU
        Indices between the first and the last; beyond them the outermost value is taken.
    """
    return _between(values, axis, *_neighbours(places, values.shape[axis], values))


def _plane(values: Tensor, steps: list[tuple[Tensor, Tensor, Tensor]]) -> Tensor:
    """Interpolate one slice along its own axes, the contiguous one first."""
    for axis in (1, 0):
        low, high, share = steps[axis]
        if len(low) != values.shape[axis]:
            values = _between(values, axis, low, high, share)
    return values


def _between(values: Tensor, axis: int, low: Tensor, high: Tensor, share: Tensor) -> Tensor:
    weight = share.reshape([-1 if axis == a else 1 for a in range(values.ndim)])
    return values.index_select(axis, low).lerp_(values.index_select(axis, high), weight)


def _neighbours(places: Tensor, n: int, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the indices below and above each place among `n`, and how far it is between them."""
    places = places.clamp(0, n - 1)
    low = places.floor().long().clamp(max=max(n - 2, 0))
    share = (places - low).to(values.dtype)
    high = (low + 1).clamp(max=n - 1)
    return low.to(values.device), high.to(values.device), share.to(values.device)


def is_linear(function: str, arguments: dict[str, Any]) -> bool:
    """Say whether nnU-Net's function with these arguments is what `resample_linearly` does.

    >>> is_linear("resample_data_or_seg_to_shape", {"is_seg": False, "order": 3, "order_z": 0})
    False
    """
    known = LINEAR.get(function)
    given = {name: value for name, value in arguments.items() if name not in _NEUTRAL}
    return known is not None and {**known, **given} == known
