"""Read a checkpoint of nnU-Net without running anything that stands in it.

A checkpoint is a pickle. torch's `weights_only` reads tensors and plain values alone; nnU-Net's log
and the state of random generators hold numpy's numbers too, so those few names are let through.
"""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy._core import multiarray

from lesions.model_weights import ModelError

#: What a checkpoint may hold beside tensors and plain values: numpy's numbers and arrays, under
#: the names of numpy 1 and 2.
_NUMPY_TYPES = [type(np.dtype(kind)) for kind in ("f2", "f4", "f8", "i4", "i8", "u4", "u8", "?")]
_ALLOWED: list[Any] = [
    *(
        (getattr(multiarray, name), f"numpy.{package}.multiarray.{name}")
        for name in ("scalar", "_reconstruct")
        for package in ("core", "_core")
    ),
    np.ndarray,
    np.dtype,
    *_NUMPY_TYPES,
]
#: Prefixes that wrappers of a network leave in the names of its weights.
_PREFIXES = ("module.", "_orig_mod.")


@dataclass(frozen=True)
class Checkpoint:
    """What an export takes from a checkpoint.

    `weights` holds each tensor once, (…) float arrays by name; `aliases` maps the other names of a
    tensor to the one in `weights`. `mirror_axes` are the axes that nnU-Net mirrors along.
    """

    weights: Mapping[str, np.ndarray[Any, Any]]
    aliases: Mapping[str, str]
    trainer: str
    configuration: str
    plans: Mapping[str, Any]
    mirror_axes: tuple[int, ...]
    n_epochs: int


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint that nnU-Net's trainer, or one of ours, wrote.

    Raises
    ------
    ModelError
        It is broken, isn't nnU-Net's, or holds anything that would have to be run.
    """
    content = _load(path)
    try:
        state = {_bare(name): tensor for name, tensor in content["network_weights"].items()}
        arguments = content["init_args"]
        axes = content.get("inference_allowed_mirroring_axes")
        weights, aliases = _separate(state)
        return Checkpoint(
            weights=weights,
            aliases=aliases,
            trainer=str(content["trainer_name"]),
            configuration=str(arguments["configuration"]),
            plans=dict(arguments["plans"]),
            mirror_axes=tuple(int(axis) for axis in axes or ()),
            n_epochs=int(content["current_epoch"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(
            f"{path}: expected a checkpoint as nnU-Net writes it, {type(error).__name__}: {error}"
        ) from None


def _load(path: Path) -> Any:
    try:
        with torch.serialization.safe_globals(_ALLOWED):
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        found = [
            line for line in str(error).splitlines() if "GLOBAL" in line or "Unsupported" in line
        ]
        what = found[0].strip() if found else str(error).splitlines()[0]
        raise ModelError(
            f"{path}: expected a checkpoint of weights and plain values, which runs nothing; "
            f"refused: {what}"
        ) from None
    except (OSError, RuntimeError, EOFError, KeyError) as error:
        raise ModelError(f"{path}: expected a whole checkpoint, {error}") from None


def _bare(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _separate(
    state: Mapping[str, torch.Tensor],
) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, str]]:
    """Tell tensors from their other names: nnU-Net's decoder names its encoder's once more."""
    first: dict[Any, str] = {}
    weights: dict[str, np.ndarray[Any, Any]] = {}
    aliases: dict[str, str] = {}
    for name, tensor in state.items():
        shape, strides = tuple(tensor.shape), tensor.stride()
        key = (tensor.data_ptr(), shape, strides) if tensor.numel() else name
        if key in first:
            aliases[name] = first[key]
        else:
            first[key] = name
            weights[name] = tensor.detach().numpy()
    return weights, aliases
