"""The paper's changes of nnU-Net's trainer: Adam, a sigmoid head, and a loss for each lesion."""

from typing import Any

import torch
from batchgeneratorsv2.transforms.utils.compose import ComposeTransforms
from nnunetv2.training.loss.dice import get_tp_fp_fn_tn
from nnunetv2.training.lr_scheduler.polylr import PolyLRScheduler
from torch import nn

from training.instances import LabelInstances, insert_before_downsampling
from training.losses import (
    BLOB_WEIGHTS,
    CC_WEIGHTS,
    BlobDiceBCE,
    CCDiceBCE,
    InstanceDiceBCE,
    LossWeights,
)
from training.regions import declare_regions
from training.trainers.repeatable import RepeatableTrainer

#: The paper, section 3.2.
LEARNING_RATE = 3e-4


class nnUNetTrainerLesion(RepeatableTrainer):  # noqa: N801  nnU-Net's way of naming
    """BCE + Dice on the lesion as a region, Adam at 3e-4 with polynomial decay.

    The paper's baseline (3.2). All else is nnU-Net's own: 1000 epochs of 250 steps, augmentation,
    deep supervision, weight decay. Labels that dataset.json declares plainly become regions. Small
    components are not removed: nnU-Net v2 does so only when it is asked to.
    """

    def __init__(
        self,
        plans: dict[str, Any],
        configuration: str,
        fold: int | str,
        dataset_json: dict[str, Any],
        device: torch.device = torch.device("cuda"),  # noqa: B008  as nnU-Net has it
    ) -> None:
        dataset_json = declare_regions(dataset_json)
        super().__init__(plans, configuration, fold, dataset_json, device)
        self.initial_lr = LEARNING_RATE

    def configure_optimizers(self) -> tuple[torch.optim.Optimizer, PolyLRScheduler]:
        """Give Adam and nnU-Net's schedule."""
        parameters = self.network.parameters()
        optimizer = torch.optim.Adam(parameters, lr=self.initial_lr, weight_decay=self.weight_decay)
        return optimizer, PolyLRScheduler(optimizer, self.initial_lr, self.num_epochs)

    def validation_step(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Give loss and voxel counts of one batch, whether its lesions are numbered or not."""
        data = batch["data"].to(self.device, non_blocking=True)
        target = [one.to(self.device, non_blocking=True) for one in _as_list(batch["target"])]
        with self.precision():
            output = _as_list(self.network(data))
            loss = (
                self.loss(output, target)
                if self.enable_deep_supervision
                else self.loss(output[0], target[0])
            )
        n_regions = output[0].shape[1]
        ignored = target[0][:, n_regions:]
        predicted, truth = (output[0] > 0).long(), (target[0][:, :n_regions] > 0).long()
        axes = [0, *range(2, predicted.ndim)]
        mask = (ignored == 0).long() if self.label_manager.has_ignore_label else None
        tp, fp, fn, _ = get_tp_fp_fn_tn(predicted, truth, axes=axes, mask=mask)
        counts = {"tp_hard": tp, "fp_hard": fp, "fn_hard": fn}
        out = {"loss": loss.detach().cpu().numpy()}
        out |= {name: count.cpu().numpy() for name, count in counts.items()}
        self._advance(out)
        return out


class InstanceTrainer(nnUNetTrainerLesion):
    """A trainer whose loss needs the lesions numbered; `loss_weights` may be set before it runs."""

    #: Unless others are set.
    default_weights: LossWeights
    loss_class: type[InstanceDiceBCE]
    #: Whether the background is shared out among the lesions.
    cells: bool

    def __init__(
        self,
        plans: dict[str, Any],
        configuration: str,
        fold: int | str,
        dataset_json: dict[str, Any],
        device: torch.device = torch.device("cuda"),  # noqa: B008  as nnU-Net has it
    ) -> None:
        super().__init__(plans, configuration, fold, dataset_json, device)
        self.loss_weights = self.default_weights

    def adapt_transforms(self, transforms: ComposeTransforms) -> None:
        """Number the lesions after augmentation, before targets of lower resolution are made."""
        super().adapt_transforms(transforms)
        n_regions = len(self.label_manager.foreground_regions)
        insert_before_downsampling(transforms, LabelInstances(n_regions, cells=self.cells))

    def _build_loss(self) -> nn.Module:
        wrapped: nn.Module = super()._build_loss()
        loss = self.loss_class(
            self.loss_weights,
            batch_dice=self.configuration_manager.batch_dice,
            has_ignore=self.label_manager.has_ignore_label,
        )
        if not self.enable_deep_supervision:
            return loss
        wrapped.loss = loss  # in nnU-Net's wrapper, which weights the resolutions
        return wrapped


class nnUNetTrainerLesionBlob(InstanceTrainer):  # noqa: N801
    """Blob BCE + Dice: the paper's best model (3.2, table 5)."""

    default_weights = BLOB_WEIGHTS
    loss_class = BlobDiceBCE
    cells = False


class nnUNetTrainerLesionCC(InstanceTrainer):  # noqa: N801
    """CC-DiceCE with a sigmoid head, a rival of the blob loss."""

    default_weights = CC_WEIGHTS
    loss_class = CCDiceBCE
    cells = True


def _as_list(value: Any) -> list[torch.Tensor]:
    return list(value) if isinstance(value, list | tuple) else [value]
