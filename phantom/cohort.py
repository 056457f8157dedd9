"""Build a cohort of phantoms: patients in parallel, the folder whole or not at all."""

from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from lesions.atomic import build_folder
from lesions.progress import progress_bar
from lesions.scans import Scan, write_scans
from phantom.bids import write_case, write_cohort_files
from phantom.case import Patient, make_case
from phantom.scanners import SCANNERS

DEFAULT_SCANNER = "MP2RAGE-3T"
#: Share of patients with a condition that mimics MS, where no number is given.
MIMIC_SHARE = 0.25
#: Voxel sides that make sense, in mm: finer would take too much memory, coarser shows no lesion.
SPACINGS_MM = (0.4, 4.0)
MAX_CASES = 999
#: Split of every scan, where none is given: the simulated model has seen none.
DEFAULT_SPLIT = "test-out"


class CohortError(ValueError):
    """A cohort of phantoms can't be built as asked."""


def build_cohort(
    out: Path | str,
    cases: int,
    seed: int,
    mimics: int | None = None,
    *,
    scanner: str = DEFAULT_SCANNER,
    spacing_mm: float | None = None,
    split: str | None = DEFAULT_SPLIT,
    jobs: int = 1,
    progress: bool = False,
) -> Path:
    """Build a cohort of synthetic scans in a new folder.

    Parameters
    ----------
    out : path
        Must not exist, or be an empty folder.
    cases : int
        Patients, those with a mimic included.
    seed : int
        At least 0. The same seed and options give the same bytes, whatever `jobs`.
    mimics : int, optional
        Patients with a condition that mimics MS, the last ones; a quarter where not given.
    scanner : str
        A name of `SCANNERS`.
    spacing_mm : float, optional
        Side of the voxels; the scanner's own where not given. Coarse ones are for tests.
    split : str, optional
        What scans.tsv says of every scan; None for `python -m training split` to divide them.
    jobs : int
        Processes.
    progress : bool
        Show a bar on stderr.

    Returns
    -------
    Path
        The cohort's scans.tsv.

    Raises
    ------
    CohortError
        The folder is not empty, or an option is out of range.
    """
    out = Path(out)
    patients = list_patients(cases, mimics, scanner, spacing_mm)
    if seed < 0 or jobs < 1:
        raise CohortError(f"seed must be at least 0 and jobs at least 1, not {seed} and {jobs}")
    _check_empty(out)
    own = patients[0].spacing_mm
    provenance = {
        "GeneratedWith": {
            "Command": "python -m phantom", "Cases": cases, "Seed": seed, "Scanner": scanner,
            "Mimics": sum(p.diagnosis == "mimic" for p in patients), "SpacingMm": own,
        }
    }  # fmt: skip
    with build_folder(out) as folder:
        make = partial(_write_patient, folder, seed, provenance, split)
        scans = _run(make, patients, jobs, progress)
        write_cohort_files(folder, patients, provenance)
        write_scans(scans, folder / "scans.tsv", provenance["GeneratedWith"], synthetic=True)
    return out / "scans.tsv"


def list_patients(
    cases: int,
    mimics: int | None = None,
    scanner: str = DEFAULT_SCANNER,
    spacing_mm: float | None = None,
) -> list[Patient]:
    """List who is to be made: MS patients first, then mimics.

    >>> [p.diagnosis for p in list_patients(4)]
    ['MS', 'MS', 'MS', 'mimic']

    Raises
    ------
    CohortError
        An option is out of range.
    """
    if scanner not in SCANNERS:
        raise CohortError(f'scanner must be one of {", ".join(SCANNERS)}, not "{scanner}"')
    if not 1 <= cases <= MAX_CASES:
        raise CohortError(f"cases must be from 1 to {MAX_CASES}, not {cases}")
    n_mimics = round(cases * MIMIC_SHARE) if mimics is None else mimics
    if not 0 <= n_mimics <= cases:
        raise CohortError(f"mimics must be from 0 to the {cases} cases, not {n_mimics}")
    spacing = SCANNERS[scanner].spacing_mm if spacing_mm is None else spacing_mm
    low, high = SPACINGS_MM
    if not low <= spacing <= high:
        raise CohortError(f"spacing must be from {low:g} to {high:g} mm, not {spacing:g}")
    first_mimic = cases - n_mimics
    return [
        Patient(n + 1, "MS" if n < first_mimic else "mimic", SCANNERS[scanner], spacing)
        for n in range(cases)
    ]


def _check_empty(out: Path) -> None:
    if out.is_dir() and not out.is_symlink() and not any(out.iterdir()):
        out.rmdir()
    elif out.exists() or out.is_symlink():
        raise CohortError(f"expected a new or empty folder to build in, but {out} is there already")


def _write_patient(
    folder: Path,
    seed: int,
    provenance: dict[str, dict[str, object]],
    split: str | None,
    patient: Patient,
) -> Scan:
    return write_case(make_case(patient, seed), folder, provenance, split)


def _run(make: "partial[Scan]", patients: list[Patient], jobs: int, progress: bool) -> list[Scan]:
    bar = progress_bar(
        desc="synthetic scans", unit="case", total=len(patients), disable=not progress
    )
    with bar:
        if jobs == 1:
            scans = []
            for patient in patients:
                scans.append(make(patient))
                bar.update()
            return scans
        workers = min(jobs, len(patients))
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        try:
            futures: list[Future[Scan]] = [pool.submit(make, patient) for patient in patients]
            for future in futures:
                future.add_done_callback(lambda f: None if f.cancelled() else bar.update())
            return [future.result() for future in futures]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
