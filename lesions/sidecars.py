"""What the sidecar of a predicted mask says: the members of its ensemble, and its files' hashes."""

import json
from pathlib import Path
from typing import Any

from lesions.cases import FILE_ENDING

#: Keys of the sidecar: file names of the members' masks, beside it; file name -> SHA-256.
MEMBERS, OUTPUTS = "Members", "Outputs"


class SidecarError(ValueError):
    """A sidecar can't be used; the message names it."""


def member_masks(prediction_mask: Path) -> tuple[Path, ...]:
    """Give the masks of the members of the ensemble that predicted a mask.

    Parameters
    ----------
    prediction_mask : path of a .nii or .nii.gz file
        `python -m inference predict` writes its sidecar: the same name with .json.

    Returns
    -------
    tuple of paths
        Empty where there is no sidecar, or it names no members.

    Raises
    ------
    SidecarError
        The sidecar is broken, or a mask that it names isn't there.
    """
    path = _sidecar(prediction_mask)
    if not path.is_file():
        return ()
    try:
        content: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SidecarError(f"{path}: expected JSON, {error}") from None
    names = content.get(MEMBERS, []) if isinstance(content, dict) else None
    if not isinstance(names, list) or not all(
        isinstance(name, str) and Path(name).name == name for name in names
    ):
        raise SidecarError(f"{path}: expected {MEMBERS} to be names of files beside it")
    for name in names:
        if not path.with_name(name).is_file():
            raise SidecarError(f"{path}: expected {name} beside it, as {MEMBERS} has it, no file")
    return tuple(path.with_name(name) for name in names)


def _sidecar(mask: Path) -> Path:
    ending = FILE_ENDING if mask.name.endswith(FILE_ENDING) else mask.suffix
    return mask.with_name(mask.name.removesuffix(ending) + ".json")
