"""The folder that nnUNetv2_predict reads."""

import dataclasses

import nibabel as nib
import numpy as np
import pytest

from inference.__main__ import main


@pytest.fixture
def prepare(lab, capsys):
    """Run the command; give exit code, words and the folder that it wrote."""

    def run(*options):
        lab.write()
        out = lab.folder / "imagesTs"
        code = main(["prepare", str(lab.table), "--out", str(out), *options])
        captured = capsys.readouterr()
        return code, captured.out + captured.err, out

    return run


def test_images_are_named_by_case_and_channel(lab, prepare):
    code, words, out = prepare()
    assert code == 0
    assert "cases: 2" in words
    names = ["sub-01_ses-01_acq-MP2RAGE_0000.nii.gz", "sub-02_ses-01_acq-MP2RAGE_0000.nii.gz"]
    assert sorted(path.name for path in out.iterdir()) == names
    assert (out / names[0]).read_bytes() == lab.scans[0].image.read_bytes()
    assert (
        nib.nifti1.Nifti1Image.from_filename(out / names[1]).to_bytes()
        == nib.nifti1.Nifti1Image.from_filename(lab.scans[1].image).to_bytes()
    )


def test_links_point_to_compressed_images_alone(lab, prepare):
    _, _, out = prepare("--link")
    linked, written = sorted(out.iterdir())
    assert linked.is_symlink()
    assert linked.resolve() == lab.scans[0].image.resolve()
    assert not written.is_symlink()


def test_nnunet_finds_each_case_by_its_name(prepare):
    from nnunetv2.utilities.utils import get_identifiers_from_splitted_dataset_folder as find  # noqa: PLC0415

    _, _, out = prepare()
    assert list(find(str(out), ".nii.gz")) == [
        "sub-01_ses-01_acq-MP2RAGE",
        "sub-02_ses-01_acq-MP2RAGE",
    ]


def test_splits_choose_scans_and_an_empty_choice_is_refused(lab, prepare):
    lab.scans[0] = dataclasses.replace(lab.scans[0], split="train")
    code, words, out = prepare("--splits", "test-in")
    assert (code, out.exists()) == (1, False)
    assert "expected scans of split test-in, came none" in words
    assert "cases: 1" in prepare("--splits", "train")[1]


def test_a_four_dimensional_image_is_refused_and_nothing_is_left(lab, prepare):
    array = np.zeros((9, 10, 11, 1), np.float32)
    nib.save(nib.Nifti1Image(array, np.eye(4)), lab.scans[1].image)
    code, words, out = prepare()
    assert (code, out.exists()) == (1, False)
    assert "expected a 3-D image, came one of shape (9, 10, 11, 1)" in words


def test_a_nifti_2_image_is_refused(lab, prepare):
    nib.save(nib.Nifti2Image(np.zeros((9, 10, 11), np.float32), np.eye(4)), lab.scans[1].image)
    code, words, _ = prepare()
    assert code == 1
    assert "expected NIfTI-1 in one file" in words


def test_ctrl_c_leaves_nothing_half_written(lab, prepare, monkeypatch):
    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("inference.prepare.write_channel", interrupt)
    code, _, out = prepare()
    assert code == 130
    assert not list(out.parent.glob("*imagesTs*"))
