"""One delineation out of several."""

from itertools import product

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from scipy import ndimage

from training.fusion import FusionError, FusionRule, fuse
from training.voxels import NO_PLACES, components_at, dsc, grow, places_of

SHAPE = (6, 7, 8)
SHOWN = places_of(np.pad(np.ones((2, 2, 2), bool), ((1, 3), (2, 3), (3, 3))))
REMOVE = FusionRule(emptied="remove")


@pytest.fixture
def masks():
    """Three ragged masks that share much with one another."""
    rng = np.random.default_rng(4)
    core = np.zeros(SHAPE, bool)
    core[1:5, 1:5, 2:6] = True
    return {name: places_of(core & (rng.random(SHAPE) < 0.8)) for name in ("anna", "ben", "carla")}


def test_nothing_is_fused_where_nobody_redrew():
    assert fuse(SHOWN, {}, ["anna", "ben"], FusionRule(), SHAPE) is None


def test_majority_is_what_more_than_half_hold_by_a_plain_count(masks):
    fused = fuse(SHOWN, masks, [], FusionRule(), SHAPE)
    sets = [set(places.tolist()) for places in masks.values()]
    expected = [place for place in range(6 * 7 * 8) if sum(place in one for one in sets) >= 2]
    assert fused.places.tolist() == expected
    assert fused.redrawn_by == ("anna", "ben", "carla")


@pytest.mark.parametrize("n_raters", [2, 4])
def test_at_a_tie_the_shown_delineation_decides(n_raters):
    one, other = np.array([SHOWN[0], 300]), np.array([SHOWN[1], 300])
    half = n_raters // 2
    redrawn = {f"r{n}": one if n < half else other for n in range(n_raters)}
    fused = fuse(SHOWN[:1], redrawn, [], FusionRule(), SHAPE)
    assert fused.places.tolist() == [SHOWN[0], 300]


def test_who_finds_the_outline_right_votes_with_it(masks):
    smaller = {"anna": SHOWN[:4]}
    fused = fuse(SHOWN, smaller, ["ben"], FusionRule(), SHAPE)
    assert fused.places is None
    assert "as it was shown" in fused.why
    assert "left as shown by ben" in fused.why
    assert fused.n_disputed == 4


def test_one_rater_alone_changes_no_outline(masks):
    fused = fuse(SHOWN, {"anna": masks["anna"]}, [], FusionRule(), SHAPE)
    assert fused.places is None
    assert "at least 2 delineations" in fused.why
    assert (fused.n_disputed, fused.agreement) == (None, None)


def test_the_adjudicator_settles_it_alone(masks):
    rule = FusionRule("adjudicator", "carla")
    assert fuse(SHOWN, masks, [], rule, SHAPE).places is masks["carla"]
    only_others = {"anna": masks["anna"]}
    assert fuse(SHOWN, only_others, ["carla"], rule, SHAPE).places is None
    silent = fuse(SHOWN, only_others, [], rule, SHAPE)
    assert silent.places is None
    assert "carla, who adjudicates, gave no delineation" in silent.why


def test_staple_is_that_of_simpleitk_in_the_box_around_all(masks):
    fused = fuse(SHOWN, masks, [], FusionRule("staple"), SHAPE)
    volumes = []
    for places in masks.values():
        volume = np.zeros(SHAPE, np.uint8)
        volume.ravel()[places] = 1
        volumes.append(volume)
    box = np.argwhere(np.logical_or.reduce(volumes))
    part = tuple(
        slice(max(low - 1, 0), high + 2)
        for low, high in zip(box.min(axis=0), box.max(axis=0), strict=True)
    )
    images = [sitk.GetImageFromArray(np.ascontiguousarray(volume[part])) for volume in volumes]
    whole = np.zeros(SHAPE, bool)
    whole[part] = sitk.GetArrayFromImage(sitk.STAPLE(images, 1.0)) > 0.5
    np.testing.assert_array_equal(fused.places, places_of(whole))


def test_an_emptied_mask_has_no_vote_unless_the_rule_says_so(masks):
    redrawn = {"anna": NO_PLACES, "ben": SHOWN[:4], "carla": SHOWN[:4]}
    kept = fuse(SHOWN, redrawn, [], FusionRule(), SHAPE)
    assert kept.places.tolist() == SHOWN[:4].tolist()
    both_empty = {"anna": NO_PLACES, "ben": NO_PLACES}
    assert fuse(SHOWN, both_empty, [], FusionRule(), SHAPE).places is None
    assert "emptied by anna, ben (keep)" in fuse(SHOWN, both_empty, [], FusionRule(), SHAPE).why
    for rule in (REMOVE, FusionRule("staple", emptied="remove")):
        assert fuse(SHOWN, both_empty, [], rule, SHAPE).places.tolist() == []
    assert fuse(SHOWN, {"anna": NO_PLACES}, ["ben"], REMOVE, SHAPE).places is None


def test_delineations_without_a_common_voxel_leave_the_outline():
    apart = {name: np.array([100 + n]) for n, name in enumerate(("anna", "ben", "carla"))}
    fused = fuse(SHOWN, apart, [], FusionRule(), SHAPE)
    assert fused.places is None
    assert "no voxel is left" in fused.why
    assert (fused.n_disputed, fused.agreement) == (3, 0.0)


def test_disagreement_is_the_mean_dsc_of_all_pairs(masks):
    fused = fuse(SHOWN, masks, [], FusionRule(), SHAPE)
    a, b, c = masks.values()
    assert fused.agreement == pytest.approx((dsc(a, b) + dsc(a, c) + dsc(b, c)) / 3)


@pytest.mark.parametrize(("method", "name"), [("adjudicator", None), ("majority", "anna")])
def test_an_adjudicator_and_its_name_belong_together(method, name):
    with pytest.raises(FusionError, match="belong together"):
        FusionRule(method, name)


def test_growing_adds_the_26_neighbours_by_a_plain_count():
    rng = np.random.default_rng(9)
    mask = rng.random((4, 5, 3)) < 0.05
    expected = np.zeros_like(mask)
    for at in np.argwhere(mask):
        for step in product((-1, 0, 1), repeat=3):
            near = at + step
            if (near >= 0).all() and (near < mask.shape).all():
                expected[tuple(near)] = True
    np.testing.assert_array_equal(grow(places_of(mask), mask.shape), places_of(expected))


def test_components_are_whole_by_scipy_s_labels():
    rng = np.random.default_rng(2)
    mask = rng.random((12, 11, 10)) < 0.08
    labels, _ = ndimage.label(mask, np.ones((3, 3, 3)))
    seeds = places_of(mask)[::9]
    expected = np.isin(labels, labels.ravel()[seeds])
    np.testing.assert_array_equal(components_at(mask, seeds), places_of(expected))
