"""Networks run with quicker layers on the CPU, and give what nnU-Net's give."""

import torch

from inference.cpu_layers import OneChannelNorm, OneDnnConv, quicken
from inference.networks import prepare_device
from tests.model_files import tiny_network


def test_quicker_layers_give_the_same_numbers():
    plain, quick = tiny_network(4).eval(), quicken(tiny_network(4).eval())
    kinds = {type(module) for module in quick.modules()}
    assert {OneChannelNorm, OneDnnConv} <= kinds
    patch = torch.randn(2, 1, 16, 20, 24, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(quick(patch), plain(patch), atol=1e-5, rtol=1e-4)


def test_they_keep_the_names_of_the_weights():
    names = tiny_network().state_dict().keys()
    assert quicken(tiny_network()).state_dict().keys() == names


def test_layers_of_another_kind_are_left():
    norm = torch.nn.InstanceNorm3d(3, track_running_stats=True)
    conv = torch.nn.Conv3d(3, 3, 3, padding=1, padding_mode="reflect")
    quicken(torch.nn.Sequential(norm, conv))
    assert type(norm) is torch.nn.InstanceNorm3d
    assert type(conv) is torch.nn.Conv3d


def test_cudnn_chooses_its_algorithms_by_trial_on_a_gpu_alone(monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", False)
    prepare_device(torch.device("cpu"))
    assert not torch.backends.cudnn.benchmark
    prepare_device(torch.device("cuda"))
    assert torch.backends.cudnn.benchmark
