"""Voxels that no rater settled (nnU-Net's ignore label) go through loader, loss and validation."""

import json

import numpy as np
import pytest
import torch

from tests.training.runs import tiny
from training.trainers import TRAINERS

#: nnU-Net's ignore label is the highest.
IGNORE = 2


@pytest.fixture(params=TRAINERS)
def trainer(request, built, tmp_path, monkeypatch):
    """Give each trainer, on a dataset that has an ignore label."""
    planned = built / "preprocessed" / tiny.NAME
    monkeypatch.setenv("nnUNet_preprocessed", str(built / "preprocessed"))
    monkeypatch.setenv("nnUNet_results", str(tmp_path / "results"))
    plans = json.loads((planned / "nnUNetPlans.json").read_text("utf-8"))
    dataset = json.loads((planned / "dataset.json").read_text("utf-8"))
    dataset["labels"]["ignore"] = IGNORE
    trainer = TRAINERS[request.param](plans, "3d_fullres", 0, dataset, torch.device("cpu"))
    trainer.initialize()
    return trainer


@pytest.fixture
def batch(trainer):
    """Give one patch with two lesions and a slab to ignore, as the validation loader makes it."""
    labels = np.zeros([1] + [tiny.PATCH] * 3, np.int16)
    labels[0, 2:5, 2:5, 2:5] = labels[0, 9:12, 9:12, 2:5] = 1
    labels[0, :, :, 12:] = IGNORE
    transforms = trainer.get_validation_transforms(
        trainer._get_deep_supervision_scales(),
        foreground_labels=trainer.label_manager.foreground_labels,
        regions=trainer.label_manager.foreground_regions,
        ignore_label=trainer.label_manager.ignore_label,
    )
    trainer.adapt_transforms(transforms)
    image = torch.randn(1, *[tiny.PATCH] * 3)
    made = transforms(image=image, segmentation=torch.from_numpy(labels))
    return {"data": made["image"][None], "target": [t[None] for t in made["segmentation"]]}


def test_what_is_ignored_moves_no_weight(trainer, batch):
    full = batch["target"][0]
    assert full.shape[1] == 2
    logits = torch.zeros(1, 1, *[tiny.PATCH] * 3, requires_grad=True)
    loss = trainer.loss.loss(logits, full)
    (gradient,) = torch.autograd.grad(loss, logits)
    assert gradient[..., 12:].abs().max() == 0
    assert gradient[..., :12].abs().min() > 0


def test_what_is_ignored_is_not_counted(trainer, batch):
    with torch.no_grad():
        counts = trainer.validation_step(batch)
    assert counts["tp_hard"] + counts["fn_hard"] == 2 * 27
    assert counts["tp_hard"] + counts["fp_hard"] <= tiny.PATCH**2 * 12
    assert np.isfinite(counts["loss"])
