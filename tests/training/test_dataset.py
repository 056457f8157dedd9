"""The nnU-Net dataset as a whole, and the command that builds it."""

import dataclasses
import json

import nibabel as nib
import numpy as np
import pytest
from nnunetv2.utilities.label_handling.label_handling import LabelManager

from lesions.formats import CHANGES
from lesions.nifti import read_image, read_mask, write_nifti
from lesions.tsv import read_table
from tests.training.conftest import AFFINE, FNL, FPL, SHAPE, TPL, filled

CL, VESSEL = "Leukocortical MS lesion", "Vessel"


@pytest.fixture
def build(study, run_training):
    """Write the study, run the command, and give exit code, words and the dataset's folder."""

    def run(*options):
        study.write()
        out = study.folder / "nnUNet_raw"
        argv = ["dataset", study.review, "--scans", study.folder / "scans.tsv", "--out", out]
        code, words = run_training([*argv, "--id", "501", "--name", "CorticalLesions", *options])
        return code, words, out / "Dataset501_CorticalLesions"

    return run


def agree(study, group, *classes, scan=0):
    for rater in ("anna", "ben"):
        study.answer(rater, study.roi_id(group, scan), *classes)


def test_labels_are_the_reference_with_the_reviewed_changes(study, build):
    agree(study, "FPL_MS", CL)
    agree(study, "FNL", VESSEL)
    code, words, folder = build()
    assert code == 0
    assert "cases: 2; ROIs: 1 added, 1 removed, 0 redrawn, 6 kept" in words
    changed = read_mask(folder / "labelsTr" / "sub-01_acq-MP2RAGE.nii.gz")
    untouched = read_mask(folder / "labelsTr" / "sub-02_acq-MP2RAGE.nii.gz")
    np.testing.assert_array_equal(changed.array, filled(TPL, FPL))
    np.testing.assert_array_equal(untouched.array, filled(TPL, FNL))
    np.testing.assert_array_equal(changed.affine, AFFINE)


def test_changes_name_every_roi_once_with_the_why(study, build):
    agree(study, "FPL_MS", CL)
    _, _, folder = build()
    changes = read_table(folder / "changes.tsv", CHANGES).set_index("roi_id")
    assert len(changes) == 8
    row = changes.loc[study.roi_id("FPL_MS")]
    assert (row["case_id"], row["change"], row["n_voxels"]) == ("sub-01_acq-MP2RAGE", "added", 8)
    assert row["why"] == (
        "all say cortical lesion; anna: cortical lesion (Leukocortical MS lesion); "
        "ben: cortical lesion (Leukocortical MS lesion)"
    )
    assert set(changes.drop(study.roi_id("FPL_MS"))["change"]) == {"kept"}


def test_images_keep_their_bytes_and_plain_ones_are_compressed(study, build):
    first, second = study.scans
    plain = second.image.with_suffix("")
    write_nifti(plain, read_image(second.image).array, AFFINE)
    study.scans[1] = dataclasses.replace(second, image=plain)
    _, _, folder = build()
    copied = folder / "imagesTr" / "sub-01_acq-MP2RAGE_0000.nii.gz"
    compressed = folder / "imagesTr" / "sub-02_acq-MP2RAGE_0000.nii.gz"
    assert copied.read_bytes() == first.image.read_bytes()
    assert (
        nib.nifti1.Nifti1Image.from_filename(compressed).to_bytes()
        == nib.nifti1.Nifti1Image.from_filename(plain).to_bytes()
    )


def test_dataset_json_and_provenance_say_what_it_is(study, build):
    agree(study, "FPL_MS", CL)
    _, _, folder = build("--release", "2026.1")
    dataset = json.loads((folder / "dataset.json").read_text())
    assert dataset["channel_names"] == {"0": "MP2RAGE"}
    assert dataset["orientation"] == "RAS"
    assert dataset["labels"] == {"background": 0, "lesion": [1, 1]}
    manager = LabelManager(dataset["labels"], dataset["regions_class_order"])
    assert (manager.has_regions, manager.num_segmentation_heads) == (True, 1)
    assert (dataset["numTraining"], dataset["file_ending"]) == (2, ".nii.gz")
    assert dataset["release"] == "2026.1"
    assert "SYNTHETIC" not in dataset["description"]
    provenance = json.loads((folder / "provenance.json").read_text())
    assert provenance["raters"] == ["anna", "ben"]
    assert set(provenance["sources_sha256"]) == {
        "scans.tsv",
        "rois.tsv",
        "answers.tsv",
        "corrections.tsv",
    }
    case = provenance["cases"]["sub-01_acq-MP2RAGE"]
    assert (case["n_reference_voxels"], case["n_label_voxels"]) == (16, 24)
    assert str(study.folder) not in (folder / "provenance.json").read_text()


