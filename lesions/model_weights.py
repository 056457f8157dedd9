"""Read and write a network's weights as safetensors: names and numbers, nothing that can run.

The file is of safetensors 0.8 ("Format": a JSON header, then plain numbers). Names that share one
tensor, as nnU-Net's decoder repeats its encoder, are kept once: the header's metadata `aliases`
holds the other names.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from lesions.atomic import write_atomically

#: Types that a weight is stored as; halves are exact to eleven bits, and half the size.
DTYPES = {"float32": np.float32, "float16": np.float16}
#: Key of the header's metadata: a JSON object, other name -> name that is stored.
ALIASES = "aliases"
FloatArray = NDArray[np.float32]


class ModelError(ValueError):
    """A model can't be used; the message says what was expected, what came and from which file."""


@dataclass(frozen=True)
class WeightsHeader:
    """What a file of weights says of itself: name -> shape, other name -> name, and its type."""

    shapes: Mapping[str, tuple[int, ...]]
    aliases: Mapping[str, str]

    @property
    def n_parameters(self) -> int:
        """Count the numbers that are stored, running statistics of norms among them."""
        return sum(int(np.prod(shape)) for shape in self.shapes.values())


def read_header(path: Path) -> WeightsHeader:
    """Read names and shapes; no weight is read.

    Raises
    ------
    ModelError
        It is no safetensors file, or an alias names no tensor of it.
    """
    try:
        with safe_open(path, framework="np") as opened:
            names = list(opened.keys())
            shapes = {name: tuple(opened.get_slice(name).get_shape()) for name in names}
            metadata: dict[str, str] = opened.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: expected weights as safetensors, {error}") from None
    return WeightsHeader(shapes, _aliases(path, metadata.get(ALIASES, "{}"), shapes))


def read_weights(path: Path) -> dict[str, FloatArray]:
    """Read the weights of one network, as float32, under all their names.

    Parameters
    ----------
    path : path of a .safetensors file

    Returns
    -------
    dict of str to array of float32
        What `load_state_dict` takes strictly, once each array is a tensor; names that share a
        tensor share the array.

    Raises
    ------
    ModelError
        It is no safetensors file, or a weight is no float16 or float32, NaN or infinite.
    """
    header = read_header(path)
    try:
        stored = load_file(path)
    except (OSError, SafetensorError, KeyError) as error:
        raise ModelError(f"{path}: expected weights of {' or '.join(DTYPES)}, {error}") from None
    weights: dict[str, FloatArray] = {}
    for name, array in stored.items():
        if str(array.dtype) not in DTYPES:
            raise ModelError(
                f"{path}: expected weights of {' or '.join(DTYPES)}, came {array.dtype} in {name}"
            )
        weights[name] = np.asarray(array, np.float32)
        _check_finite(weights[name], name, path)
    return weights | {other: weights[name] for other, name in header.aliases.items()}


def write_weights(
    path: Path,
    weights: Mapping[str, NDArray[Any]],
    aliases: Mapping[str, str],
    dtype: str = "float32",
) -> None:
    """Write the weights of one network; the file appears whole or not at all.

    The same weights give the same bytes.

    Parameters
    ----------
    path : path ending in .safetensors
    weights : mapping of str to array of floating point
        Each tensor once.
    aliases : mapping of str to str
        Other name -> name in `weights`.
    dtype : one of `DTYPES`

    Raises
    ------
    ModelError
        A weight is NaN or infinite, or too large for `dtype`.
    OutputError
        It can't be written there.
    """
    arrays = {}
    for name, array in weights.items():
        _check_finite(array, name, path)
        with np.errstate(over="ignore"):
            arrays[name] = np.ascontiguousarray(array, DTYPES[dtype])
        if not np.isfinite(arrays[name]).all():
            raise ModelError(f"{path}: expected weights that {dtype} holds, {name} is too large")
    metadata = {ALIASES: json.dumps(dict(aliases), sort_keys=True)}
    with write_atomically(path) as temporary:
        try:
            save_file(arrays, temporary, metadata)
        except SafetensorError as error:  # it wraps the system's own words, such as a full disk
            raise OSError(f"{path}: can't be written, {error}") from None


def _check_finite(array: NDArray[Any], name: str, path: Path) -> None:
    n_bad = int(array.size - np.isfinite(array).sum())
    if n_bad:
        raise ModelError(f"{path}: expected finite weights, came {n_bad} NaN or infinite in {name}")


def _aliases(path: Path, text: str, shapes: Mapping[str, Any]) -> dict[str, str]:
    try:
        aliases = json.loads(text)
    except ValueError:
        aliases = None
    if not isinstance(aliases, dict) or not all(name in shapes for name in aliases.values()):
        raise ModelError(f"{path}: expected aliases of tensors that are there, came {text:.60}")
    return aliases
