"""Cohorts are read whole, written back alike, and refused by row."""

import os
from pathlib import Path

import pytest

from lesions.scans import ScansError, check_files, read_scans, write_scans


def replace(path: Path, old: str, new: str) -> Path:
    path.write_text(path.read_text().replace(old, new))
    return path


def test_a_cohort_gives_absolute_files_and_bids_names(cohort_path: Path) -> None:
    cohort = read_scans(cohort_path)
    assert [scan.name for scan in cohort.scans] == ["sub-01_acq-MP2RAGE", "sub-02_acq-MP2RAGE"]
    assert cohort.scans[0].image == cohort_path.parent / "sub-01_image.nii.gz"
    assert cohort.scans[0].white_matter_lesion_mask is None
    assert not cohort.synthetic


def test_a_written_cohort_reads_back_alike_from_another_folder(cohort_path: Path) -> None:
    cohort = read_scans(cohort_path)
    path = write_scans(cohort.scans, cohort_path.parent / "deep" / "er" / "scans.tsv")
    assert read_scans(path).scans == cohort.scans
    assert "../../sub-01_image.nii.gz" in path.read_text()
    assert "white_matter_lesion_mask" not in path.read_text()


def test_subjects_of_phantoms_make_a_cohort_synthetic(cohort_path: Path) -> None:
    assert read_scans(replace(cohort_path, "sub-02\t", "sub-synth02\t")).synthetic


def test_a_session_is_part_of_the_name(cohort_path: Path) -> None:
    replace(cohort_path, "sub-01\tn/a", "sub-01\tses-02")
    assert read_scans(cohort_path).scans[0].name == "sub-01_ses-02_acq-MP2RAGE"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sub-02\t", "sub-01\t", "row 3: .*sub-01.*stands already in row 2"),
        ("sub-02_image", "sub-01_image", "row 3: expected an image of its own, .* row 2"),
        ("sub-02_brain", "sub-09_brain", "row 3: brain_mask must be a file .*sub-09_brain"),
        ("sub-02\t", "02\t", 'row 3: participant_id must be sub- .*, not "02"'),
        ("sub-01\tn/a", "sub-01\t02", 'row 2: session_id must be ses- .*, not "02"'),
        ("MP2RAGE\tmimic", "../x\tmimic", 'row 3: acquisition must be letters .*"../x"'),
    ],
)
def test_a_bad_row_is_refused_by_name(cohort_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ScansError, match=message):
        read_scans(replace(cohort_path, old, new))


def test_a_cohort_without_scans_is_neither_read_nor_written(cohort_path: Path) -> None:
    cohort_path.write_text(cohort_path.read_text().splitlines()[0] + "\n")
    with pytest.raises(ScansError, match=r"scans\.tsv: expected at least one scan, came none"):
        read_scans(cohort_path)
    with pytest.raises(ScansError, match="at least one scan to write"):
        write_scans([], cohort_path.with_name("empty.tsv"))
    assert not cohort_path.with_name("empty.tsv").exists()


def test_missing_files_may_be_left_to_each_scan(cohort_path: Path) -> None:
    replace(cohort_path, "sub-02_brain", "sub-09_brain")
    first, second = read_scans(cohort_path, need_files=False).scans
    check_files(first)
    check_files(second, ["image"])
    with pytest.raises(ScansError, match=r"brain_mask must be a file .*sub-09_brain"):
        check_files(second)


def test_a_cohort_can_be_held_inside_a_folder(cohort_path: Path) -> None:
    inside = cohort_path.parent
    assert read_scans(cohort_path, inside=inside).scans == read_scans(cohort_path).scans
    (inside / "link.nii.gz").symlink_to(inside / "sub-01_image.nii.gz")
    text = cohort_path.read_text()
    for way in ("link.nii.gz", str(inside / "sub-01_image.nii.gz"), "./x/../sub-01_image.nii.gz"):
        cohort_path.write_text(text.replace("sub-01_image.nii.gz", way))
        assert len(read_scans(cohort_path, inside=inside).scans) == 2


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("way", ["absolute", "up", "link to a file", "link to a folder"])
def test_ways_out_of_the_folder_are_refused_whether_or_not_they_lead_anywhere(
    cohort_path: Path, tmp_path_factory: pytest.TempPathFactory, way: str, exists: bool
) -> None:
    folder = cohort_path.parent
    secret = tmp_path_factory.mktemp("other") / "secret.nii.gz"
    if exists:
        secret.write_bytes((folder / "sub-01_image.nii.gz").read_bytes())
    (folder / "link.nii.gz").symlink_to(secret)
    (folder / "out").symlink_to(secret.parent)
    text = {
        "absolute": str(secret),
        "up": os.path.relpath(secret, folder),
        "link to a file": "link.nii.gz",
        "link to a folder": f"out/{secret.name}",
    }[way]
    replace(cohort_path, "sub-01_image.nii.gz", text)
    with pytest.raises(ScansError, match=r"row 2: image must be a file inside .*, not "):
        read_scans(cohort_path, inside=folder)
