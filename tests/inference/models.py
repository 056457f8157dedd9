"""Tiny models with nnU-Net's own networks, scans for them, and what nnU-Net itself predicts."""

import copy
import json
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import torch
from nnunetv2.imageio.simpleitk_reader_writer import SimpleITKIO
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from scipy.ndimage import gaussian_filter
from torch.nn.functional import binary_cross_entropy_with_logits

from inference.ensemble import Prediction
from inference.networks import Ensemble, load_ensemble, margin
from lesions.model_folder import read_model
from lesions.model_weights import write_weights
from lesions.scans import Scan
from tests.model_files import PLANS, change_json, rehash, write_tiny_model

CPU = torch.device("cpu")
#: One sigmoid head, and two heads of a softmax (nnU-Net takes a list of one for plain labels).
REGION, SOFTMAX = [1, 1], 1


def make_model(
    folder: Path,
    folds: tuple[str, ...] = ("0", "1"),
    *,
    lesion: Any = REGION,
    labels: Any = None,
    n_heads: int | None = None,
    plans: Any = (),
    **settings: Any,
) -> Path:
    """Write a tiny model with random weights.

    `settings` change its configuration in the plans, `plans` the plans themselves; there are as
    many heads as nnU-Net makes of `lesion`, or `n_heads`.
    """
    write_tiny_model(folder, folds)
    labels = {"background": 0, "lesion": lesion} if labels is None else labels
    change_json(folder / "dataset.json", labels=labels)
    content = copy.deepcopy(PLANS) | dict(plans)
    content["configurations"]["3d_fullres"] |= {"patch_size": [8, 12, 16], **settings}
    (folder / "plans.json").write_text(json.dumps(content))
    built = content["configurations"]["3d_fullres"]["architecture"]
    for fold in folds:
        torch.manual_seed(int(fold))
        network = get_network_from_plans(
            built["network_class_name"],
            built["arch_kwargs"],
            built["_kw_requires_import"],
            1,
            n_heads or (1 if lesion == REGION else 2),
            deep_supervision=False,
        )
        weights = {k: v.numpy() for k, v in network.state_dict().items()}
        write_weights(folder / f"fold_{fold}.safetensors", weights, {})
    rehash(folder)
    return folder


def load(folder: Path) -> Ensemble:
    """Load a model folder onto the CPU."""
    return load_ensemble(read_model(folder), CPU)


def draw_blobs(
    shape: tuple[int, ...], rng: np.random.Generator
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Give noise with bright blobs, and where the blobs are: on a twelfth of the voxels or so."""
    smooth = gaussian_filter(rng.normal(size=shape), 1.5)
    blobs = smooth > 1.4 * smooth.std()
    return rng.normal(100, 10, shape) + 70 * blobs, blobs


def teach(ensemble: Ensemble, steps: int = 100) -> Ensemble:
    """Train every fold for a moment to find bright blobs, so that few voxels are undecided."""
    for seed, network in enumerate(ensemble.networks):
        rng = np.random.default_rng(seed)
        network.requires_grad_(True).train()
        adam = torch.optim.Adam(network.parameters(), lr=0.01)
        for _ in range(steps):
            image, blobs = draw_blobs((16, 16, 16), rng)
            data = torch.from_numpy((image - image.mean()) / image.std()).float()[None, None]
            data, target = data.to(ensemble.device), torch.from_numpy(blobs).float()[None]
            target = target.to(ensemble.device)
            loss = binary_cross_entropy_with_logits(margin(network(data)), target)
            adam.zero_grad()
            loss.backward()
            adam.step()
        network.requires_grad_(False).eval()
    return ensemble


def make_sure(ensemble: Ensemble) -> Ensemble:
    """Triple the logits of every fold: the same masks, and a background near 0, as after days."""
    for network in ensemble.networks:
        head = network.decoder.seg_layers[-1]
        head.weight.mul_(3)
        head.bias.mul_(3)
    return ensemble


def bytes_of(prediction: Prediction) -> int:
    """Give the bytes of a prediction's places (four each) and probabilities (two)."""
    parts = prediction, *prediction.members
    n_places = sum(len(part.mask) + len(part.probability.index) for part in parts)
    return 4 * n_places + 2 * sum(len(part.probability.value) for part in parts)


def make_scan(
    path: Path, shape: tuple[int, ...], affine: np.ndarray[Any, Any], seed: int = 8
) -> Scan:
    """Write an image of blobs in a box of zeros, as a scan after brain extraction is."""
    array = np.zeros(shape, np.float32)
    inner = tuple(slice(1 + axis, n - 2) for axis, n in enumerate(shape))
    array[inner] = draw_blobs(array[inner].shape, np.random.default_rng(seed))[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array, affine), path)
    name = path.name.split("_")[0]
    return Scan(name, "ses-01", "MP2RAGE", "MS", "A", 3.0, "test-out", path)


def predict_with_nnunet(
    ensemble: Ensemble, scan: Scan, *, mirror: bool = True, device: torch.device = CPU
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Give nnU-Net's own mask and probability of the lesion, (I, J, K), of the same weights."""
    predictor = nnUNetPredictor(use_mirroring=mirror, device=device, allow_tqdm=False)
    predictor.manual_initialization(
        copy.deepcopy(ensemble.networks[0]),
        ensemble.plans,
        ensemble.configuration,
        [network.state_dict() for network in ensemble.networks],
        dict(ensemble.model.dataset),
        "nnUNetTrainer",
        ensemble.model.mirror_axes,
    )
    image, properties = SimpleITKIO().read_images([str(scan.image)])
    mask, probabilities = predictor.predict_single_npy_array(image, properties, None, None, True)
    return mask.T > 0, probabilities[-1].T


def as_volume(positions: np.ndarray[Any, Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Give the mask of some positions in the file's order."""
    flat = np.zeros(int(np.prod(shape)), bool)
    flat[positions] = True
    return flat.reshape(shape, order="F")


def dice(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> float:
    """Give the Dice score of two masks that aren't both empty."""
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))
