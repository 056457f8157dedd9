"""Time a training step with the blob loss: `python benchmarks/blob_loss.py [--device cuda]`.

Against a step with BCE + Dice. Both are the trainers of `python -m training train`, with nnU-Net's
plain 3-D U-Net, the same weights and the same patches, turn by turn: forward, loss at every
resolution, backward, clipping, Adam. What a loader's worker does to a patch is timed apart, and so
are the losses alone, the closed form beside a loop over blobs.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from batchgeneratorsv2.transforms.utils.deep_supervision_downsampling import (
    DownsampleSegForDSTransform,
)

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from training.instances import label_blobs  # noqa: E402
from training.losses import BLOB_WEIGHTS, SMOOTH, BlobDiceBCE  # noqa: E402
from training.trainers import (  # noqa: E402
    nnUNetTrainerLesion,
    nnUNetTrainerLesionBlob,
)

DATASET = {
    "channel_names": {"0": "MP2RAGE"},
    "labels": {"background": 0, "lesion": 1},
    "file_ending": ".nii.gz",
}
#: Voxels from the centre of a blob to that of the next, and its radius.
SPACING, RADIUS = 16, 2.5


def plans_of(patch: int, n_images: int, first: int) -> dict[str, Any]:
    """Give nnU-Net's default layout for a cube: halved until its side is 4, `first` channels."""
    n_stages = int(np.log2(patch / 4)) + 1
    network = {
        "n_stages": n_stages,
        "features_per_stage": [min(first * 2**s, 320) for s in range(n_stages)],
        "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[3, 3, 3]] * n_stages,
        "strides": [[1, 1, 1], *[[2, 2, 2]] * (n_stages - 1)],
        "n_conv_per_stage": [2] * n_stages,
        "n_conv_per_stage_decoder": [2] * (n_stages - 1),
        "conv_bias": True,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
        "norm_op_kwargs": {"eps": 1e-05, "affine": True},
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    }
    chosen = {
        "data_identifier": "none",
        "patch_size": [patch] * 3,
        "batch_size": n_images,
        "batch_dice": False,
        "architecture": {
            "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
            "arch_kwargs": network,
            "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
        },
    }
    about = {"dataset_name": "Dataset999_None", "plans_name": "nnUNetPlans"}
    return {**about, "configurations": {"3d_fullres": chosen}, "label_manager": "LabelManager"}


