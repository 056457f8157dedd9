"""Losses that give each lesion a say of its own: blob loss and CC-DiceCE, without a loop.

Both add to the Dice + BCE of the whole patch the mean over its lesions of the Dice + BCE of a part
of the patch. The parts differ: for blob loss the lesion and all background, the other lesions left
out; for CC-DiceCE the cell of the patch that is nearer to the lesion than to any other. All of it
follows from sums over lesions, which one scatter-add gives.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

#: nnU-Net's smoothing of Dice, in the whole patch and in blobs.
SMOOTH = 1e-5


class LossError(ValueError):
    """A loss can't be had as it was asked for; the message says why."""


@dataclass(frozen=True)
class LossWeights:
    """The loss is alpha times that of the whole patch plus beta times the lesions' mean.

    >>> LossWeights(alpha=2.0, beta=1.0)
    LossWeights(alpha=2.0, beta=1.0)
    """

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        """Refuse weights that train nothing."""
        if min(self.alpha, self.beta) < 0 or self.alpha + self.beta == 0:
            raise LossError(
                f"expected weights of 0 or more, not both 0, came {self.alpha} and {self.beta}"
            )


#: Kofler et al. 2023 (arXiv 2205.08209) train blob loss with alpha 2 and beta 1; read of that paper
#: in the work of others alone. Section 3.2 names blob loss without its weights.
BLOB_WEIGHTS = LossWeights(alpha=2.0, beta=1.0)
#: Bouteille et al. (arXiv 2511.17146) add both terms as they are; see `CCDiceBCE`.
CC_WEIGHTS = LossWeights(alpha=1.0, beta=1.0)


@dataclass(frozen=True)
class Sums:
    """Sums over some voxels, tensors of one shape: cross-entropy, probability, count."""

    error: torch.Tensor
    probability: torch.Tensor
    volume: torch.Tensor

    def at(self, index: torch.Tensor) -> "Sums":
        """Give the sums at an index along the first axis."""
        return self.each(lambda x: x[index])

    def each(self, act: Callable[[torch.Tensor], torch.Tensor]) -> "Sums":
        """Do the same with all three."""
        return Sums(act(self.error), act(self.probability), act(self.volume))


def dice_bce(lesion: Sums, background: Sums, smooth: float) -> torch.Tensor:
    """Give 1 - soft Dice + mean BCE of parts, each made of lesion and background voxels.

    Examples
    --------
    >>> one, none = torch.ones(1), torch.zeros(1)
    >>> dice_bce(Sums(none, one, one), Sums(none, none, one), smooth=0.0).item()
    0.0
    """
    overlap, size = lesion.probability, lesion.probability + background.probability + lesion.volume
    dice = (2 * overlap + smooth) / (size + smooth)
    bce = (lesion.error + background.error) / (lesion.volume + background.volume)
    return 1 - dice + bce


