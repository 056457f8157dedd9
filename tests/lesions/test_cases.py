"""Case ids of nnU-Net, and the choice of scans."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lesions.cases import CaseError, case_id, choose_scans, scan_name
from lesions.scans import Cohort, Scan


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_every_name_comes_back_from_its_case_id(name):
    assert scan_name(case_id(name)) == name


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_a_case_id_holds_only_what_every_file_system_takes(name):
    assert set(case_id(name)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-="
    )


@pytest.mark.parametrize("case", ["", "a b", "a=", "a=2", "a=41", "a=ff", "a=FF"])
def test_what_no_scan_gives_is_no_case_id(case):
    with pytest.raises(CaseError, match="expected a case id"):
        scan_name(case)


@pytest.mark.parametrize("name", ["", "x" * 250])
def test_a_name_that_makes_no_file_name_is_refused(name):
    with pytest.raises(CaseError, match="file name of 1 to 255 bytes"):
        case_id(name)


@pytest.fixture
def cohort():
    """Three scans: two acquisitions, three splits."""
    scans = [
        Scan(f"sub-{i}", None, acquisition, "MS", None, 3.0, split, Path(f"{i}.nii"))
        for i, (acquisition, split) in enumerate(
            [("MP2RAGE", "train"), ("MP2RAGE", None), ("MPRAGE", "test-out")]
        )
    ]
    return Cohort(tuple(scans), synthetic=False, path=Path("scans.tsv"))


def names(scans):
    return [scan.participant_id for scan in scans]


def test_scans_are_chosen_by_acquisition_and_split(cohort):
    assert names(choose_scans(cohort, acquisition="MP2RAGE")) == ["sub-0", "sub-1"]
    assert names(choose_scans(cohort, splits=["train"])) == ["sub-0"]
    assert names(choose_scans(cohort, mixed=True)) == ["sub-0", "sub-1", "sub-2"]


def test_several_acquisitions_without_a_word_are_refused(cohort):
    with pytest.raises(CaseError, match=r"one acquisition, came MP2RAGE, MPRAGE; choose"):
        choose_scans(cohort)


def test_an_empty_choice_is_refused(cohort):
    with pytest.raises(CaseError, match=r"scans of acquisition T2 and split train, came none"):
        choose_scans(cohort, acquisition="T2", splits=["train"])
