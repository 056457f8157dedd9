"""The command that splits a cohort, and the files that it writes."""

import json

import numpy as np
import pytest

from lesions.nifti import write_nifti
from lesions.scans import Scan, read_scans, write_scans

AFFINE = np.diag([2.0, 2.0, 2.0, 1.0])


@pytest.fixture
def cohort(tmp_path):
    """Write 22 subjects of three sites; the first has two sessions, the last no reference."""

    def build(order=1, sites="ABD", second_site=None, **changes):
        scans = []
        for i in range(22):
            for session in ("ses-01", "ses-02") if i == 0 else ("ses-01",):
                name = f"sub-{i:02d}"
                image = tmp_path / "data" / f"{name}_{session}_T1w.nii.gz"
                mask = tmp_path / "data" / f"{name}_{session}_mask.nii.gz"
                voxels = np.zeros((24, 4, 4), bool)
                voxels[: 2 * (i % 9) : 2, 0, : 1 + i % 3] = True
                write_nifti(image, np.zeros(voxels.shape, np.float32), AFFINE)
                write_nifti(mask, voxels, AFFINE)
                site = sites[i % len(sites)]
                if session == "ses-02" and second_site:
                    site = second_site
                reference = None if i == 21 else mask
                split = changes.get(name)
                scans.append(
                    Scan(name, session, "MP2RAGE", "MS", site, 3.0, split, image, reference)
                )
        table = tmp_path / "scans.tsv"
        write_scans(scans[::order], table)
        return table

    return build


@pytest.fixture
def split(run_training, tmp_path):
    def run(table, *options, name="split"):
        out = tmp_path / name
        code, words = run_training(["split", table, "--out", out, *options])
        return code, words, out

    return run


def sides(out):
    return {scan.name: scan.split for scan in read_scans(out / "scans.tsv").scans}


def test_subjects_stay_whole_and_sites_are_held_out(cohort, split):
    code, words, out = split(cohort(), "--test-out", "D")
    assert code == 0
    by_name = sides(out)
    assert by_name["sub-00_ses-01_acq-MP2RAGE"] == by_name["sub-00_ses-02_acq-MP2RAGE"]
    scans = read_scans(out / "scans.tsv").scans
    assert {scan.split for scan in scans if scan.site == "D"} == {"test-out"}
    assert sum(scan.split == "test-in" for scan in scans if scan.site != "D") == 3
    assert "train" in words
    assert "fold 4" in words


def test_folds_are_nnunets_and_hold_each_training_case_once(cohort, split):
    _, _, out = split(cohort(), "--folds", "3")
    folds = json.loads((out / "splits_final.json").read_text())
    training = {name for name, side in sides(out).items() if side == "train"}
    assert len(folds) == 3
    assert sorted(case for fold in folds for case in fold["val"]) == sorted(training)
    for fold in folds:
        assert set(fold["train"]) == training - set(fold["val"])
        subjects = [{case.split("_")[0] for case in fold[part]} for part in ("train", "val")]
        assert not subjects[0] & subjects[1]


def test_a_subject_at_two_sites_is_refused_or_taken_as_two(cohort, split):
    table = cohort(second_site="B")
    code, words, _ = split(table)
    assert code == 1
    assert "sub-00: expected the scans of a subject at one site, came A, B" in words
    assert "--unit subject-site, which may put one person on both sides" in words
    code, words, out = split(table, "--unit", "subject-site")
    assert code == 0
    described = json.loads((out / "split.json").read_text())
    assert described["Provenance"]["Unit"] == "subject-site"
    counts = described["sides"].values()
    assert sum(side["n_subject_sites"] for side in counts) == 22  # 21 with a reference, one twice
    own = {side for name, side in sides(out).items() if name.startswith("sub-00_")}
    assert None not in own
    apart = ["sub-00"] if len(own) > 1 else []
    assert described["subjects_on_several_sides"] == apart
    assert ("note: sub-00 stands on several sides" in words) == bool(apart)


