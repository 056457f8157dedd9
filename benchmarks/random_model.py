"""Write a model folder with random weights, and the same weights as nnU-Net keeps them."""

import json
from pathlib import Path
from typing import Any

import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans

from lesions.checksums import sha256
from lesions.model_folder import FORMAT_NAME, FORMAT_VERSION, Model
from lesions.model_weights import read_weights, write_weights

#: nnU-Net's default plan at 1 mm on a GPU of 8 GB, and one as small as a demo's.
PLANS: dict[str, dict[str, Any]] = {
    "default": {"features": [32, 64, 128, 256, 320, 320], "patch": [128, 128, 128]},
    "small": {"features": [12, 24, 48, 96], "patch": [64, 64, 64]},
}
#: Share of voxels that a random network calls a lesion, by its last bias: as in a patient.
FOREGROUND = 0.002
_NETWORK = "dynamic_network_architectures.architectures.unet.PlainConvUNet"
_IMPORTED = ["conv_op", "norm_op", "dropout_op", "nonlin"]
_RESAMPLING = {"is_seg": False, "order_z": 0, "force_separate_z": None}


def write_random_model(folder: Path, plan: str, n_folds: int, spacing_mm: float) -> Path:
    """Write a model of one sigmoid head; a fold a seed. Give its folder."""
    folder.mkdir(parents=True)
    architecture = _architecture(PLANS[plan]["features"])
    plans = _plans(architecture, PLANS[plan]["patch"], spacing_mm)
    dataset = {
        "channel_names": {"0": "MP2RAGE"},
        "labels": {"background": 0, "lesion": [1, 1]},
        "regions_class_order": [1],
        "numTraining": 0,
        "file_ending": ".nii.gz",
    }
    for name, content in (("plans.json", plans), ("dataset.json", dataset)):
        (folder / name).write_text(json.dumps(content, indent=2))
    folds = []
    for fold in range(n_folds):
        path = folder / f"fold_{fold}.safetensors"
        write_weights(path, _draw(architecture, fold), {})
        folds.append({"fold": str(fold), "file": path.name, "sha256": sha256(path)})
    about = {
        "format": FORMAT_NAME,
        "format_version": FORMAT_VERSION,
        "name": f"random-{plan}",
        "synthetic": True,
        "configuration": "3d_fullres",
        "trainer": "nnUNetTrainer",
        "architecture": {"name": "plans", "arguments": {}},
        "mirror_axes": [0, 1, 2],
        "files": {name: sha256(folder / name) for name in ("plans.json", "dataset.json")},
        "folds": folds,
    }
    (folder / "model.json").write_text(json.dumps(about, indent=2))
    return folder


def write_for_nnunet(model: Model, folder: Path) -> Path:
    """Write a model's weights as the checkpoints that `nnUNetv2_predict` reads."""
    folder.mkdir(parents=True)
    for name, content in (("plans.json", model.plans), ("dataset.json", model.dataset)):
        (folder / name).write_text(json.dumps(content))
    for fold in model.folds:
        weights = {k: torch.from_numpy(v) for k, v in read_weights(fold.path).items()}
        checkpoint = {
            "network_weights": weights,
            "trainer_name": "nnUNetTrainer",
            "init_args": {"configuration": model.configuration},
            "inference_allowed_mirroring_axes": model.mirror_axes,
        }
        path = folder / f"fold_{fold.name}" / "checkpoint_final.pth"
        path.parent.mkdir()
        torch.save(checkpoint, path)
    return folder


def _draw(architecture: dict[str, Any], seed: int) -> dict[str, Any]:
    torch.manual_seed(seed)
    network = get_network_from_plans(
        _NETWORK, architecture["arch_kwargs"], _IMPORTED, 1, 1, deep_supervision=False
    )
    with torch.inference_mode():
        logits = network(torch.randn(1, 1, 64, 64, 64)).flatten()
        cut = logits.kthvalue(int(len(logits) * (1 - FOREGROUND))).values
    weights = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    n_stages = len(architecture["arch_kwargs"]["features_per_stage"])
    weights[f"decoder.seg_layers.{n_stages - 2}.bias"] -= float(cut)
    return weights


def _architecture(features: list[int]) -> dict[str, Any]:
    n = len(features)
    return {
        "network_class_name": _NETWORK,
        "arch_kwargs": {
            "n_stages": n,
            "features_per_stage": features,
            "conv_op": "torch.nn.modules.conv.Conv3d",
            "kernel_sizes": [[3, 3, 3]] * n,
            "strides": [[1, 1, 1]] + [[2, 2, 2]] * (n - 1),
            "n_conv_per_stage": [2] * n,
            "n_conv_per_stage_decoder": [2] * (n - 1),
            "conv_bias": True,
            "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
            "norm_op_kwargs": {"eps": 1e-05, "affine": True},
            "dropout_op": None,
            "dropout_op_kwargs": None,
            "nonlin": "torch.nn.LeakyReLU",
            "nonlin_kwargs": {"inplace": True},
        },
        "_kw_requires_import": _IMPORTED,
    }


def _plans(architecture: dict[str, Any], patch: list[int], spacing_mm: float) -> dict[str, Any]:
    resampling = {
        f"resampling_fn_{what}": "resample_data_or_seg_to_shape"
        for what in ("data", "seg", "probabilities")
    }
    return {
        "dataset_name": "Dataset500_Random",
        "plans_name": "nnUNetPlans",
        "image_reader_writer": "SimpleITKIO",
        "transpose_forward": [0, 1, 2],
        "transpose_backward": [0, 1, 2],
        "label_manager": "LabelManager",
        "experiment_planner_used": "ExperimentPlanner",
        "foreground_intensity_properties_per_channel": {"0": {}},
        "configurations": {
            "3d_fullres": {
                "data_identifier": "nnUNetPlans_3d_fullres",
                "preprocessor_name": "DefaultPreprocessor",
                "batch_size": 2,
                "patch_size": patch,
                "spacing": [spacing_mm] * 3,
                "normalization_schemes": ["ZScoreNormalization"],
                "use_mask_for_norm": [False],
                **resampling,
                "resampling_fn_data_kwargs": _RESAMPLING | {"order": 3},
                "resampling_fn_seg_kwargs": _RESAMPLING | {"is_seg": True, "order": 1},
                "resampling_fn_probabilities_kwargs": _RESAMPLING | {"order": 1},
                "batch_dice": False,
                "architecture": architecture,
            }
        },
    }
