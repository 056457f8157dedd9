"""The closed forms equal literal loops over lesions, in value and in gradient."""

import numpy as np
import pytest
import torch
from nnunetv2.training.loss.compound_losses import DC_and_BCE_loss
from nnunetv2.training.loss.dice import MemoryEfficientSoftDiceLoss
from torch.nn.functional import binary_cross_entropy_with_logits

from training.instances import label_blobs, label_cells
from training.losses import SMOOTH, BlobDiceBCE, CCDiceBCE, LossError, LossWeights

SHAPE = (12, 10, 9)
WEIGHTS = LossWeights(alpha=2.0, beta=1.0)
LOSSES = [(BlobDiceBCE, label_blobs), (CCDiceBCE, label_cells)]


def part_loss(logits, truth, part, smooth):
    """Dice + BCE of the voxels of one part, from their definitions."""
    p, g = torch.sigmoid(logits[part]), truth[part].double()
    dice = (2 * (p * g).sum() + smooth) / (p.sum() + g.sum() + smooth)
    return binary_cross_entropy_with_logits(logits[part], g) + 1 - dice


def by_loop(loss_class, weights, logits, target, valid=None):
    """Give the loss with a loop over images, regions and lesions."""
    valid = (
        torch.ones(logits.shape[:1] + logits.shape[2:], dtype=torch.bool)
        if valid is None
        else valid
    )
    images, wholes = [], []
    for image in range(len(logits)):
        for region in range(logits.shape[1]):
            x, numbers, here = logits[image, region], target[image, region], valid[image]
            wholes.append((x[here], (numbers > 0)[here].double()))
            parts = []
            for number in numbers[numbers > 0].unique():
                background = numbers <= 0 if loss_class is BlobDiceBCE else numbers == -number
                part = ((numbers == number) | background) & here
                parts.append(part_loss(x, numbers == number, part, loss_class.instance_smooth))
            if parts:
                images.append(torch.stack(parts).mean())
    x, g = (torch.cat(values) for values in zip(*wholes, strict=True))
    dice = [
        (2 * (torch.sigmoid(a) * b).sum() + SMOOTH) / (torch.sigmoid(a).sum() + b.sum() + SMOOTH)
        for a, b in wholes
    ]
    whole = binary_cross_entropy_with_logits(x, g) + 1 - torch.stack(dice).mean()
    mean = torch.stack(images).mean() if images else 0
    return weights.alpha * whole + weights.beta * mean


def random_batch(label, n_images=3, n_regions=2, seed=0):
    """Give logits and numbered targets: lesions that touch by corners, and an empty image."""
    rng = np.random.default_rng(seed)
    masks = rng.random((n_images, n_regions, *SHAPE)) > 0.97
    masks[0, 0] = False
    numbers = np.stack([np.stack([label(mask) for mask in image]) for image in masks])
    logits = torch.tensor(rng.normal(0, 3, masks.shape), requires_grad=True)
    return logits, torch.from_numpy(numbers)


def value_and_gradient(loss, logits):
    (gradient,) = torch.autograd.grad(loss, logits)
    return loss.item(), gradient


@pytest.mark.parametrize(("loss_class", "label"), LOSSES)
def test_the_closed_form_equals_the_loop_in_value_and_gradient(loss_class, label):
    logits, target = random_batch(label)
    loss = loss_class(WEIGHTS, batch_dice=False, has_ignore=False)
    ours, our_gradient = value_and_gradient(loss(logits, target), logits)
    loops, loop_gradient = value_and_gradient(by_loop(loss_class, WEIGHTS, logits, target), logits)
    assert ours == pytest.approx(loops, abs=1e-12)
    assert (our_gradient - loop_gradient).abs().max() < 1e-12


@pytest.mark.parametrize(("loss_class", "label"), LOSSES)
def test_voxels_to_ignore_take_no_part(loss_class, label):
    logits, target = random_batch(label, seed=1)
    ignored = torch.zeros((len(logits), 1, *SHAPE), dtype=target.dtype)
    ignored[..., :4] = 1
    target = torch.where(ignored == 1, -target.abs(), target)  # no lesion is drawn there
    loss = loss_class(WEIGHTS, batch_dice=False, has_ignore=True)
    full = torch.cat((target, ignored), 1)
    ours, our_gradient = value_and_gradient(loss(logits, full), logits)
    expected = by_loop(loss_class, WEIGHTS, logits, target, ignored[:, 0] == 0)
    loops, loop_gradient = value_and_gradient(expected, logits)
    assert ours == pytest.approx(loops, abs=1e-12)
    assert (our_gradient - loop_gradient).abs().max() < 1e-12
    assert our_gradient[..., :4].abs().max() == 0


