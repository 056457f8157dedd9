"""The lesion table holds every component with its outcome, place and maps."""

from pathlib import Path

import nibabel
import numpy as np
import pytest

from lesions.__main__ import main
from lesions.formats import LESIONS
from lesions.lesion_table import build_lesion_table, majority_type
from lesions.scans import ScansError, read_scans
from lesions.tsv import read_table


def test_every_component_of_both_masks_is_a_row(cohort_path: Path) -> None:
    table = build_lesion_table(read_scans(cohort_path))
    assert table["lesion_id"].tolist() == [
        "sub-01_acq-MP2RAGE_reference-1",
        "sub-01_acq-MP2RAGE_reference-2",
        "sub-01_acq-MP2RAGE_prediction-1",
        "sub-01_acq-MP2RAGE_prediction-2",
        "sub-02_acq-MP2RAGE_prediction-1",
    ]
    assert table["outcome"].tolist() == ["TPL", "FNL", "TPL", "FPL", "FPL"]
    assert table["volume_mm3"].tolist() == [4, 6, 4, 2, 8]
    assert table["overlaps"].tolist() == [("1",), None, ("1",), None, None]
    assert table["lesion_type"].tolist() == [
        "leukocortical", None, "leukocortical", "vessel", None
    ]  # fmt: skip
    assert table["mean_probability"].tolist() == [0.5, 0.25, 0.75, 0.75, 0.75]
    centroid = table[["centroid_r_mm", "centroid_a_mm", "centroid_s_mm"]].iloc[1]
    assert centroid.tolist() == [2, 5, 2]


def test_processes_give_the_bytes_of_one_process(cohort_path: Path) -> None:
    one, two = cohort_path.with_name("one.tsv"), cohort_path.with_name("two.tsv")
    assert main(["table", str(cohort_path), "--out", str(one)]) == 0
    assert main(["table", str(cohort_path), "--out", str(two), "--jobs", "2"]) == 0
    assert one.read_bytes() == two.read_bytes()
    assert len(read_table(one, LESIONS)) == 5


def test_a_cohort_without_a_lesion_gives_an_empty_table(cohort_path: Path) -> None:
    for name in ("sub-01", "sub-02"):
        for what in ("reference", "prediction"):
            image = nibabel.Nifti1Image(np.zeros((8, 8, 8), np.uint8), np.diag([1.0, 1, 2, 1]))
            nibabel.save(image, cohort_path.with_name(f"{name}_{what}.nii.gz"))
    assert main(["table", str(cohort_path), "--out", str(cohort_path.with_name("l.tsv"))]) == 0
    assert read_table(cohort_path.with_name("l.tsv"), LESIONS).empty


def test_a_type_without_a_name_is_refused(cohort_path: Path) -> None:
    cohort_path.with_name("sub-01_types.tsv").write_text("index\tname\n1\tleukocortical\n")
    with pytest.raises(ScansError, match=r"row 2 .*every type needs a name .*3 has none"):
        build_lesion_table(read_scans(cohort_path))


def test_a_probability_above_one_is_refused(cohort_path: Path) -> None:
    array = np.full((8, 8, 8), 1.5, np.float32)
    image = nibabel.Nifti1Image(array, np.diag([1.0, 1, 2, 1]))
    nibabel.save(image, cohort_path.with_name("sub-02_probability.nii.gz"))
    with pytest.raises(ScansError, match=r"row 3 .*sub-02_probability.*must be 0 to 1"):
        build_lesion_table(read_scans(cohort_path), jobs=2)


def test_the_lowest_index_wins_a_tie_of_types() -> None:
    assert majority_type(np.array([2, 1, 0, 0, 0]), {1: "first", 2: "second"}) == "first"
    assert majority_type(np.zeros(3, int), {}) is None
