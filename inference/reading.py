"""Read a cohort's scans one after the other; what is broken comes as the error that says so."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import torch

from inference.cases import Case
from lesions.cases import CaseError
from lesions.model_folder import ORIENTATION, Model
from lesions.scans import PATH_COLUMNS, Scan, check_files

#: Files of a scan that a prediction replaces; all others stay in the table, and must be there.
REPLACED = ("prediction_mask", "probability_map")
#: A note where nothing can be checked; how to say it.
NO_ORIENTATION = (
    "the model doesn't say how the axes of its training images ran, so it is not checked here: "
    "make sure that all scans run as those did; `python -m training export --orientation RAS` "
    "puts it into a model"
)


@dataclass(frozen=True)
class Read:
    """What was read of a scan: its case, what names it and its making, and how long it took."""

    case: Case
    about: dict[str, Any]
    seconds: float


Outcome = Read | ValueError
Reader = Callable[[Scan], Read]


def read_ahead(
    scans: Sequence[Scan], read: Reader, device: torch.device
) -> Iterator[tuple[Scan, Outcome]]:
    """Read the scans in their order; while a GPU works on one, the next is read.

    Parameters
    ----------
    scans : sequence of Scan
    read : function
        Reads one; errors of ours, of the system and for want of memory are the scan's own.
    device : torch.device
        On the CPU nothing is read ahead: it would only take the cores from the network.
    """
    if device.type == "cpu":
        for scan in scans:
            yield scan, outcome_of(read, scan)
        return
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(outcome_of, read, scans[0])
        for scan, following in zip(scans, [*scans[1:], None], strict=True):
            outcome = future.result()
            if following is not None:
                future = pool.submit(outcome_of, read, following)
            yield scan, outcome


def outcome_of(read: Reader, scan: Scan) -> Outcome:
    """Read one scan, or give the error that is its own."""
    try:
        return read(scan)
    except ValueError as error:
        if not is_named(error):
            raise
        return error
    except OSError as error:
        return CaseError(f"{scan.image}: can't be read, {error.strerror or error}")
    except MemoryError:
        return CaseError(f"{scan.image}: expected memory to read it, there is too little")


def is_named(error: ValueError) -> bool:
    """Say whether it is an error of these packages, which refuses an input."""
    return type(error).__module__.startswith(("lesions.", "inference."))


def missing_files(scans: Sequence[Scan]) -> dict[str, str]:
    """Give scan name -> which file isn't there, for scans of which one isn't."""
    columns = [column for column in PATH_COLUMNS if column not in REPLACED]
    missing = {}
    for scan in scans:
        try:
            check_files(scan, columns)
        except ValueError as error:
            missing[scan.name] = str(error)
    return missing


def notes_of(model: Model) -> list[str]:
    """Give what a user should know of a model before scans are read."""
    return [] if model.dataset.get(ORIENTATION) else [f"{model.folder}: {NO_ORIENTATION}"]