def test_a_person_on_both_sides_is_named(cohort, split):
    table = cohort(second_site="B")
    code, words, out = split(table, "--unit", "subject-site", "--test-out", "B")
    assert code == 0
    assert "note: sub-00 stands on several sides, at one site each" in words
    described = json.loads((out / "split.json").read_text())
    assert described["subjects_on_several_sides"] == ["sub-00"]
    folds = json.loads((out / "splits_final.json").read_text())
    assert not any("ses-02" in case for fold in folds for case in fold["train"] + fold["val"])


def test_without_a_subject_at_two_sites_both_units_give_one_split(cohort, split):
    table = cohort()
    one = split(table, name="one")[2]
    other = split(table, "--unit", "subject-site", name="other")[2]
    assert sides(one) == sides(other)
    folds = [json.loads((out / "splits_final.json").read_text()) for out in (one, other)]
    assert folds[0] == folds[1]


def test_any_order_of_the_rows_and_any_number_of_processes_give_one_split(cohort, split):
    _, _, first = split(cohort(order=1))
    _, _, second = split(cohort(order=-1), "--jobs", "2", name="again")
    assert sides(first) == sides(second)
    assert (first / "splits_final.json").read_bytes() == (second / "splits_final.json").read_bytes()


def test_the_report_tells_both_sides_with_shares_and_quartiles(cohort, split):
    _, _, out = split(cohort(), "--test-out", "D")
    report = json.loads((out / "split.json").read_text())
    assert set(report["sides"]) == {"train", "test-in", "test-out"}
    train = report["sides"]["train"]
    assert sum(train["site"].values()) == pytest.approx(100, abs=0.01)
    assert train["n_lesions"]["min"] <= train["n_lesions"]["median"] <= train["n_lesions"]["max"]
    counted = sum(part["n_subjects"] for part in report["sides"].values())
    assert counted == 21
    assert sum(s["n_train"] + s["n_test"] for s in report["strata"]) == 14
    assert report["Provenance"]["Seed"] == 42


def test_a_subject_without_a_reference_is_left_and_named(cohort, split):
    _, words, out = split(cohort())
    assert sides(out)["sub-21_ses-01_acq-MP2RAGE"] is None
    assert "for want of a reference_mask: sub-21_ses-01_acq-MP2RAGE" in words


def test_kept_sides_get_folds_alone(cohort, split):
    given = {f"sub-{i:02d}": "test-in" if i < 3 else "train" for i in range(22)}
    code, _, out = split(cohort(**given), "--keep")
    assert code == 0
    assert {name[:6] for name, side in sides(out).items() if side == "test-in"} == {
        "sub-00",
        "sub-01",
        "sub-02",
    }


@pytest.mark.parametrize(
    ("options", "match"),
    [
        (("--keep",), "sub-00: expected one split, train or test-in, of all its scans, came n/a"),
        (("--test-out", "Z"), "expected sites of A, B, D, came Z"),
        (("--folds", "40"), "at least 40 training subjects for 40 folds"),
    ],
)
def test_what_can_not_be_done_is_refused_and_leaves_nothing(cohort, split, options, match):
    code, words, out = split(cohort(), *options)
    assert (code, out.exists()) == (1, False)
    assert match in words


def test_a_subject_partly_held_out_is_refused(cohort, split):
    table = cohort()
    scans = [*read_scans(table).scans]
    text = table.read_text().splitlines()
    text[1] = "\t".join([*text[1].split("\t")[:6], "test-out", *text[1].split("\t")[7:]])
    table.write_text("\n".join(text) + "\n")
    code, words, _ = split(table)
    assert code == 1
    assert f"{scans[0].participant_id}: expected all scans of a subject in test-out" in words


def test_a_share_that_is_none_is_wrong_usage(cohort, split):
    with pytest.raises(SystemExit) as stopped:
        split(cohort(), "--test-share", "1.5")
    assert stopped.value.code == 2
