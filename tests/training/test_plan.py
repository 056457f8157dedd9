"""nnU-Net itself checks, plans and preprocesses our dataset, and refuses a broken one."""

import errno
import json
import shutil

import numpy as np
import pytest
from nnunetv2.training.dataloading.nnunet_dataset import nnUNetDatasetBlosc2
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

from lesions.nifti import write_nifti
from lesions.scans import Scan, write_scans

SHAPE = (36, 40, 32)
NAME = "Dataset501_CorticalLesions"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build a dataset of four oblique scans with one lesion each, and its folds."""
    from training.__main__ import main  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("plan")
    rng = np.random.default_rng(3)
    affine = np.array([[-0.96, 0.28, 0, 90], [0.28, 0.96, 0, -80], [0, 0, 1.2, -70], [0, 0, 0, 1]])
    scans = []
    for index in range(4):
        name = f"sub-synth{index + 1:02d}"
        paths = [folder / f"{name}_{part}.nii.gz" for part in ("T1w", "mask")]
        mask = np.zeros(SHAPE, bool)
        mask[10:14, 12 : 15 + index, 9:13] = True
        image = rng.normal(100, 5, SHAPE) - 40 * mask
        write_nifti(paths[0], image.astype(np.float32), affine)
        write_nifti(paths[1], mask, affine)
        scans.append(Scan(name, "ses-01", "MP2RAGE", "MS", "A", 3.0, None, *paths))
    write_scans(scans, folder / "scans.tsv", synthetic=True)
    split = ["split", folder / "scans.tsv", "--out", folder / "split", "--folds", "2"]
    assert main([*map(str, split), "--test-share", "0"]) == 0
    argv = ["dataset", "--scans", folder / "split" / "scans.tsv", "--out", folder / "raw"]
    argv += ["--folds", folder / "split" / "splits_final.json"]
    assert main([*map(str, argv), "--id", "501", "--name", "CorticalLesions"]) == 0
    return folder / "raw" / NAME


@pytest.fixture(scope="module")
def planned(built, tmp_path_factory):
    """Plan once, with small networks; give the exit code's folder in the preprocessed folder."""
    from training.__main__ import main  # noqa: PLC0415

    preprocessed = tmp_path_factory.mktemp("preprocessed")
    small = ["--base-features", "4", "--max-features", "16", "--plans-name", "small"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("nnUNet_n_proc_DA", "1")  # nnU-Net counts threads by it
        assert main(["plan", str(built), "--preprocessed", str(preprocessed), *small]) == 0
    return preprocessed / NAME


@pytest.fixture
def dataset(built, tmp_path):
    """Copy the dataset, so that a test may break it."""
    return shutil.copytree(built, tmp_path / "raw" / NAME)


@pytest.fixture
def plan(run_training, tmp_path, monkeypatch):
    monkeypatch.setenv("nnUNet_n_proc_DA", "1")

    def run(dataset, *options):
        preprocessed = tmp_path / "preprocessed"
        code, words = run_training(["plan", dataset, "--preprocessed", preprocessed, *options])
        return code, words, preprocessed / NAME

    return run


def refused(found, match):
    code, words, folder = found
    lines = [line for line in words.splitlines() if line.startswith("error: ")]
    assert code == 1
    assert len(lines) == 1
    assert match in lines[0]
    assert not folder.exists()
    assert not list(folder.parent.glob(".partial*"))


@pytest.fixture
def again(planned, plan, tmp_path, built):
    """Plan a second time, beside the plans that are there."""
    shutil.copytree(planned, tmp_path / "preprocessed" / NAME)
    return lambda *options, dataset=built: plan(dataset, *options)


def test_small_plans_are_made_and_their_cases_preprocessed(planned):
    plans = PlansManager(str(planned / "small.json"))
    configuration = plans.get_configuration("3d_fullres")
    features = configuration.network_arch_init_kwargs["features_per_stage"]
    assert (features[:3], max(features)) == ([4, 8, 16], 16)
    labels = plans.get_label_manager(json.loads((planned / "dataset.json").read_text()))
    assert (labels.has_regions, labels.num_segmentation_heads) == (True, 1)
    cases = nnUNetDatasetBlosc2(str(planned / configuration.data_identifier))
    assert len(cases.identifiers) == 4
    _, seg, _, properties = cases.load_case(cases.identifiers[0])
    assert set(np.unique(seg[:])) <= {-1, 0, 1}
    assert len(properties["class_locations"][1, 1]) > 0
    assert len(list((planned / "gt_segmentations").iterdir())) == 4


def test_folds_and_what_the_plans_were_made_from_lie_beside_them(planned, built):
    for name in ("splits_final.json", "provenance.json", "dataset.json"):
        assert (planned / name).read_bytes() == (built / name).read_bytes()
    about = json.loads((planned / "small.provenance.json").read_text())
    assert about["options"]["base_features"] == 4
    assert set(about["sources_sha256"]) == {"dataset.json", "splits_final.json", "provenance.json"}
    assert about["configurations"]["3d_fullres"]["n_parameters"] > 1000


@pytest.mark.parametrize(
    ("architecture", "name", "network"),
    [
        ("vanilla", "nnUNetPlans", "PlainConvUNet"),
        ("resenc-m", "nnUNetResEncUNetMPlans", "ResidualEncoderUNet"),
        ("resenc-l", "nnUNetResEncUNetLPlans", "ResidualEncoderUNet"),
        ("resenc-xl", "nnUNetResEncUNetXLPlans", "ResidualEncoderUNet"),
    ],
)
def test_every_planner_of_the_paper_makes_its_plans(again, architecture, name, network):
    code, words, folder = again("--architecture", architecture, "--base-features", "2")
    assert code == 0, words
    plans = json.loads((folder / f"{name}.json").read_text())
    found = plans["configurations"]["3d_fullres"]["architecture"]["network_class_name"]
    assert found.endswith("." + network)
    assert (folder / "small.json").is_file()
    assert "parameters" in words


def test_data_of_another_dataset_are_not_mixed_with_those_there(dataset, again):
    about = json.loads((dataset / "dataset.json").read_text()) | {"release": "2"}
    (dataset / "dataset.json").write_text(json.dumps(about))
    code, words, folder = again("--plans-name", "other", dataset=dataset)
    assert code == 1
    assert "its own dataset.json is another" in words
    assert not (folder / "other.json").exists()


def test_a_folder_that_is_no_dataset_is_refused(tmp_path, plan):
    refused(plan(tmp_path), "expected the folder of an nnU-Net dataset")


def test_a_missing_label_is_named(dataset, plan):
    (dataset / "labelsTr" / "sub-synth02_ses-01_acq-MP2RAGE.nii.gz").unlink()
    refused(plan(dataset), "sub-synth02_ses-01_acq-MP2RAGE")


def test_labels_of_another_shape_are_named(dataset, plan):
    path = dataset / "labelsTr" / "sub-synth03_ses-01_acq-MP2RAGE.nii.gz"
    write_nifti(path, np.zeros((36, 40, 31), np.uint8), np.eye(4))
    refused(plan(dataset), "Shape mismatch")


def stopped(found, match):
    """Check that a plan beside an earlier one left that as it was."""
    code, words, folder = found
    assert match in words
    assert not (folder / "two.json").exists()
    assert (folder / "small.json").is_file()
    assert not list(folder.parent.glob(".partial*"))
    return code


def test_u_mamba_gets_plans_of_its_own_beside_those_that_it_is_made_of(again):
    options = ("--base-features", "2", "--max-features", "4", "--plans-name", "two")
    code, words, folder = again(*options, "--architecture", "umamba-bot")
    assert code == 0, words
    assert "two_umamba-bot.json" in words
    plain, mamba = (
        json.loads((folder / f"{name}.json").read_text()) for name in ("two", "two_umamba-bot")
    )
    found = mamba["configurations"]["3d_fullres"]
    assert found["architecture"]["network_class_name"] == "networks.umamba.UMamba"
    assert found["data_identifier"] == plain["configurations"]["3d_fullres"]["data_identifier"]
    assert mamba["plans_name"] == "two_umamba-bot"


def test_an_unknown_configuration_is_refused(again):
    options = ("--base-features", "2", "--plans-name", "two", "--configurations", "4d")
    assert stopped(again(*options), "3d_fullres, came 4d") == 1


def test_a_disk_that_fills_leaves_what_was_there(again, monkeypatch):
    def full(*_args, **_keywords):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(nnUNetDatasetBlosc2, "save_case", full)
    options = ("--base-features", "2", "--plans-name", "two")
    assert stopped(again(*options), "No space left on device") == 1


def test_ctrl_c_leaves_what_was_there(again, monkeypatch):
    def interrupt(*_args, **_keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr("training.planning._preprocess", interrupt)
    options = ("--base-features", "2", "--plans-name", "two")
    assert stopped(again(*options), "stopped") == 130


def test_a_memory_of_no_size_is_wrong_usage(built, plan):
    with pytest.raises(SystemExit) as stopped:
        plan(built, "--gpu-memory", "none")
    assert stopped.value.code == 2
