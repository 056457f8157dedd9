"""U-Mamba on pure torch: where its layers are, and what they do to features."""

import importlib.machinery
import importlib.util
import json
import sys

import pytest
import torch
from mambapy.mamba import MambaBlock, MambaConfig
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from torch import nn

from networks.umamba import MambaLayer, NetworkError, UMamba
from tests.training.runs import tiny
from training.architectures import ARCHITECTURES, read_plans


@pytest.fixture
def network(built):
    """Give a function that builds an architecture's network as nnU-Net does, from its plans."""

    def build(name, residual=True, deep_supervision=True):
        folder = built / "preprocessed" / tiny.NAME
        plans = read_plans(folder, name, "3d_fullres", residual=residual)
        architecture = plans["configurations"]["3d_fullres"]["architecture"]
        return get_network_from_plans(
            architecture["network_class_name"],
            architecture["arch_kwargs"],
            architecture["_kw_requires_import"],
            1,
            1,
            deep_supervision=deep_supervision,
        )

    return build


def layers(network):
    return [module for module in network.modules() if isinstance(module, MambaLayer)]


def test_the_block_equals_a_sequential_scan():
    torch.manual_seed(0)
    parallel = MambaBlock(MambaConfig(d_model=6, n_layers=1)).double()
    sequential = MambaBlock(MambaConfig(d_model=6, n_layers=1, pscan=False)).double()
    sequential.load_state_dict(parallel.state_dict())
    x = torch.randn(2, 37, 6, dtype=torch.float64)
    assert (parallel(x) - sequential(x)).abs().max() < 1e-8


def test_bot_has_one_layer_at_the_bottleneck_and_enc_one_in_every_stage(network):
    bot, enc = network("umamba-bot"), network("umamba-enc")
    n_stages = len(bot.encoder.stages)
    assert len(layers(bot)) == 1
    assert isinstance(bot.encoder.stages[-1][-1], MambaLayer)
    assert len(layers(enc)) == n_stages
    assert all(isinstance(stage[-1], MambaLayer) for stage in enc.encoder.stages)


@pytest.mark.parametrize("name", ["umamba-bot", "umamba-enc"])
def test_it_has_the_outputs_and_bottleneck_of_the_plain_network(name, network):
    x = torch.randn(1, 1, *[tiny.PATCH] * 3)
    ours, plain = network(name), network("vanilla")
    assert [out.shape for out in ours(x)] == [out.shape for out in plain(x)]
    assert ours.encoder(x)[-1].shape == plain.encoder(x)[-1].shape
    assert network(name, deep_supervision=False)(x).shape == x.shape


@pytest.mark.parametrize(("residual", "kept"), [(True, 1), (False, 0)])
def test_a_block_that_gives_nothing_keeps_features_only_with_the_residual(residual, kept):
    layer = MambaLayer(4, residual=residual)
    nn.init.zeros_(layer.block.out_proj.weight)
    x = torch.randn(2, 4, 3, 4, 5)
    assert torch.equal(layer(x), kept * x)


def test_the_layer_works_in_single_precision_under_autocast():
    layer = MambaLayer(4, residual=True)
    x = torch.randn(1, 4, 3, 3, 3).bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        mixed = layer(x)
    assert mixed.dtype == torch.float32
    assert torch.equal(mixed, layer(x.float()))


@pytest.mark.parametrize("error", [ImportError, OSError])
def test_a_kernel_that_is_there_but_broken_is_left_alone(error, monkeypatch, capsys):
    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "mamba_ssm":
                return importlib.machinery.ModuleSpec(name, self)
            return None

        def create_module(self, spec):
            raise error("undefined symbol")

        def exec_module(self, module):
            pass

    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    assert importlib.util.find_spec("mamba_ssm") is not None
    layer = MambaLayer(4, residual=True)
    assert not layer.has_kernel
    assert layer(torch.randn(1, 4, 3, 3, 3)).shape == (1, 4, 3, 3, 3)
    assert capsys.readouterr().out == ""


def test_without_the_kernel_the_pure_scan_is_taken_everywhere():
    if importlib.util.find_spec("mamba_ssm") is not None:
        pytest.skip("mamba-ssm is installed")
    layer = MambaLayer(4, residual=True)
    assert not layer.has_kernel
    assert not layer.block.config.use_cuda


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_kernel_gives_what_the_pure_scan_gives():
    pytest.importorskip("mamba_ssm")
    torch.manual_seed(0)
    layer = MambaLayer(8, residual=True).cuda()
    assert layer.has_kernel
    x = torch.randn(1, 8, 6, 6, 6, device="cuda")
    fused = layer(x)
    assert layer.block.config.use_cuda
    layer.has_kernel = False
    torch.testing.assert_close(fused, layer(x), atol=1e-4, rtol=1e-3)
    assert not layer.block.config.use_cuda


def test_voxels_keep_their_places():
    layer = MambaLayer(2, residual=True).eval()
    x = torch.randn(1, 2, 4, 4, 4)
    changed = x.clone()
    changed[..., 3, 3, 3] += 1  # the last voxel of the sequence: none comes after it
    same = (layer(x) == layer(changed)).all(1)[0]
    assert not same[3, 3, 3]
    assert same.sum() == 63


def test_results_of_layouts_have_names_of_their_own(built):
    folder = built / "preprocessed" / tiny.NAME
    names = {
        read_plans(folder, name, "3d_fullres", residual=residual)["plans_name"]
        for name in ARCHITECTURES
        for residual in (True, False)
    }
    assert len(names) == 8
    on_disk = json.loads((folder / "nnUNetPlans.json").read_text("utf-8"))
    assert on_disk["plans_name"] == "nnUNetPlans"


def test_an_unknown_layout_is_refused():
    with pytest.raises(NetworkError, match="expected a layout of bot, enc, came decoder"):
        UMamba(layout="decoder", residual=True)
