"""Checkpoints that appear whole, and say all that an exact resume needs.

They are nnU-Net's, with a key more. Nothing in them needs code to be read, so `read_checkpoint`
runs none: a file that would is refused.
"""

from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch

from lesions.atomic import write_atomically

#: Beside what nnU-Net's own checkpoints hold.
EXTRA = "second_look"
#: NumPy's numbers, which nnU-Net logs.
NUMBERS = [
    np.dtype,
    np.ndarray,
    np._core.multiarray.scalar,  # type: ignore[attr-defined]
    *(type(np.dtype(name)) for name in ("float32", "float64", "int64")),
]


class CheckpointError(ValueError):
    """A checkpoint can't be resumed from; the message names the file."""


def write_checkpoint(path: Path | str, content: dict[str, Any]) -> None:
    """Write a checkpoint; Ctrl-C, a crash or a full disk leaves the one before as it was."""
    with write_atomically(path) as temporary:
        torch.save(content, temporary)


def read_checkpoint(path: Path | str) -> dict[str, Any]:
    """Read a checkpoint that `write_checkpoint` wrote, onto the CPU, without running what is in it.

    Raises
    ------
    CheckpointError
        The file is broken, of another trainer, or would run code.
    """
    try:
        with torch.serialization.safe_globals(NUMBERS):
            content = torch.load(path, map_location="cpu", weights_only=True)
    except (EOFError, KeyError, OSError, RuntimeError, UnpicklingError) as error:
        first = str(error).partition("\n")[0]
        raise CheckpointError(f"{path}: expected a whole checkpoint, {first}") from None
    if not isinstance(content, dict) or EXTRA not in content:
        raise CheckpointError(f"{path}: expected a checkpoint that `training train` wrote")
    return content