def test_the_same_inputs_give_the_same_bytes(study, build, run_training):
    agree(study, "FNL", VESSEL)
    _, _, first = build()
    second = study.folder / "again"
    argv = ["dataset", study.review, "--scans", study.folder / "scans.tsv", "--out", second]
    assert run_training([*argv, "--id", "501", "--name", "CorticalLesions"])[0] == 0
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(files) == 8
    for file in files:
        assert (first / file).read_bytes() == (second / first.name / file).read_bytes(), file


def test_phantoms_make_a_dataset_that_says_synthetic(study, build):
    study.__init__(study.folder, ("sub-synth01",))
    _, words, folder = build()
    assert "synthetic" in words
    assert "SYNTHETIC" in json.loads((folder / "dataset.json").read_text())["description"]
    assert json.loads((folder / "changes.json").read_text())["Synthetic"] is True


def test_simulated_raters_are_named_wherever_the_dataset_tells_of_itself(study, build):
    agree(study, "FNL", VESSEL)
    study.provenance = {"study": "Demo", "simulated_raters": ["anna", "ben"]}
    _, words, folder = build()
    assert "simulated raters: anna, ben" in words
    assert (
        "Simulated raters: anna" in json.loads((folder / "dataset.json").read_text())["description"]
    )
    assert json.loads((folder / "provenance.json").read_text())["simulated_raters"] == [
        "anna",
        "ben",
    ]


def test_test_scans_are_named_in_words_and_provenance(study, build):
    study.scans[1] = dataclasses.replace(study.scans[1], split="test-out")
    _, words, folder = build()
    provenance = json.loads((folder / "provenance.json").read_text())
    assert "cases of a test split: 1" in words
    assert provenance["cases_by_split"] == {"test-out": 1, "train": 1}
    assert "can no longer be tested" in provenance["test_scans"]


def test_splits_choose_the_cases_and_count_the_rois_left_out(study, build):
    study.scans[1] = dataclasses.replace(study.scans[1], split="test-out")
    code, words, folder = build("--splits", "train")
    assert code == 0
    assert "ROIs of scans that were left out: 4" in words
    assert len(list((folder / "labelsTr").iterdir())) == 1
    assert len(read_table(folder / "changes.tsv", CHANGES)) == 4


def test_a_scan_without_a_reference_is_left_out(study, build):
    study.scans[1] = dataclasses.replace(study.scans[1], reference_mask=None)
    code, words, _ = build()
    assert code == 0
    assert "cases: 1" in words


def test_an_added_roi_of_a_patient_without_ms_is_counted_in_words(study, build):
    agree(study, "FPL_mimic", CL)
    assert "added ROIs of patients without MS (FPL_mimic): 1" in build()[1]


def test_without_a_review_the_labels_are_the_reference(study, run_training):
    study.write()
    out = study.folder / "raw"
    argv = ["dataset", "--scans", study.folder / "scans.tsv", "--out", out]
    code, words = run_training([*argv, "--id", "7", "--name", "Plain"])
    folder = out / "Dataset007_Plain"
    assert code == 0, words
    for scan in study.scans:
        labels = read_mask(folder / "labelsTr" / f"{scan.name}.nii.gz")
        np.testing.assert_array_equal(labels.array, filled(FNL, TPL))
    assert "review" not in json.loads((folder / "dataset.json").read_text())["description"]
    provenance = json.loads((folder / "provenance.json").read_text())
    assert set(provenance["sources_sha256"]) == {"scans.tsv"}
    assert "policy" not in provenance


def write_folds(study, *vals):
    cases = sorted(case for val in vals for case in val)
    folds = [{"train": [c for c in cases if c not in val], "val": list(val)} for val in vals]
    path = study.folder / "splits_final.json"
    path.write_text(json.dumps(folds))
    return path


def test_folds_are_kept_for_the_cases_of_the_dataset(study, build):
    one, two = (scan.name for scan in study.scans)
    _, _, folder = build("--folds", write_folds(study, [one, "sub-09_acq-MPRAGE"], [two]))
    assert json.loads((folder / "splits_final.json").read_text()) == [
        {"train": [two], "val": [one]},
        {"train": [one], "val": [two]},
    ]
    assert "splits_final.json" in (folder / "provenance.json").read_text()


@pytest.mark.parametrize(
    ("vals", "match"),
    [
        ([["sub-01_acq-MP2RAGE"], ["sub-09_acq-MPRAGE"]], "sub-02_acq-MP2RAGE and 0 more are in"),
        (
            [["sub-01_acq-MP2RAGE", "sub-02_acq-MP2RAGE"], ["sub-09_acq-MPRAGE"]],
            "came 0 and 2 of the dataset",
        ),
    ],
)
def test_folds_that_do_not_fit_the_dataset_are_refused(study, build, vals, match):
    code, words, folder = build("--folds", write_folds(study, *vals))
    assert (code, folder.exists()) == (1, False)
    assert match in words


