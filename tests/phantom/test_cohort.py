"""A cohort on disk: BIDS names, headers, the same bytes again, all or nothing."""

import hashlib
import json
import re
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from lesions.nifti import read_image, read_label_map, read_mask
from lesions.scans import read_scans
from phantom import cohort as cohort_module
from phantom.__main__ import main
from phantom.cohort import CohortError, build_cohort, list_patients
from phantom.lesion_types import TRUTH_NAMES
from tests.phantom.conftest import SEED

BIDS_NAME = re.compile(
    r"sub-synth\d\d_acq-[A-Za-z0-9]+(_label-[A-Za-z]+)?(_desc-[A-Za-z]+)?"
    r"_(UNIT1|T1w|mask|dseg|probseg)\.(nii\.gz|json|tsv)"
)


def sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_cohort_can_be_read(cohort):
    found = read_scans(cohort)
    assert found.synthetic
    assert [(s.participant_id, s.diagnosis) for s in found.scans] == [
        ("sub-synth01", "MS"),
        ("sub-synth02", "mimic"),
    ]
    assert {s.site for s in found.scans} == {"synthetic-A"}


def test_all_files_of_a_scan_share_one_grid(cohort):
    for scan in read_scans(cohort).scans:
        image = read_image(scan.image)
        assert image.array.dtype == np.int16
        masks = [
            read_mask(path)
            for path in (
                scan.reference_mask,
                scan.prediction_mask,
                scan.brain_mask,
                scan.white_matter_lesion_mask,
            )
        ]
        maps = [read_label_map(scan.lesion_type_map), read_image(scan.probability_map)]
        for other in (*masks, *maps):
            assert other.array.shape == image.array.shape
            assert (other.affine == image.affine).all()


def test_an_independent_reader_sees_the_same_grid(cohort):
    scan = read_scans(cohort).scans[0]
    theirs = nib.load(scan.image)
    assert np.allclose(theirs.affine, read_image(scan.image).affine)
    assert np.allclose(theirs.get_qform(), theirs.get_sform())
    assert (np.asarray(theirs.dataobj) == read_image(scan.image).array).all()


def test_the_look_up_table_names_every_label(cohort):
    for scan in read_scans(cohort).scans:
        table = Path(str(scan.lesion_type_map).replace(".nii.gz", ".tsv"))
        rows = [line.split("\t") for line in table.read_text("utf-8").splitlines()]
        assert rows[0] == ["index", "name"]
        assert {int(i): name for i, name in rows[1:]} == TRUTH_NAMES
        labels = np.unique(read_label_map(scan.lesion_type_map).array)
        assert set(labels) - {0} <= set(TRUTH_NAMES)


def test_every_image_has_a_sidecar_that_says_synthetic(cohort):
    images = list(cohort.parent.rglob("*.nii.gz"))
    assert len(images) == 2 * 7
    for path in images:
        sidecar = path.with_name(path.name.removesuffix(".nii.gz") + ".json")
        assert json.loads(sidecar.read_text("utf-8"))["Synthetic"] is True
        assert b"synthetic" in nib.load(path).header["descrip"].tobytes()


def test_names_follow_bids(cohort):
    for path in cohort.parent.rglob("sub-*"):
        if path.is_file():
            assert BIDS_NAME.fullmatch(path.name), path.name
            assert path.parent.name == "anat"
    descriptions = list(cohort.parent.rglob("dataset_description.json"))
    assert len(descriptions) == 4
    for path in descriptions:
        fields = json.loads(path.read_text("utf-8"))
        assert fields["BIDSVersion"]
        assert fields["Name"]
        assert ("GeneratedBy" in fields) == (fields["DatasetType"] == "derivative")


def test_participants_are_listed_with_their_diagnosis(cohort):
    lines = (cohort.parent / "participants.tsv").read_text("utf-8").splitlines()
    assert lines[1:] == [
        "sub-synth01\tMS\tsynthetic-A\tyes",
        "sub-synth02\tmimic\tsynthetic-A\tyes",
    ]


def test_the_same_seed_gives_the_same_bytes_in_two_processes(cohort, tmp_path):
    again = build_cohort(tmp_path / "again", 2, SEED, 1, spacing_mm=2.0, jobs=2)
    assert sums(again.parent) == sums(cohort.parent)


@pytest.mark.parametrize(("word", "split"), [("none", None), ("train", "train")])
def test_the_command_says_what_split_the_scans_are_of(tmp_path, capsys, word, split):
    options = ["--cases", "1", "--mimics", "1", "--spacing", "4", "--split", word]
    assert main([*options, "--out", str(tmp_path / "c")]) == 0
    (scan,) = read_scans(Path(capsys.readouterr().out.strip())).scans
    assert scan.split == split


def test_a_folder_that_is_not_empty_is_refused_and_kept(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(CohortError, match="new or empty folder"):
        build_cohort(tmp_path, 1, 1, spacing_mm=4.0)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interrupted_build_leaves_nothing(tmp_path, monkeypatch, error):
    def stop(*_: object) -> None:
        raise error

    monkeypatch.setattr(cohort_module, "make_case", stop)
    with pytest.raises(error):
        build_cohort(tmp_path / "out", 1, 1, spacing_mm=4.0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cases": 0}, "cases must be from 1"),
        ({"cases": 2, "mimics": 3}, "mimics must be from 0 to the 2 cases, not 3"),
        ({"cases": 2, "scanner": "CT"}, 'scanner must be one of .*, not "CT"'),
        ({"cases": 2, "spacing_mm": 0.1}, "spacing must be from 0.4 to 4 mm, not 0.1"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(CohortError, match=message):
        list_patients(**options)


def test_a_quarter_are_mimics_where_no_number_is_given():
    assert [p.diagnosis for p in list_patients(8)].count("mimic") == 2


def test_sampling_finds_every_group(cohort):
    scans = read_scans(cohort).scans
    assert read_mask(scans[0].reference_mask).array.any()
    assert not read_mask(scans[1].reference_mask).array.any()
    assert read_mask(scans[1].prediction_mask).array.any()
