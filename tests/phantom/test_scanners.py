"""Scanner models: contrast, noise, fields and sharpening."""

import numpy as np
import pytest

from phantom.scanners import SCANNERS, scan, sharpen


def flat(tissue: float, n: int = 40) -> np.ndarray:
    return np.full((n, n, n), tissue, np.float32)


@pytest.mark.parametrize("name", list(SCANNERS))
def test_white_matter_is_brighter_than_cortex_and_fluid_is_dark(name, rng):
    shown = np.ones((40, 40, 40), bool)
    means = [scan(flat(t), shown, SCANNERS[name], rng).mean() for t in (0, 1, 2)]
    assert means[0] < 0.6 * means[1]
    assert means[1] < 0.85 * means[2]


def test_the_ratios_noise_is_larger_in_fluid_relative_to_its_level(rng):
    shown = np.ones((40, 40, 40), bool)
    scanner = SCANNERS["MP2RAGE-3T"]
    fluid, white = (scan(flat(t), shown, scanner, rng).astype(float) for t in (0, 2))
    assert fluid.std() / fluid.mean() > 2 * white.std() / white.mean()


def test_the_receive_field_cancels_in_the_ratio_but_not_in_the_magnitude(rng):
    shown = np.ones((40, 40, 40), bool)
    spread = {}
    for name in ("MP2RAGE-3T", "MPRAGE-3T"):
        blocks = scan(flat(2), shown, SCANNERS[name], rng).astype(float)
        means = blocks.reshape(4, 10, 4, 10, 4, 10).mean((1, 3, 5))
        spread[name] = means.std() / means.mean()
    assert spread["MP2RAGE-3T"] < 0.01
    assert spread["MPRAGE-3T"] > 0.05


def test_what_is_not_shown_is_0(rng):
    shown = np.zeros((40, 40, 40), bool)
    shown[20] = True
    image = scan(flat(1), shown, SCANNERS["MP2RAGE-3T"], rng)
    assert image.dtype == np.int16
    assert (image[20] > 0).all()
    assert not image[~shown].any()


def test_sharpening_steepens_a_border_and_keeps_its_middle():
    tissue = np.linspace(1, 2, 11, dtype=np.float32).reshape(11, 1, 1)
    sharpen(tissue, 2.0)
    assert tissue[5, 0, 0] == pytest.approx(1.5, abs=1e-5)
    assert tissue[2, 0, 0] == pytest.approx(1.0, abs=1e-5)
    assert tissue[8, 0, 0] == pytest.approx(2.0, abs=1e-5)


def test_sharpening_by_1_changes_nothing():
    tissue = np.linspace(-0.6, 3, 30, dtype=np.float32).reshape(30, 1, 1)
    before = tissue.copy()
    sharpen(tissue, 1.0)
    assert np.allclose(tissue, before, atol=1e-6)