class InstanceDiceBCE(nn.Module):
    """What both losses share; use `BlobDiceBCE` or `CCDiceBCE`.

    Parameters
    ----------
    weights : LossWeights
    batch_dice : bool
        Sum the whole-patch Dice over the batch, as nnU-Net's plans may ask.
    has_ignore : bool
        The last channel of a target is 1 where no voxel counts.
    """

    #: Of the Dice of one lesion's part; 0 is safe there, since every part holds a lesion voxel.
    instance_smooth = SMOOTH

    def __init__(self, weights: LossWeights, *, batch_dice: bool, has_ignore: bool) -> None:
        super().__init__()
        self.weights, self.batch_dice, self.has_ignore = weights, batch_dice, has_ignore

    def forward(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Give the loss.

        Parameters
        ----------
        logits : (B, C, *patch) tensor
        target : (B, C or C + 1, *patch) tensor of int
            k above 0 in lesion k, -k in the background of its cell, 0 elsewhere; the last channel
            is the ignore mask where there is one. Numbers may be missing: lesions that vanished
            when the target was downsampled have no part.

        Returns
        -------
        tensor
            0 for a perfect prediction; alpha times the whole patch's loss where no lesion is.
        """
        n_regions = logits.shape[1]
        valid = target[:, n_regions:] == 0 if self.has_ignore else None
        numbers = target[:, :n_regions].flatten(0, 1).flatten(1)
        values = logits.to(torch.promote_types(logits.dtype, torch.float32))
        values = values.flatten(0, 1).flatten(1)
        lesions = numbers > 0
        error = binary_cross_entropy_with_logits(values, lesions.to(values.dtype), reduction="none")
        probability = values.sigmoid()
        counted = probability.new_ones(()).expand(probability.shape)
        if valid is not None:
            # After the sigmoid: a logit set to 0 would be a probability of one half.
            counted = valid.expand(logits.shape).flatten(0, 1).flatten(1).to(values.dtype)
            error, probability = error * counted, probability * counted
        maps = Sums(error, probability, counted)
        n_slots = int(numbers.max().clamp(min=0)) + 1
        inside = _sum_per_number(maps, numbers, n_slots)
        outside = maps.each(lambda x: x.masked_fill(lesions, 0).sum(1))
        loss = self.weights.alpha * self._whole(inside, outside, n_regions)
        if self.weights.beta and n_slots > 1:
            loss = loss + self.weights.beta * self._parts(maps, numbers, inside, outside)
        return loss

    def _whole(self, inside: Sums, outside: Sums, n_regions: int) -> torch.Tensor:
        """Give the patch's own loss: nnU-Net's DC_and_BCE_loss plus 1."""
        inside = inside.each(lambda x: x.view(len(outside.volume), -1).sum(1))
        n_voxels = (inside.volume + outside.volume).sum().clamp(min=1)
        bce = (inside.error + outside.error).sum() / n_voxels
        overlap, size = inside.probability, inside.volume + inside.probability + outside.probability
        if self.batch_dice:
            overlap, size = (x.view(-1, n_regions).sum(0) for x in (overlap, size))
        return bce + 1 - ((2 * overlap + SMOOTH) / (size + SMOOTH)).mean()

    def _parts(
        self, maps: Sums, numbers: torch.Tensor, inside: Sums, outside: Sums
    ) -> torch.Tensor:
        """Give the mean over lesions per image and region, and of those over all with a lesion."""
        n_rows = len(numbers)
        n_slots = len(inside.volume) // n_rows
        (kept,) = torch.nonzero(inside.volume, as_tuple=True)
        rows = kept // n_slots
        background = self._background(maps, numbers, outside, n_slots).at(kept)
        losses = dice_bce(inside.at(kept), background, self.instance_smooth)
        count = torch.bincount(rows, minlength=n_rows)
        return (losses / count[rows]).sum() / (count > 0).sum().clamp(min=1)

    def _background(self, maps: Sums, numbers: torch.Tensor, outside: Sums, n_slots: int) -> Sums:
        raise NotImplementedError


class BlobDiceBCE(InstanceDiceBCE):
    """Blob loss on BCE + Dice (Kofler et al. 2023, arXiv 2205.08209; the paper, section 3.2).

    The part of a lesion is all voxels but those of the other lesions. The authors' code sets the
    logits of the others to 0, so that they count with a probability of one half and a perfect
    prediction isn't 0; here they are left out.
    """

    def _background(self, maps: Sums, numbers: torch.Tensor, outside: Sums, n_slots: int) -> Sums:
        """Give the background of the whole patch to each lesion."""
        return outside.at(
            torch.arange(len(numbers), device=numbers.device).repeat_interleave(n_slots)
        )


class CCDiceBCE(InstanceDiceBCE):
    """CC-DiceCE with a sigmoid head (Bouteille et al., arXiv 2511.17146), a rival of blob loss.

    The part of a lesion is its Voronoi cell; both terms have weight 1 and the Dice of a cell is not
    smoothed. Of that article its abstract and introduction could be read, and what others write of
    its formula, L = DiceCE + mean over components of DiceCE(P in R_C, C); its text on training
    and how it treats batches could not. Here: the mean per image, then over images with a lesion.
    """

    instance_smooth = 0.0

    def _background(self, maps: Sums, numbers: torch.Tensor, outside: Sums, n_slots: int) -> Sums:
        """Give the background of its own cell to each lesion."""
        return _sum_per_number(maps, -numbers, n_slots)


def _sum_per_number(maps: Sums, numbers: torch.Tensor, n_slots: int) -> Sums:
    """Sum over the voxels of each number above 0; slot row * n_slots + number."""
    rows, columns = torch.nonzero((numbers > 0) & (numbers < n_slots), as_tuple=True)
    slots = rows * n_slots + numbers[rows, columns].long()
    empty = maps.error.new_zeros(len(numbers) * n_slots)
    return maps.each(lambda x: empty.index_add(0, slots, x[rows, columns]))
