"""Do one piece of work for every scan of a cohort, in one process per scan at a time."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from lesions.progress import track
from lesions.scans import Cohort, Scan

Result = TypeVar("Result")
#: Read by numpy's linear algebra when a process starts: workers must not fight for the cores.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def map_scans(
    work: Callable[[Scan], Result], cohort: Cohort, jobs: int, description: str
) -> list[Result]:
    """Give what `work` gives for each scan, in the cohort's order.

    Parameters
    ----------
    work : function of a Scan
        Of a module's top level, for it is sent to other processes.
    jobs : int
        Processes; 1 works in this one.
    description : str
        Shown at the progress bar.

    Raises
    ------
    ScansError
        `work` refused a scan with a ValueError; names the scan and its row. The first one in the
        cohort's order is told; work that hasn't begun is dropped.
    """
    results: list[Result] = []
    if jobs == 1:
        for scan in track(cohort.scans, description):
            try:
                results.append(work(scan))
            except ValueError as error:
                raise _refusal(cohort, scan, error) from None
        return results
    context = multiprocessing.get_context("spawn")
    n_workers = min(jobs, len(cohort.scans))
    with _single_threaded(), ProcessPoolExecutor(n_workers, mp_context=context) as pool:
        futures: list[Future[Result]] = [pool.submit(work, scan) for scan in cohort.scans]
        for future, scan in zip(track(futures, description), cohort.scans, strict=True):
            try:
                results.append(future.result())
            except ValueError as error:
                pool.shutdown(wait=True, cancel_futures=True)
                raise _refusal(cohort, scan, error) from None
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return results


def _refusal(cohort: Cohort, scan: Scan, error: ValueError) -> ValueError:
    """Name the scan in a refusal of the package; leave any other ValueError, a fault of ours."""
    named = type(error).__module__.startswith("lesions.")
    return cohort.refuse(scan, error) if named else error


@contextmanager
def _single_threaded() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
