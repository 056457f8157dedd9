"""Bottleneck features turn with the scan, and don't know where tiles lay."""

import numpy as np
import pytest
import torch
from dynamic_network_architectures.building_blocks.plain_conv_encoder import PlainConvEncoder
from torch import nn

from inference.features import grid_features, sample_box, snap, tiled_map
from inference.sliding_window import mirrors_of

STRIDE = (4, 4, 2)
TILE = (16, 12, 8)
GRID = (3, 2, 4)
ALL = mirrors_of((0, 1, 2))


def make_encoder(kernel, norm=None):
    """Give the bottleneck of nnU-Net's encoder: stages of one convolution, strides as above."""
    torch.manual_seed(3)
    encoder = PlainConvEncoder(
        input_channels=1,
        n_stages=3,
        features_per_stage=[3, 4, 5],
        conv_op=nn.Conv3d,
        kernel_sizes=kernel,
        strides=[[1, 1, 1], [2, 2, 1], [2, 2, 2]],
        n_conv_per_stage=1,
        conv_bias=True,
        norm_op=norm,
        norm_op_kwargs={"affine": True},
        nonlin=nn.LeakyReLU,
        return_skips=True,
    )
    return lambda patch: encoder(patch)[-1]


def volume(*shape):
    return torch.randn(1, *shape, generator=torch.Generator().manual_seed(5))


def features(encode, data, box, mirrors=ALL, tile=TILE):
    return grid_features(encode, data, box, GRID, tile, STRIDE, mirrors)


@pytest.mark.parametrize("axes", [(0,), (1,), (2,), (0, 2), (0, 1, 2)])
def test_a_flipped_scan_has_the_flipped_features(axes):
    encode = make_encoder([3, 3, 3], nn.InstanceNorm3d)
    data = volume(27, 21, 18)  # no multiple of anything: padding and tiles lie askew
    box = ((2.0, 24.5), (1.0, 19.0), (3.0, 18.0))
    turned_box = tuple(
        (n - b, n - a) if axis in axes else (a, b)
        for axis, ((a, b), n) in enumerate(zip(box, data.shape[1:], strict=True))
    )
    plain = features(encode, data, box)
    turned = features(encode, data.flip([axis + 1 for axis in axes]), turned_box)
    expected = plain.flip([axis + 1 for axis in axes])
    torch.testing.assert_close(turned, expected, atol=1e-5, rtol=1e-4)
    assert not torch.allclose(turned, plain, atol=1e-2)


def test_one_flip_alone_would_be_askew():
    encode = make_encoder([3, 3, 3])
    data = volume(32, 24, 16)
    box = ((0.0, 32.0), (0.0, 24.0), (0.0, 16.0))
    plain = features(encode, data, box, ((),))
    undone = features(encode, data, box, ((0,),))
    assert (plain - undone).abs().max() > 0.1 * plain.abs().max()


def test_tiled_features_are_those_of_the_whole():
    # Each cell sees its own voxels alone, so only snapping, places and weights can go wrong.
    encode = make_encoder([1, 1, 1])
    data = volume(36, 28, 22)
    whole, before = tiled_map(encode, data, (36, 28, 22), STRIDE)
    tiled, same = tiled_map(encode, data, TILE, STRIDE)
    assert before == same == (0, 0, 0)
    torch.testing.assert_close(tiled, whole, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(whole, encode(data[None])[0])


def test_far_from_the_tiles_edges_that_holds_for_wide_kernels_too():
    encode = make_encoder([3, 3, 3])
    data = volume(64, 12, 8)
    whole, _ = tiled_map(encode, data, (64, 12, 8), STRIDE)
    tiled, _ = tiled_map(encode, data, (32, 12, 8), STRIDE)
    inner = slice(3, 4)  # of the first tile and of the second
    torch.testing.assert_close(tiled[:, inner], whole[:, inner], atol=1e-4, rtol=1e-3)


def test_a_scan_smaller_than_a_tile_lies_in_its_middle():
    encode = make_encoder([1, 1, 1])
    cells, before = tiled_map(encode, volume(5, 12, 7), TILE, STRIDE)
    assert before == (5, 0, 0)
    assert cells.shape == (5, 4, 3, 4)


def test_starts_are_multiples_of_the_stride_and_cover_all():
    for n in range(16, 80, 4):
        starts = snap(np.linspace(0, n - 16, max(1, -(-(n - 16) // 8) + 1)).round().tolist(), 4)
        assert all(start % 4 == 0 for start in starts)
        covered = {v for start in starts for v in range(int(start), int(start) + 16)}
        assert covered == set(range(n))


def test_the_grid_samples_the_box_and_not_the_volume():
    # Cells that hold their own middle's place along the first axis: 1.5, 5.5, 9.5 … voxels.
    place = (torch.arange(8) * 4.0 + 1.5).reshape(1, 8, 1, 1).expand(1, 8, 3, 4)
    found = sample_box(place, (2, 0, 0), STRIDE, ((4.0, 16.0), (0.0, 12.0), (0.0, 8.0)), GRID)
    # Parts of 4 voxels from 4 on: middles at 5.5, 9.5, 13.5, and two voxels of padding before.
    torch.testing.assert_close(found[0, :, 0, 0], torch.tensor([7.5, 11.5, 15.5]))


def test_pooled_features_know_no_flip():
    encode = make_encoder([3, 3, 3])
    data = volume(32, 24, 16)
    box = ((0.0, 32.0), (0.0, 24.0), (0.0, 16.0))
    pooled = features(encode, data, box).mean(dim=(1, 2, 3))
    turned = features(encode, data.flip([1, 2]), box).mean(dim=(1, 2, 3))
    torch.testing.assert_close(pooled, turned, atol=1e-5, rtol=1e-4)