@pytest.mark.parametrize(
    "text", ["{", "[1]", '[{"train": ["a"]}]', '[{"train": ["a"], "val": ["a"]}]']
)
def test_a_file_that_is_no_folds_is_refused(study, build, text):
    path = study.folder / "splits_final.json"
    path.write_text(text)
    code, words, _ = build("--folds", path)
    assert code == 1
    assert f"error: {path}: " in words


def test_two_acquisitions_need_a_choice(study, build):
    study.scans[1] = dataclasses.replace(study.scans[1], acquisition="MPRAGE")
    for roi, correction in zip(study.rois[4:], study.corrections[4:], strict=True):
        roi["acquisition"] = correction["acquisition"] = "MPRAGE"
    code, words, folder = build()
    assert (code, folder.exists()) == (1, False)
    assert "expected scans of one acquisition, came MP2RAGE, MPRAGE" in words
    assert build("--acquisition", "MPRAGE")[0] == 0


def test_mixed_puts_two_acquisitions_into_one_channel(study, build):
    study.scans[1] = dataclasses.replace(study.scans[1], acquisition="MPRAGE")
    study.rois, study.corrections = study.rois[:4], study.corrections[:4]
    assert build("--mixed")[0] == 0


def refused(study, build, match):
    """Check that the command says why in one line and leaves nothing behind."""
    code, words, folder = build()
    lines = [line for line in words.splitlines() if line.startswith("error: ")]
    assert code == 1
    assert len(lines) == 1
    assert match in lines[0]
    assert not list(folder.parent.glob("*Dataset*"))


def test_nan_in_an_image_is_refused_and_nothing_is_left(study, build):
    array = read_image(study.scans[1].image).array.copy()
    array[0, 0, 0] = np.nan
    write_nifti(study.scans[1].image, array, AFFINE)
    refused(study, build, "came 1 voxels that are NaN or infinite")


def test_a_reference_on_another_grid_is_refused(study, build):
    write_nifti(study.scans[1].reference_mask, np.zeros((12, 12, 11), bool), AFFINE)
    refused(study, build, "sub-02_reference.nii.gz")


def test_a_reference_that_changed_since_the_review_is_refused(study, build):
    agree(study, "FNL", VESSEL)
    write_nifti(study.scans[0].reference_mask, filled(TPL), AFFINE)
    refused(study, build, "is this the reference that was reviewed?")


def test_a_sheared_image_is_refused(study, build):
    sheared = AFFINE.copy()
    sheared[0, 1] = 0.1
    write_nifti(study.scans[0].image, np.zeros(SHAPE, np.float32), sheared)
    write_nifti(study.scans[0].reference_mask, filled(FNL, TPL), sheared)
    refused(study, build, "expected perpendicular axes")


def test_images_whose_axes_run_two_ways_are_refused(study, build):
    mirrored = AFFINE @ np.diag([-1, 1, 1, 1])
    for path in (study.scans[1].image, study.scans[1].reference_mask):
        write_nifti(path, read_image(path).array, mirrored)
    refused(study, build, "axes run one way, came LAS (sub-02_acq-MP2RAGE) and RAS")


def test_voxels_of_no_scan_are_refused(study, build):
    thick = np.diag([2.0, 2, 100, 1])
    for path in (study.scans[0].image, study.scans[0].reference_mask):
        write_nifti(path, read_image(path).array, thick)
    refused(study, build, "expected voxels of 0.1 to 10 mm a side, came 2 x 2 x 100 mm")


def test_an_roi_of_a_scan_outside_the_cohort_is_refused(study, build):
    study.scans = study.scans[:1]
    refused(study, build, "came sub-02_acq-MP2RAGE_FNL, of none of them")


def test_a_taken_id_is_refused_whatever_its_name(study, build):
    taken = study.folder / "nnUNet_raw" / "Dataset501_Other"
    taken.mkdir(parents=True)
    code, words, folder = build()
    assert (code, folder.exists(), taken.exists()) == (1, False, True)
    assert "Dataset501_Other has that id" in words


@pytest.mark.parametrize("options", [("--id", "1000"), ("--name", "Cortical Lesions")])
def test_a_name_that_nnunet_could_not_find_is_refused(build, options):
    assert build(*options)[0] == 1


def test_ctrl_c_leaves_nothing_half_written(study, build, monkeypatch):
    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("training.dataset.write_labels", interrupt)
    code, _, folder = build()
    assert code == 130
    assert list(folder.parent.iterdir()) == []