def draw_blobs(patch: int, n_blobs: int) -> np.ndarray[Any, Any]:
    """Give a mask of `n_blobs` balls that don't touch."""
    axis = np.arange(SPACING // 2, patch, SPACING)
    centres = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
    chosen = np.random.default_rng(1).permutation(centres)[:n_blobs]
    voxels = np.moveaxis(np.indices((patch, patch, patch)), 0, -1)
    mask = np.zeros((patch, patch, patch), bool)
    for centre in chosen:
        mask |= ((voxels - centre) ** 2).sum(-1) <= RADIUS**2
    return mask


def make_trainer(kind: type[nnUNetTrainerLesion], plans: dict[str, Any], device: str) -> Any:
    """Give a trainer with its network, loss and optimizer, without data."""
    trainer = kind(plans, "3d_fullres", 0, DATASET, torch.device(device))
    torch.manual_seed(0)
    configuration = trainer.configuration_manager
    trainer.network = trainer.build_network_architecture(
        trainer.plans_manager, configuration, 1, 1, True
    ).to(trainer.device)
    trainer.optimizer, trainer.lr_scheduler = trainer.configure_optimizers()
    trainer.loss = trainer._build_loss()
    return trainer


def time_once(act: Callable[[], Any]) -> float:
    """Give the seconds of one call: on a GPU until it has done all, else the processor's own.

    The processor's time of this process is the wall time of a machine with nothing else to do.
    """
    if not torch.cuda.is_available():
        before = time.process_time()
        act()
        return time.process_time() - before
    torch.cuda.synchronize()
    before = time.perf_counter()
    act()
    torch.cuda.synchronize()
    return time.perf_counter() - before


def median_times(n_rounds: int, *acts: Callable[[], Any]) -> list[float]:
    """Give the median seconds of each, in turns after one round that isn't counted."""
    rounds = [[time_once(act) for act in acts] for _ in range(n_rounds + 1)][1:]
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def loop_over_blobs(logits: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
    """Give the blobs' part of the loss as it is defined, blob by blob."""
    images = []
    for x, own in zip(logits[:, 0], numbers[:, 0], strict=True):
        parts = []
        for number in own.unique()[1:]:
            here = (own == number) | (own == 0)
            p, g = torch.sigmoid(x[here]), (own == number)[here].float()
            dice = (2 * (p * g).sum() + SMOOTH) / (p.sum() + g.sum() + SMOOTH)
            bce = torch.nn.functional.binary_cross_entropy_with_logits(x[here], g)
            parts.append(bce + 1 - dice)
        images.append(torch.stack(parts).mean())
    return torch.stack(images).mean()


def compare(patch: int, n_images: int, n_blobs: int, first: int, n_rounds: int, device: str) -> str:
    """Give a row of the table for docs/benchmarks.md."""
    plans = plans_of(patch, n_images, first)
    plain, blob = (
        make_trainer(kind, plans, device) for kind in (nnUNetTrainerLesion, nnUNetTrainerLesionBlob)
    )
    mask = draw_blobs(patch, n_blobs // n_images)
    numbers = torch.from_numpy(label_blobs(mask)).expand(n_images, 1, -1, -1, -1).contiguous()
    down = DownsampleSegForDSTransform(plain._get_deep_supervision_scales())
    lower = [down(segmentation=one)["segmentation"] for one in numbers]
    targets = [torch.stack(scale) for scale in zip(*lower, strict=True)]
    data = torch.randn(n_images, 1, patch, patch, patch)
    batch = {"data": data, "target": targets}
    regions = {"data": data, "target": [target > 0 for target in targets]}
    base, ours = median_times(
        n_rounds, lambda: plain.train_step(regions), lambda: blob.train_step(batch)
    )
    n_parameters = sum(p.numel() for p in plain.network.parameters())
    return (
        f"| {n_images} x {patch}^3, {n_parameters / 1e6:.1f} M parameters | {base:.2f} s | "
        f"{ours:.2f} s | {ours / base:.2f} |"
    )


def losses_alone(patch: int, n_images: int, n_blobs: int, n_rounds: int) -> str:
    """Compare the closed form with the loop, at full resolution with its gradient."""
    mask = draw_blobs(patch, n_blobs // n_images)
    numbers = torch.from_numpy(label_blobs(mask)).expand(n_images, 1, -1, -1, -1).contiguous()
    logits = torch.randn(n_images, 1, patch, patch, patch, requires_grad=True)
    closed = BlobDiceBCE(BLOB_WEIGHTS, batch_dice=False, has_ignore=False)
    plain = make_trainer(nnUNetTrainerLesion, plans_of(patch, n_images, 4), "cpu").loss.loss

    def gradient_of(loss: Callable[[], torch.Tensor]) -> Callable[[], Any]:
        return lambda: torch.autograd.grad(loss(), logits)

    bce, ours, loop, label = median_times(
        n_rounds,
        gradient_of(lambda: plain(logits, numbers > 0)),
        gradient_of(lambda: closed(logits, numbers)),
        gradient_of(lambda: loop_over_blobs(logits, numbers)),
        lambda: label_blobs(mask),
    )
    return (
        f"loss and gradient at full resolution: BCE + Dice {bce * 1e3:.0f} ms, blob loss "
        f"{ours * 1e3:.0f} ms, its loop {loop * 1e3:.0f} ms ({loop / ours:.1f} times); numbering a "
        f"patch in the loader {label * 1e3:.1f} ms"
    )


def main() -> None:
    """Measure and print rows for docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patch", type=int, default=64, help="side, a power of two")
    parser.add_argument("--images", type=int, default=2, help="patches in a batch")
    parser.add_argument("--blobs", type=int, default=40, help="in the batch")
    parser.add_argument("--channels", type=int, nargs="+", default=[8, 32], help="of stage one")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    options = parser.parse_args()
    sizes = (options.patch, options.images, options.blobs)
    with tempfile.TemporaryDirectory() as folder:
        names = ("nnUNet_preprocessed", "nnUNet_results")
        os.environ |= dict.fromkeys(names, folder) | {"nnUNet_compile": "f"}
        for first in options.channels:
            print(compare(*sizes, first, options.rounds, options.device), flush=True)
        print(losses_alone(*sizes, options.rounds))


if __name__ == "__main__":
    main()
