"""Lesions grow to their volume, in their home tissue, in one piece."""

import numpy as np
import pytest
from scipy import ndimage

from phantom.growth import connected_to_seed, cut_patch, grow
from phantom.lesion_types import LESION_TYPES
from phantom.population import LARGEST_MM3, draw_volumes


@pytest.fixture
def layers() -> np.ndarray:
    """Fluid, then 4 mm of cortex, then white matter, along the first axis; 1 mm voxels."""
    depth = np.arange(40, dtype=np.float32).reshape(-1, 1, 1)
    tissue = np.where(depth < 15, 0.0, np.where(depth < 19, 1.0, 2.0)).astype(np.float32)
    return np.broadcast_to(tissue, (40, 40, 40)).copy()


@pytest.mark.parametrize("volume", [2, 7, 30, 120])
def test_a_lesion_reaches_its_volume(layers, rng, volume):
    kind = LESION_TYPES["deep white matter"]
    growth = grow(layers, (30, 20, 20), 1.0, kind, volume, rng)
    assert 0.7 * volume <= growth.mask.sum() <= volume


def test_a_lesion_is_one_component_that_holds_its_seed(layers, rng, cube):
    for kind in LESION_TYPES.values():
        growth = grow(layers, (19, 20, 20), 1.0, kind, 60, rng)
        assert ndimage.label(growth.mask, cube)[1] == 1
        assert growth.mask[growth.patch.seed]


def test_an_intracortical_lesion_stays_in_cortex_and_a_juxtacortical_one_below(layers, rng):
    inside = grow(layers, (17, 20, 20), 1.0, LESION_TYPES["intracortical"], 30, rng)
    below = grow(layers, (19, 20, 20), 1.0, LESION_TYPES["juxtacortical"], 30, rng)
    assert (layers[inside.patch.box][inside.mask] == 1).mean() > 0.9
    assert (layers[below.patch.box][below.mask] == 2).all()


def test_a_subpial_lesion_hugs_the_pia(layers, rng):
    growth = grow(layers, (15, 20, 20), 1.0, LESION_TYPES["subpial"], 30, rng)
    depth = np.nonzero(growth.mask)[0] + growth.patch.box[0].start
    assert (depth <= 16).mean() > 0.8


def test_the_share_of_a_voxel_falls_off_at_the_border(layers, rng):
    growth = grow(layers, (30, 20, 20), 1.0, LESION_TYPES["deep white matter"], 60, rng)
    share = growth.share
    assert (share[growth.mask] > 0.5).all()
    assert ((share > 0.05) & (share < 0.95)).sum() > 10


def test_a_patch_at_the_edge_of_the_image_is_cut():
    patch = cut_patch((10, 10, 10), (0, 5, 9), 3.0, 1.0)
    assert patch.shape == (4, 7, 4)
    assert patch.seed == (0, 3, 3)


def test_nothing_is_connected_to_a_seed_outside():
    patch = cut_patch((5, 5, 5), (0, 0, 0), 9.0, 1.0)
    mask = np.zeros((5, 5, 5), bool)
    mask[4, 4, 4] = True
    assert not connected_to_seed(mask, patch).any()


@pytest.mark.parametrize("name", list(LESION_TYPES))
def test_volumes_are_log_normal_about_the_types_median(rng, name):
    kind = LESION_TYPES[name]
    volumes = draw_volumes(kind, 4000, 1.0, rng)
    assert np.median(volumes) == pytest.approx(kind.median_mm3, rel=0.1)
    assert volumes.min() >= 2
    assert volumes.max() <= LARGEST_MM3
