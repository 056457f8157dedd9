"""Work on every scan comes back in order; a refusal names the scan, a fault stays a fault."""

import os
from pathlib import Path

import pytest

from lesions.__main__ import main
from lesions.nifti import MaskError
from lesions.per_scan import map_scans
from lesions.scans import Scan, ScansError, read_scans


def name_of(scan: Scan) -> str:
    return scan.name


def threads_of(scan: Scan) -> str | None:
    return os.environ.get("OMP_NUM_THREADS")


def refuse_second(scan: Scan) -> str:
    if scan.participant_id == "sub-02":
        raise MaskError("a mask must be good")
    return scan.name


def break_down(scan: Scan) -> str:
    raise ValueError("a fault of ours")


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_cohort(cohort_path: Path, jobs: int) -> None:
    cohort = read_scans(cohort_path)
    assert map_scans(name_of, cohort, jobs, "names") == [scan.name for scan in cohort.scans]


def test_workers_have_one_thread_and_this_process_keeps_its_own(
    cohort_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert map_scans(threads_of, read_scans(cohort_path), 2, "threads") == ["1", "1"]
    assert os.environ["OMP_NUM_THREADS"] == "7"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_refusal_names_the_scan_and_its_row(cohort_path: Path, jobs: int) -> None:
    with pytest.raises(ScansError, match=r"scans\.tsv row 3 \(sub-02_acq-MP2RAGE\): a mask must"):
        map_scans(refuse_second, read_scans(cohort_path), jobs, "masks")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_ours_is_no_refusal(cohort_path: Path, jobs: int) -> None:
    with pytest.raises(ValueError, match="a fault of ours") as raised:
        map_scans(break_down, read_scans(cohort_path), jobs, "faults")
    assert not isinstance(raised.value, ScansError)


def test_a_stopped_command_leaves_nothing_and_exits_with_130(
    cohort_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(scan: Scan) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lesions.lesion_table.scan_lesions", stop)
    before = sorted(cohort_path.parent.iterdir())
    out = str(cohort_path.with_name("out.tsv"))
    assert main(["table", str(cohort_path), "--out", out]) == 130
    assert sorted(cohort_path.parent.iterdir()) == before