@pytest.mark.parametrize(("loss_class", "label"), LOSSES)
def test_a_perfect_prediction_scores_0(loss_class, label):
    _, target = random_batch(label)
    logits = torch.where(target > 0, 200.0, -200.0).requires_grad_()
    value, gradient = value_and_gradient(
        loss_class(WEIGHTS, batch_dice=False, has_ignore=False)(logits, target), logits
    )
    assert value == 0
    assert gradient.abs().max() == 0


@pytest.mark.parametrize(("loss_class", "label"), LOSSES)
@pytest.mark.parametrize("batch_dice", [False, True])
def test_without_its_second_term_it_is_the_loss_of_nnunet_plus_1(loss_class, label, batch_dice):
    logits, target = random_batch(label)
    theirs = DC_and_BCE_loss(
        {},
        {"batch_dice": batch_dice, "do_bg": True, "smooth": SMOOTH, "ddp": False},
        dice_class=MemoryEfficientSoftDiceLoss,
    )
    ours = loss_class(LossWeights(1, 0), batch_dice=batch_dice, has_ignore=False)
    expected = theirs(logits, (target > 0).double()).item() + 1
    assert ours(logits, target).item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("loss_class", "label"), LOSSES)
def test_a_batch_without_a_lesion_has_the_loss_of_the_whole_alone(loss_class, label):
    logits, target = random_batch(label)
    loss = loss_class(WEIGHTS, batch_dice=False, has_ignore=False)
    without = loss_class(LossWeights(2, 0), batch_dice=False, has_ignore=False)
    none = torch.zeros_like(target)
    assert loss(logits, none).item() == without(logits, none).item()


@pytest.mark.parametrize(("loss_class", "label"), LOSSES)
def test_lesions_that_vanish_at_a_lower_resolution_are_dropped(loss_class, label):
    mask = np.zeros((1, 1, 8, 8, 8), bool)
    mask[0, 0, 1, 1, 1] = True  # gone in every second voxel from 0 on
    mask[0, 0, 4:8, 4:8, 4:8] = True
    target = torch.from_numpy(label(mask[0, 0]))[None, None]
    low = target[..., ::2, ::2, ::2]
    assert len(low[low > 0].unique()) == 1
    logits = torch.zeros(low.shape, dtype=torch.float64, requires_grad=True)
    loss = loss_class(WEIGHTS, batch_dice=False, has_ignore=False)
    expected = by_loop(loss_class, WEIGHTS, logits, low)
    assert loss(logits, low).item() == pytest.approx(expected.item(), abs=1e-12)


def test_a_missed_small_lesion_costs_more_than_with_the_plain_loss():
    mask = np.zeros(SHAPE, bool)
    mask[1:7, 1:7, 1:7] = mask[10, 8, 7] = True
    target = torch.from_numpy(label_blobs(mask))[None, None]
    logits = torch.where(target == 1, 20.0, -20.0)  # the second lesion is missed
    plain = BlobDiceBCE(LossWeights(1, 0), batch_dice=False, has_ignore=False)(logits, target)
    blobs = BlobDiceBCE(LossWeights(0, 1), batch_dice=False, has_ignore=False)(logits, target)
    assert plain < 0.05
    assert blobs > 0.45


def test_half_precision_is_summed_in_single():
    logits, target = random_batch(label_blobs)
    half = logits.detach().half()
    loss = BlobDiceBCE(WEIGHTS, batch_dice=False, has_ignore=False)
    assert loss(half, target).dtype == torch.float32
    assert loss(half, target).item() == pytest.approx(loss(half.double(), target).item(), rel=1e-5)


@pytest.mark.parametrize("pair", [(-1, 1), (0, 0)])
def test_weights_that_train_nothing_are_refused(pair):
    with pytest.raises(LossError, match="expected weights of 0 or more"):
        LossWeights(*pair)
