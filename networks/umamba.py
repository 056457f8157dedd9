"""U-Mamba: nnU-Net's residual U-Net with Mamba layers in its encoder, on pure torch.

Ma et al. 2024 (arXiv 2401.04722): the features of a stage become a sequence of voxels, and a Mamba
block (Gu and Dao 2023, arXiv 2312.00752) follows it at the bottleneck alone (Bot) or in every stage
of the encoder (Enc). Our own layout on nnU-Net's residual blocks, not the authors' code: theirs has
a further stem block, upsamples by nearest neighbours, and takes channels for tokens where a stage
has fewer voxels than channels.
"""

import importlib.util
import io
from contextlib import redirect_stdout
from typing import Any

import torch
from dynamic_network_architectures.architectures.unet import ResidualEncoderUNet
from mambapy.mamba import MambaBlock, MambaConfig
from torch import nn

#: The stages that a Mamba layer follows, by the name of the layout.
LAYOUTS = ("bot", "enc")


class NetworkError(ValueError):
    """A network can't be built as it was asked for; the message says why."""


class MambaLayer(nn.Module):
    """A Mamba block over the voxels of a feature map, in float32.

    Parameters
    ----------
    n_channels : int
    residual : bool
        Add the input to the output. Without, the block replaces the features, as in U-Mamba's code;
        that diverges under mixed precision, and the paper's runs did not converge (3.2).
    """

    def __init__(self, n_channels: int, *, residual: bool) -> None:
        super().__init__()
        self.residual = residual
        self.norm = nn.LayerNorm(n_channels)
        self.block = _make_block(n_channels)
        #: Whether there is mamba-ssm's CUDA scan beside the pure one; the weights are the same.
        self.has_kernel = bool(self.block.config.use_cuda)

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Give features of the same shape, (B, C, *space), in float32."""
        with torch.autocast(features.device.type, enabled=False):
            x = features.float()
            self.block.config.use_cuda = self.has_kernel and x.is_cuda
            sequence = x.flatten(2).transpose(1, 2)
            out = self.block(self.norm(sequence)).transpose(1, 2).reshape(x.shape)
            features = x + out if self.residual else out
        return features


def _make_block(n_channels: int) -> MambaBlock:
    """Give a block that has mamba-ssm's CUDA scan where that package can be imported.

    mambapy imports it, and falls back with a line on stdout; one that was built for another torch
    or CUDA fails in other ways too, and is then left alone.
    """
    found = importlib.util.find_spec("mamba_ssm") is not None
    try:
        with redirect_stdout(io.StringIO()):
            return MambaBlock(MambaConfig(d_model=n_channels, n_layers=1, use_cuda=found))
    except (OSError, RuntimeError, AttributeError):
        return MambaBlock(MambaConfig(d_model=n_channels, n_layers=1))


class UMamba(ResidualEncoderUNet):  # type: ignore[misc]
    """nnU-Net's residual encoder U-Net with Mamba layers.

    Parameters
    ----------
    layout : "bot" or "enc"
    residual : bool
        See `MambaLayer`.
    arguments
        As `ResidualEncoderUNet`; deep supervision and `encoder(x)` are as there.
    """

    def __init__(self, *, layout: str, residual: bool, **arguments: Any) -> None:
        if layout not in LAYOUTS:
            raise NetworkError(f"expected a layout of {', '.join(LAYOUTS)}, came {layout}")
        super().__init__(**arguments)
        stages = self.encoder.stages
        last = len(stages) - 1
        for index in range(last if layout == "bot" else 0, last + 1):
            mamba = MambaLayer(self.encoder.output_channels[index], residual=residual)
            stages[index] = nn.Sequential(stages[index], mamba)
