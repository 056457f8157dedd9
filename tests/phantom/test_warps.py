"""Brains of their own: grids, flips, and what a growing ventricle does."""

from dataclasses import replace

import numpy as np
import pytest

from phantom.template import load_template
from phantom.warps import Grid, Shape, Warp, draw_shape, make_grid


@pytest.fixture(scope="module")
def plain() -> Shape:
    """A shape that changes nothing."""
    shape = draw_shape(np.random.default_rng(0), 0.0)
    knots = tuple(np.zeros_like(k) for k in shape.knots)
    return Shape(np.eye(3), False, knots, 0.0)


@pytest.fixture(scope="module")
def grid() -> Grid:
    return make_grid(2.0, np.random.default_rng(0))


def test_a_flip_mirrors_every_map_alike(plain, grid):
    template = load_template()
    flipped = replace(plain, matrix=np.diag([-1.0, 1.0, 1.0]), flipped=True)
    for image in (template.tissue, template.edge_mm, template.ventricle_mm):
        straight = Warp(template, plain, grid).resample(image, grid)
        mirrored = Warp(template, flipped, grid).resample(image, grid)
        assert np.allclose(straight[::-1], mirrored, atol=0.02)
        assert not np.allclose(straight, mirrored, atol=0.2)


def test_a_flipped_matrix_has_a_negative_determinant():
    shapes = [draw_shape(np.random.default_rng(n), 0.0) for n in range(12)]
    assert {s.flipped for s in shapes} == {True, False}
    assert all((np.linalg.det(s.matrix) < 0) == s.flipped for s in shapes)


def test_an_unchanged_brain_is_the_template(plain):
    template = load_template()
    shape = tuple(n + n % 2 for n in template.tissue.shape)
    affine = np.diag([1.0, 1, 1, 1])
    grid = Grid((int(shape[0]), int(shape[1]), int(shape[2])), affine)
    centre = (np.array(template.tissue.shape) - 1) / 2 - (np.array(grid.shape) - 1) / 2
    out = Warp(template, plain, grid).resample(template.edge_mm, grid)
    at = np.array([80, 90, 90])
    source = at + centre
    low = np.floor(source).astype(int)
    expected = template.edge_mm[tuple(slice(i, i + 2) for i in low)]
    assert expected.min() - 0.01 <= out[tuple(at)] <= expected.max() + 0.01


def test_ventricles_grow_and_shrink(plain, grid):
    template = load_template()
    sizes = [
        (
            Warp(template, replace(plain, ventricle_mm=mm), grid).resample(
                template.ventricle_mm, grid
            )
            < 0
        ).sum()
        for mm in (-1.5, 0.0, 2.5)
    ]
    assert sizes[0] < 0.85 * sizes[1] < 0.85 * 0.85 * sizes[2]


def test_voxels_that_are_not_wanted_get_the_fill(plain, grid):
    template = load_template()
    where = np.zeros(grid.shape, bool)
    where[40, 50, 40] = True
    out = Warp(template, plain, grid).resample(template.tissue, grid, 3, where, -1.0)
    assert out[40, 50, 40] != -1
    assert (out[~where] == -1).all()


def test_a_coarser_grid_is_every_second_voxel():
    grid = Grid((5, 6, 7), np.diag([1.0, 1, 1, 1]))
    assert grid.coarser(2).shape == np.zeros((5, 6, 7))[::2, ::2, ::2].shape
    assert grid.coarser(2).spacing_mm == 2


@pytest.mark.parametrize("seed", range(6))
def test_the_warp_folds_nowhere(seed):
    rng = np.random.default_rng(seed)
    grid = make_grid(2.0, rng)
    lattice = Warp(load_template(), draw_shape(rng, 3.0), grid).lattice
    slopes = np.stack([np.stack(np.gradient(axis)) for axis in lattice])
    determinants = np.linalg.det(np.moveaxis(slopes, (0, 1), (-2, -1)))
    assert (np.sign(determinants) == np.sign(determinants.flat[0])).all()
