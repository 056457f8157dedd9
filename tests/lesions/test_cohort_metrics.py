"""A cohort's means and standard errors are those that the paper's tables print."""

import math
from pathlib import Path

import nibabel
import numpy as np
import pandas as pd
import pytest

from lesions.__main__ import main
from lesions.cohort_metrics import measure_cohort, show_summary, standard_error, summarise
from lesions.formats import METRICS, METRICS_SUMMARY
from lesions.metrics import MetricsError
from lesions.scans import ScansError, read_scans
from lesions.tsv import read_table


def value(summary: pd.DataFrame, scope: str, measure: str, column: str = "mean") -> float:
    found = summary[(summary["scope"] == scope) & (summary["measure"] == measure)]
    return float(found[column].iloc[0])


@pytest.mark.parametrize(("n_empty", "mean", "error"), [(24, 0.600, 0.078), (25, 0.625, 0.078)])
def test_mimics_without_predictions_give_the_papers_table_6(
    n_empty: int, mean: float, error: float
) -> None:
    # Site D, MS-mimic, n = 40: DSC and precision are 1 where both masks are empty, else 0.
    dsc = np.r_[np.ones(n_empty), np.zeros(40 - n_empty)]
    assert round(float(dsc.mean()), 3) == mean
    assert round(standard_error(dsc), 3) == error


def test_recall_as_one_gives_the_papers_test_out_mean() -> None:
    # Table 6, site D: recall .395 in 2 x 72 MS scans, none in 2 x 40 mimic scans; Table 5: .611.
    recall = np.r_[np.full(144, 0.395), np.ones(80)]
    assert round(float(recall.mean()), 3) == 0.611


def test_a_cohort_is_measured_scan_by_scan(cohort_path: Path) -> None:
    table = measure_cohort(read_scans(cohort_path))
    assert table["f1"].tolist() == [0.5, 0]
    assert table["recall"].tolist()[0] == 0.5
    assert math.isnan(table["recall"][1])
    assert table["dsc"].tolist() == [2 / 8, 0]
    assert table["prediction_volume_mm3"].tolist() == [6, 8]


def test_r_can_be_the_mean_load_of_the_cohort(cohort_path: Path) -> None:
    table = measure_cohort(read_scans(cohort_path), r="mean")
    assert table["r"].tolist() == [5 / 512 / 2] * 2
    kappa = (5 / 507) * (1 / (5 / 1024) - 1)
    assert table["ndsc"][0] == pytest.approx(2 / (2 + kappa * 2 + 4))


def test_the_brain_as_domain_leaves_the_rest_out(cohort_path: Path) -> None:
    brain = np.zeros((8, 8, 8), np.uint8)
    brain[:4] = 1  # a predicted voxel at i = 6 and one at i = 4, 5 lie beside it
    for name in ("sub-01", "sub-02"):
        image = nibabel.Nifti1Image(brain, np.diag([1.0, 1, 2, 1]))
        nibabel.save(image, cohort_path.with_name(f"{name}_brain.nii.gz"))
    table = measure_cohort(read_scans(cohort_path), domain="brain")
    kappa = (5 / (257 - 5)) * 999
    assert table["ndsc"][0] == pytest.approx(2 / (2 + kappa * 2 + 4))
    assert set(table["domain"]) == {"brain"}


def test_the_brain_as_domain_needs_brain_masks(cohort_path: Path) -> None:
    cohort_path.write_text(cohort_path.read_text().replace("sub-02_brain.nii.gz", "n/a"))
    with pytest.raises(ScansError, match=r"row 3 .*brain_mask must be a file for --domain brain"):
        measure_cohort(read_scans(cohort_path), domain="brain")


def test_a_mean_load_of_empty_references_is_refused(cohort_path: Path) -> None:
    image = nibabel.Nifti1Image(np.zeros((8, 8, 8), np.uint8), np.diag([1.0, 1, 2, 1]))
    nibabel.save(image, cohort_path.with_name("sub-01_reference.nii.gz"))
    with pytest.raises(MetricsError, match="expected lesions to take the mean share of"):
        measure_cohort(read_scans(cohort_path), r="mean")


def test_the_summary_leaves_missing_recall_out_and_has_no_error_of_one_scan(
    cohort_path: Path,
) -> None:
    summary = summarise(measure_cohort(read_scans(cohort_path)))
    assert value(summary, "cohort", "recall", "n") == 1
    assert value(summary, "cohort", "recall") == 0.5
    assert math.isnan(value(summary, "cohort", "recall", "standard_error"))
    assert value(summary, "cohort", "f1") == 0.25
    assert value(summary, "cohort", "f1", "standard_error") == pytest.approx(0.25)
    assert len(summary[summary["scope"] == "group"]) == 2 * 8


def test_the_command_writes_both_tables_and_prints_means(
    cohort_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = cohort_path.with_name("metrics.tsv")
    argv = ["metrics", str(cohort_path), "--out", str(out), "--recall-without-reference", "one"]
    assert main(argv) == 0
    assert len(read_table(out, METRICS)) == 2
    summary = read_table(out.with_name("metrics-summary.tsv"), METRICS_SUMMARY)
    assert set(summary["recall_without_reference"]) == {"one"}
    printed = capsys.readouterr().out
    assert "0.750 ± 0.250" in printed
    assert "recall without reference lesions: one" in printed


def test_a_summary_of_phantoms_says_so(cohort_path: Path) -> None:
    cohort_path.write_text(cohort_path.read_text().replace("sub-01\t", "sub-synth01\t"))
    summary = summarise(measure_cohort(read_scans(cohort_path)))
    assert "SYNTHETIC" in show_summary(summary)
