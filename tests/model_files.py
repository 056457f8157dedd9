"""A tiny model folder with nnU-Net's own network, as `python -m training export` writes one."""

import json
from pathlib import Path
from typing import Any

import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans

from lesions.checksums import sha256
from lesions.model_folder import FORMAT_NAME, FORMAT_VERSION
from lesions.model_weights import write_weights

DATASET = {
    "channel_names": {"0": "MP2RAGE"},
    "labels": {"background": 0, "lesion": [1, 1]},
    "regions_class_order": [1],
    "numTraining": 4,
    "file_ending": ".nii.gz",
}
ARCHITECTURE = {
    "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
    "arch_kwargs": {
        "n_stages": 2,
        "features_per_stage": [4, 8],
        "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[3, 3, 3], [3, 3, 3]],
        "strides": [[1, 1, 1], [2, 2, 2]],
        "n_conv_per_stage": [1, 1],
        "n_conv_per_stage_decoder": [1],
        "conv_bias": True,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
        "norm_op_kwargs": {"eps": 1e-05, "affine": True},
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    },
    "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
}
_ORDERS = {"is_seg": False, "order": 3, "order_z": 0, "force_separate_z": None}
PLANS = {
    "dataset_name": "Dataset501_Tiny",
    "plans_name": "nnUNetPlans",
    "original_median_spacing_after_transp": [1.0, 1.0, 1.0],
    "original_median_shape_after_transp": [16, 16, 16],
    "image_reader_writer": "SimpleITKIO",
    "transpose_forward": [0, 1, 2],
    "transpose_backward": [0, 1, 2],
    "configurations": {
        "3d_fullres": {
            "data_identifier": "nnUNetPlans_3d_fullres",
            "preprocessor_name": "DefaultPreprocessor",
            "batch_size": 2,
            "patch_size": [16, 16, 16],
            "median_image_size_in_voxels": [16.0, 16.0, 16.0],
            "spacing": [1.0, 1.0, 1.0],
            "normalization_schemes": ["ZScoreNormalization"],
            "use_mask_for_norm": [False],
            **{
                f"resampling_fn_{what}": "resample_data_or_seg_to_shape"
                for what in ("data", "seg", "probabilities")
            },
            "resampling_fn_data_kwargs": _ORDERS,
            "resampling_fn_seg_kwargs": _ORDERS | {"is_seg": True, "order": 1},
            "resampling_fn_probabilities_kwargs": _ORDERS | {"order": 1},
            "batch_dice": False,
            "architecture": ARCHITECTURE,
        }
    },
    "experiment_planner_used": "ExperimentPlanner",
    "label_manager": "LabelManager",
    "foreground_intensity_properties_per_channel": {"0": {"mean": 100.0, "std": 5.0}},
}


def tiny_network(seed: int = 0, channels: int = 1) -> torch.nn.Module:
    """Give nnU-Net's network of the plans above, with weights of a seed."""
    torch.manual_seed(seed)
    network: torch.nn.Module = get_network_from_plans(
        ARCHITECTURE["network_class_name"],
        ARCHITECTURE["arch_kwargs"],
        ARCHITECTURE["_kw_requires_import"],
        channels,
        1,
        deep_supervision=False,
    )
    return network


def write_tiny_model(folder: Path, folds: tuple[str, ...] = ("0", "1")) -> Path:
    """Write a model folder with random weights, one seed a fold; give the folder."""
    folder.mkdir(parents=True)
    write_json(folder / "plans.json", PLANS)
    write_json(folder / "dataset.json", DATASET)
    listed = []
    for fold in folds:
        path = folder / f"fold_{fold}.safetensors"
        weights = {k: v.numpy() for k, v in tiny_network(int(fold)).state_dict().items()}
        write_weights(path, weights, {})
        listed.append({"fold": fold, "file": path.name, "sha256": sha256(path)})
    about = {
        "format": FORMAT_NAME,
        "format_version": FORMAT_VERSION,
        "name": "tiny",
        "synthetic": True,
        "configuration": "3d_fullres",
        "trainer": "nnUNetTrainer",
        "architecture": {"name": "plans", "arguments": {}},
        "mirror_axes": [0, 1, 2],
        "files": {name: sha256(folder / name) for name in ("plans.json", "dataset.json")},
        "folds": listed,
    }
    write_json(folder / "model.json", about)
    return folder


def change_json(path: Path, **fields: Any) -> None:
    """Set fields of a JSON file."""
    write_json(path, json.loads(path.read_text()) | fields)


def rehash(folder: Path) -> None:
    """Let model.json hold the hashes of the files as they are now."""
    about = json.loads((folder / "model.json").read_text())
    about["files"] = {name: sha256(folder / name) for name in about["files"]}
    for fold in about["folds"]:
        fold["sha256"] = sha256(folder / fold["file"])
    write_json(folder / "model.json", about)


def write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")
