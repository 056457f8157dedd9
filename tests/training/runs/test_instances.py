"""Lesions are numbered after augmentation, as the paper counts them."""

import numpy as np
import pytest
import torch
from batchgeneratorsv2.transforms.utils.compose import ComposeTransforms
from batchgeneratorsv2.transforms.utils.deep_supervision_downsampling import (
    DownsampleSegForDSTransform,
)
from batchgeneratorsv2.transforms.utils.remove_label import RemoveLabelTansform
from scipy.ndimage import label

from training import instances
from training.instances import (
    InstanceError,
    LabelInstances,
    insert_before_downsampling,
    label_blobs,
    label_cells,
)


@pytest.fixture
def mask():
    """Two voxels that touch by a corner, and one far away."""
    mask = np.zeros((6, 6, 6), bool)
    mask[0, 0, 0] = mask[1, 1, 1] = mask[5, 5, 5] = True
    return mask


def test_voxels_that_touch_by_a_corner_are_one_lesion(mask):
    assert label_blobs(mask).max() == 2
    assert label_blobs(mask)[0, 0, 0] == label_blobs(mask)[1, 1, 1]


def test_a_cell_is_nearer_to_its_lesion_than_to_any_other(mask):
    cells, lesions = label_cells(mask), label_blobs(mask)
    for place in np.ndindex(mask.shape):
        distances = [
            np.linalg.norm(np.argwhere(lesions == number) - place, axis=1).min()
            for number in (1, 2)
        ]
        assert distances[abs(cells[place]) - 1] == min(distances)
    assert ((cells > 0) == mask).all()


def test_an_empty_patch_has_no_cells():
    assert not label_cells(np.zeros((3, 3, 3), bool)).any()


@pytest.mark.parametrize("n_axes", [2, 3])
def test_numbers_agree_with_another_librarys(n_axes):
    rng = np.random.default_rng(2)
    for _ in range(50):
        mask = rng.random(rng.integers(1, 10, n_axes)) > 0.7
        labels = label_blobs(mask)
        others, n = label(mask, np.ones([3] * n_axes))
        assert ((labels > 0) == mask).all()
        pairs = set(zip(labels[mask].tolist(), others[mask].tolist(), strict=True))
        assert len(pairs) == n == labels.max()


def test_the_ignore_mask_stays_as_it_is(mask):
    channels = torch.from_numpy(np.stack([mask, mask]))
    numbered = LabelInstances(1, cells=False)(segmentation=channels)["segmentation"]
    assert numbered.dtype == torch.int16
    assert numbered[0].max() == 2
    assert numbered[1].max() == 1


def test_numbers_are_given_before_targets_of_lower_resolution_are_made(mask):
    down = DownsampleSegForDSTransform([[1, 1, 1], [0.5, 0.5, 0.5]])
    transforms = ComposeTransforms([RemoveLabelTansform(-1, 0), down])
    number = LabelInstances(1, cells=False)
    insert_before_downsampling(transforms, number)
    assert transforms.transforms[1:] == [number, down]
    full, half = transforms(segmentation=torch.from_numpy(mask)[None])["segmentation"]
    assert set(half.unique().tolist()) <= set(full.unique().tolist())


def test_more_lesions_than_a_number_holds_are_refused(mask, monkeypatch):
    monkeypatch.setattr(instances, "MAX_INSTANCES", 1)
    with pytest.raises(InstanceError, match="at most 1 lesions in a patch, came 2"):
        label_blobs(mask)
